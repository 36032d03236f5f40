/** Where a world's program comes from: the first revision of the page alone, or the whole line, which is loaded when it is chosen. */
import {
  FINALIZED,
  finalizedProgram,
  isFinalized,
  type Revision,
  type Switches,
} from '../haproxy/finalized.ts';
import type { Program } from '../haproxy/step/compile.ts';

export interface Programs {
  /** The revision that the switches make, or why they cannot stand together. */
  chooseRevision(s: Switches): Revision | string;
  /** Throws PatchError where the revision's patches do not fit together. */
  programOf(r: Revision): Program;
}

const JUST_FINALIZED: Programs = {
  chooseRevision: () => FINALIZED,
  programOf: finalizedProgram,
};

/** Those that the switches need. Rejects where they cannot be had. */
export const programsFor = async (s: Switches): Promise<Programs> =>
  isFinalized(s) ? JUST_FINALIZED : import('../haproxy/revisions.ts');
