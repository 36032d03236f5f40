/** Which of HAProxy's layouts a revision prints: by the release that it is, or the version that its newest fix came with. */
import { stateOf } from '../../haproxy/state.ts';

/** A version as HAProxy writes it: "2.8-dev12", "3.4.0". */
export type Version = string;

/** The version that `fixes` are the model of; the oldest there is when they are none. */
export const versionOf = (fixes: ReadonlySet<string>): Version => stateOf(fixes).version;

/** Whether `version` is `first` or later. Throws where one of them is no version. */
export function since(version: Version, first: Version): boolean {
  const [a, b] = [numbers(version), numbers(first)];
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return a[i]! > b[i]!;
  return true;
}

/** Line, and the number of the development tag; a release comes after all of these. */
function numbers(v: Version): [number, number, number] {
  const m = /^(\d+)\.(\d+)(?:-dev(\d+)|\.\d+)?$/.exec(v);
  if (!m) throw new Error(`no version: ${v}`);
  return [Number(m[1]), Number(m[2]), m[3] === undefined ? Number.POSITIVE_INFINITY : Number(m[3])];
}

/** The layouts there are, each with the first version that prints it. */
export const LAYOUT = {
  /** `show quic`: one line a connection unless `full` is asked for (2273af11e). */
  oneline: '2.8-dev10',
  /** Its columns padded, with wider headings. */
  onelinePadded: '2.8-dev13',
  /** Addresses of `show quic`: local before foreign in a line, and both called so in the long form (4d56b725f). */
  localForeign: '2.9-dev1',
  /** The long form: spaces that are gone are left out; packets sent. */
  quicSpaces: '2.9-dev1',
  /** A line for each space, packets that were reordered, the mux in the place of streams. Known to the line 3.0, not to the tag. */
  quicMux: '3.0-dev1',
  /** The share of the window, the window in lines of its own. Known to the line 3.1. */
  quicWindow: '3.1-dev1',
  /** `cwnd_last_max=` where `mcwnd=` stood. Known to the line 3.2. */
  quicLastMax: '3.2-dev1',
  /** A trace line’s connection: its idle timer task (b48abf0be). */
  traceIdleTask: '2.9-dev10',
  /** and the side that it is of (cae828cbf). */
  traceSide: '3.3-dev7',
  /** Its flags say no more that it is a listener’s. Known to the line 3.3. */
  noListenerFlag: '3.3-dev1',
  /** `show fd`: a QUIC line goes on behind its callback: the connection, or the listener. */
  fdRest: '2.8-dev12',
  /** `show fd`: how often the number was reused, and takeovers. */
  fdGen: '3.2-dev5',
  /** `show threads`: `isolated=` where `wantrdv=` stood. */
  isolated: '2.8-dev10',
  /** `show threads`: loops and calls of each thread, locks it holds. */
  loops: '3.3-dev9',
  /** `show activity`: tasks that run at this moment, checks. */
  currRq: '2.9-dev1',
} as const satisfies Record<string, Version>;
