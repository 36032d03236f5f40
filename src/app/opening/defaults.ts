import type { WorldOptions } from '../../machine/options.ts';

/** What a world has where nobody says otherwise. */
export const DEFAULTS: WorldOptions = {
  threads: 4,
  revision: 'finalized',
  socketOwner: 'listener',
  withholdPostHandshake: true,
};
