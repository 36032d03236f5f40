import type { WorldOptions } from '../src/machine/options.ts';

/** The world that is measured, unless a suite says otherwise. */
export const OPTIONS: WorldOptions = {
  threads: 4,
  revision: 'finalized',
  socketOwner: 'listener',
  withholdPostHandshake: true,
};
