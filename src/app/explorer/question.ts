/**
 * "What if this step were missing?": the museum's worlds are searched one after the other with the program so changed, until one shows
 * what it does not show without the change. Pure but for the searches that it is given.
 */
import { FIXES, MUTATIONS } from '../../haproxy/revisions.ts';
import type { SearchBounds, SearchVerdict } from '../../hosts/explorer/contract.ts';
import { WATCHED_FOR } from '../../machine/explore/machine-world.ts';
import type { WorldSpec } from '../../scenario/explore.ts';
import { MUSEUM } from '../../scenario/museum/index.ts';

/** Most states of one world: what a step's absence breaks is mostly near. */
export const STATES = 20_000;

/** The program that is asked about, and the change in words of `haproxy/ideas.ts`. */
export interface Asking {
  readonly program: Readonly<Pick<WorldSpec, 'without' | 'mutations' | 'ideas'>> & {
    readonly revision: string;
  };
  readonly idea: string;
  /** Key of the procedure that is changed. */
  readonly proc: string;
  /** The question, as it was asked: "What if S9 of qc_set_tid_affinity were missing?". */
  readonly words: string;
  /** What the step does, in its own sentence. */
  readonly step: string;
  /** Name of the program. */
  readonly of: string;
}

/**
 * What a world came to: it notices; every state was seen, or as many as the bound says, and nothing broke; no order came to the change,
 * of all or of those; it breaks without the change too; it has no beginning in this program; its search came to no end.
 */
export type Outcome =
  | 'notices'
  | 'safe'
  | 'bound'
  | 'unreached'
  | 'unreached so far'
  | 'breaks anyway'
  | 'no beginning'
  | 'lost';

export interface Asked {
  readonly world: string;
  readonly outcome: Outcome;
  readonly states: number;
}

/** A world that noticed, and how. */
export interface Noticed {
  readonly spec: WorldSpec;
  readonly verdict: Extract<SearchVerdict, { verdict: 'violation' }>;
}

/** Searches a world; null when that is no longer wanted. */
export type Look = (spec: WorldSpec, bounds: SearchBounds) => Promise<SearchVerdict | null>;

/** Worlds in the order in which they are asked: first those whose own fix or mutation changes the same procedure. A hypothesis' breaks as HAProxy is. */
export function worldsFor(proc: string): string[] {
  const own = new Map(
    [...FIXES, ...MUTATIONS].map((p) => [p.id, 'forms' in p ? p.forms.flatMap((f) => f.ops) : p.ops]),
  );
  const near = (id: string | undefined): boolean =>
    (own.get(id ?? '') ?? []).some(
      (op) => ('at' in op ? op.at.proc.key : 'proc' in op ? op.proc.key : '') === proc,
    );
  const worlds = MUSEUM.filter((w) => !w.hypothesis);
  const first = worlds.filter((w) => near(w.fix ?? w.mutation));
  return [...first, ...worlds.filter((w) => !first.includes(w))].map((w) => w.id);
}

/** The world on the program that is asked about, without what it shows of its own, and with the change. */
export function specOf({ program, idea }: Asking, world: string): WorldSpec {
  return { world, fixed: true, ...program, ideas: [...(program.ideas ?? []), idea] };
}

/** The same world on the same program without the change. */
export function specWithout({ program }: Asking, world: string): WorldSpec {
  return { world, fixed: true, ...program };
}

/** Most that is passed over in one world because the program breaks it anyway. */
const MOST_OFF = 4;

/**
 * Asks world after world. What one breaks without the change too is passed over, and it is asked again, as long as it can be. `heard`:
 * what each came to. Null when none noticed, or when it is no longer wanted.
 */
export async function ask(
  asking: Asking,
  look: Look,
  heard: (asked: Asked) => void,
): Promise<Noticed | null> {
  for (const world of worldsFor(asking.proc)) {
    const answer = await askOne(asking, world, look);
    if (!answer) return null;
    heard({ world, outcome: answer.outcome, states: answer.verdict.states });
    const { spec, outcome, verdict } = answer;
    if (outcome === 'notices' && verdict.verdict === 'violation') return { spec, verdict };
  }
  return null;
}

async function askOne(
  asking: Asking,
  world: string,
  look: Look,
): Promise<{ spec: WorldSpec; outcome: Outcome; verdict: SearchVerdict } | null> {
  const off: string[] = [];
  for (;;) {
    const part = off.length > 0 ? { rulesOff: [...off] } : {};
    const spec = { ...specOf(asking, world), ...part };
    const verdict = await look(spec, { states: STATES });
    if (!verdict) return null;
    if (verdict.verdict !== 'violation') return { spec, outcome: quiet(verdict), verdict };
    const before = await look({ ...specWithout(asking, world), ...part }, { states: STATES });
    if (!before) return null;
    if (before.verdict !== 'violation') return { spec, outcome: 'notices', verdict };
    const { symptom, rule } = before.broken;
    const name = WATCHES.has(symptom) ? symptom : rule;
    // An assertion of HAProxy's cannot be passed over, nor can what goes on for ever.
    if (off.length === MOST_OFF || off.includes(name) || !(WATCHES.has(name) || RULE.test(name)))
      return { spec, outcome: 'breaks anyway', verdict };
    off.push(name);
  }
}

const WATCHES: ReadonlySet<string> = new Set(WATCHED_FOR);
const RULE = /^(I|F-R)\d/;

function quiet(v: Exclude<SearchVerdict, { verdict: 'violation' }>): Outcome {
  if (v.verdict === 'limit' && v.limit === 'lost')
    return v.message.includes('cannot begin') ? 'no beginning' : 'lost';
  if (v.verdict === 'unreached' || !v.changes.every((c) => c.parts.some((p) => p.times > 0)))
    return 'unreached';
  return v.verdict === 'safe' ? 'safe' : 'bound';
}
