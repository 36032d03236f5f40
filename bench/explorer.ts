import { decide, safeWorlds, statesOf, TOY_SOURCE, toy } from '../src/hosts/explorer/bench.ts';
import type { Suite } from './contract.ts';
import { type Case, measure } from './measure.ts';
import { spinSearch } from './spin.ts';

const TOY_STATES = 2_847_907;
/** Under so many states a world is over before its steps are compiled. */
const ENOUGH = 20_000;
const FIRST = ['M01', 'M04', 'M08', 'M12', 'X01', 'X02', 'X03', 'X05', 'X11', 'X13', 'X17'];

/** The toy once, k states/s. */
function toyOnce(now: () => number): number {
  const began = now();
  const states = statesOf(toy());
  if (states !== TOY_STATES) throw new Error(`${states} states`);
  return states / (now() - began);
}

/** The toy, and over Spin where that is installed: one after the other, so that both find the machine as it is. */
async function toyCases(): Promise<Case[]> {
  const spin = await spinSearch(TOY_SOURCE);
  const own: Case = {
    what: 'explorer: the toy level by level, one core',
    unit: 'k states/s',
    once: toyOnce,
  };
  if (!spin) return [own];
  const over: Case = {
    what: 'explorer: the toy over Spin, gcc -O2, one core',
    unit: 'times',
    atLeast: 1,
    once(now) {
      const { states, perSecond } = spin();
      // Spin counts the state before the threads exist.
      if (states !== TOY_STATES + 1) throw new Error(`Spin saw ${states} states`);
      return (1000 * toyOnce(now)) / perSecond;
    },
  };
  return [own, over];
}

/** How fast the search is on the toy. */
export const explorer: Suite = {
  name: 'explorer',
  where: ['node'],
  run: async (now) => measure(await toyCases(), now, 5),
};

/** How fast it is on HAProxy's worlds, and how long each of the first ones takes to be decided. */
export const worlds: Suite = {
  name: 'worlds',
  where: ['node'],
  async run(now) {
    const { pathToFileURL } = await import('node:url');
    const entry = new URL('./search-worker.js', pathToFileURL(process.argv[1]!));
    const large = safeWorlds().filter(({ make }) => statesOf(make(), ENOUGH) >= ENOUGH);
    const oneCore: Case = {
      what: `explorer: HAProxy worlds of ${ENOUGH} states and more, one core`,
      unit: 'k states/s',
      atLeast: 500,
      once(t) {
        let states = 0;
        let ms = 0;
        for (const { make } of large) {
          const x = make();
          const began = t();
          states += statesOf(x);
          ms += t() - began;
        }
        return states / ms;
      },
    };
    const slowest: Case = {
      what: 'explorer: the slowest verdict on a first world, before or after its fix, two cores',
      unit: 's',
      atMost: 10,
      async once(t) {
        let most = 0;
        for (const id of FIRST) {
          for (const fixed of [false, true]) {
            const began = t();
            const { verdict } = await decide(id, fixed, entry);
            if (verdict !== (fixed ? 'safe' : 'violation')) throw new Error(`${id}: ${verdict}`);
            most = Math.max(most, (t() - began) / 1000);
          }
        }
        return most;
      },
    };
    return [...(await measure([oneCore], now, 3)), ...(await measure([slowest], now, 1))];
  },
};
