import { statesOf, TOY_SOURCE, toy } from '../src/hosts/explorer/bench.ts';
import type { Suite } from './contract.ts';
import { type Case, measure } from './measure.ts';
import { spinSearch } from './spin.ts';

const TOY_STATES = 2_847_907;

/** How fast a search is: on the toy, beside Spin, and on the worlds of the museum. */
export const explorer: Suite = {
  name: 'explorer',
  where: ['node'],
  async run(now) {
    const spin = await spinSearch(TOY_SOURCE);
    const beside = 'the toy by Spin, gcc -O2, one core';
    const cases: Case[] = [
      {
        what: 'explorer: the toy level by level, one core',
        unit: 'k states/s',
        atLeast: 1000,
        ...(spin ? { beside } : {}),
        once(t) {
          const began = t();
          const states = statesOf(toy());
          if (states !== TOY_STATES) throw new Error(`${states} states`);
          return states / (t() - began);
        },
      },
    ];
    if (spin) {
      cases.push({
        what: beside,
        unit: 'k states/s',
        once() {
          const { states, perSecond } = spin();
          // Spin counts the state before the threads exist.
          if (states !== TOY_STATES + 1) throw new Error(`Spin saw ${states} states`);
          return perSecond / 1000;
        },
      });
    }
    return measure(cases, now, 5);
  },
};
