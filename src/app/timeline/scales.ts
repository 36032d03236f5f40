/** The timeline's zooms: virtual nanoseconds a pixel, closest first. */
export const SCALES: readonly number[] = [
  1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 5000, 20_000, 100_000, 500_000, 2_000_000, 10_000_000,
];

/** Virtual ns a pixel at `zoom`: between two of the list as far as its fraction says. */
export function scaleAt(zoom: number): number {
  const z = Math.max(0, Math.min(SCALES.length - 1, zoom));
  const low = SCALES[Math.floor(z)]!;
  const high = SCALES[Math.ceil(z)]!;
  return low * (high / low) ** (z - Math.floor(z));
}
