/** What a link holds: everything that is needed to stand at exactly this moment again. */
import type { Anchor, AnchorsRead } from '../machine/anchor.ts';
import type { WorldOptions } from '../machine/options.ts';
import type { Departure } from '../machine/schedule.ts';
import type { WorldBounds } from '../scenario/explore.ts';

/** Where the world begins. */
export type LinkScenario =
  /** A bundled capture. */
  | { kind: 'sample'; id: string }
  /** A world of the museum: before its fix or with its mutation, or after. */
  | { kind: 'world'; world: string; fixed: boolean; bounds: WorldBounds }
  /**
   * A capture that the person opened: SHA-256 of its bytes as 64 hex digits. It is named here, never contained. `server`: the one that HAProxy
   * stands for, as address and port; absent in links of before: all of them, as one listener.
   */
  | { kind: 'capture'; sha256: string; name: string; withKeys: boolean; server?: string };

/** A choice with the place where it was made, so that another program can find it too. */
export interface LinkDeparture extends Departure {
  anchor?: Anchor;
}

/** Which lines of the trace are shown: within a group any of them, between groups all. */
export interface LinkTrace {
  words: string;
  /** Capture connections, -1 for lines of none; empty: all. */
  conns: readonly number[];
  tids: readonly number[];
  /** Names of groups of events; empty: all. */
  events: readonly string[];
  /** Levels of HAProxy's trace up to this one, 0 to 5. */
  level: number;
  /** Callbacks are not folded: each line is a row. */
  each: boolean;
}

export interface LinkView {
  /** Capture index of the selected connection, -1 none. */
  selected: number;
  /** Tab of the bottom panel. */
  panel: string;
  /** Tab of the inspector. */
  tab: string;
  mode: 'step' | 'live';
  /** Absent: all lines are shown. */
  trace?: LinkTrace;
  /** Words that are looked for on the whole line; absent: none. */
  find?: string;
}

export interface Moment {
  /** What somebody called it; absent: nothing but its sentence. */
  name?: string;
  /** Null only from a link that does not say it. */
  scenario: LinkScenario | null;
  options: WorldOptions;
  /** Of the compiled program, 8 hex digits; empty when it is not known. */
  fingerprint: string;
  departures: LinkDeparture[];
  /** Happenings recorded. */
  end: number;
  /** Happenings before the playhead, and how many of the choices made there have been taken back. */
  playhead: {
    at: number;
    undone: number;
    anchor?: Anchor;
    /** Of the state there, without time: 16 hex digits. Another one is another moment. */
    hash?: string;
  };
  view: LinkView;
}

/** What a link that says nothing means. */
export function plainMoment(): Moment {
  return {
    scenario: null,
    options: { threads: 4, revision: 'finalized', socketOwner: 'listener', withholdPostHandshake: true },
    fingerprint: '',
    departures: [],
    end: 0,
    playhead: { at: 0, undone: 0 },
    view: { selected: -1, panel: '', tab: '', mode: 'step' },
  };
}

/** A decoded link: the moment, as far as it could be read, and a sentence for each part that could not. */
export interface Decoded {
  moment: Moment;
  notes: string[];
}

/** The moment with the places of its choices and of its playhead; one anchor, or none, a choice. */
export function withAnchors(m: Moment, read: AnchorsRead): Moment {
  const anchored = <T extends object>(o: T, anchor: Anchor | undefined): T & { anchor?: Anchor } =>
    anchor === undefined ? o : { ...o, anchor };
  return {
    ...m,
    departures: m.departures.map((d, i) => anchored(d, read.departures[i])),
    playhead: anchored(m.playhead, read.playhead),
  };
}
