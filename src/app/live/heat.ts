/** Four steps of darkness for datagrams a second of one connection. */
export type Heat = (rate: number) => 0 | 1 | 2 | 3;

/** Where the second, third and fourth step begin, datagrams a second. */
export type HeatSteps = readonly [number, number, number];

/** Round numbers: 1, 2, 5 times a power of ten. */
function round(x: number): number {
  if (x <= 0) return 0;
  const power = 10 ** Math.floor(Math.log10(x));
  const lead = x / power;
  return (lead < 1.5 ? 1 : lead < 3.5 ? 2 : lead < 7.5 ? 5 : 10) * power;
}

/**
 * Steps about the mean rate, at round numbers: half of it, twice it, five times it. Those there `were` stay while the mean is
 * within twice or half of what they were made for: else all marks change whenever the mean crosses a number.
 */
export function heatSteps(mean: number, were?: HeatSteps): HeatSteps {
  const least = Math.max(mean, 0.02);
  if (were && least < were[1] && least * 4 > were[1]) return were;
  return [round(least * 0.5), round(least * 2), round(least * 5)];
}

/** The darkness of a rate, by the steps. */
export function heatOf(steps: HeatSteps): Heat {
  // By hand: it is asked for each mark in each frame.
  const [second, third, fourth] = steps;
  return (rate) => (rate < second ? 0 : rate < third ? 1 : rate < fourth ? 2 : 3);
}
