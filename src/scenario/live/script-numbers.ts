/** The numbers of clients' scripts as one table, for steps that can't ask a script. */
import { numberOf, SCRIPT } from '../../haproxy/step/packets.ts';
import { ClientScript, type ClientSpec, ReplayScript } from './clients.ts';

/** Numbers of one script: those of SCRIPT. */
export const SCRIPT_NUMBERS = Object.keys(SCRIPT).length;

/** How many scripts there are: clients of our own have one in common, those of a capture one for each role. */
export const scriptsOf = ({ replay }: ClientSpec): number => replay?.scripts.length ?? 1;

/** SCRIPT_NUMBERS words for each script, in the order of roles. None of them hangs on who has a place. */
export function scriptNumbers(spec: ClientSpec): number[] {
  const nobody = new Int32Array(1);
  return Array.from({ length: scriptsOf(spec) }, (_, role) => {
    const script = spec.replay
      ? new ReplayScript(spec, nobody, Int32Array.of(role), 0)
      : new ClientScript(spec, nobody, 0);
    return Object.values(SCRIPT).map((field) => numberOf(script, field));
  }).flat();
}
