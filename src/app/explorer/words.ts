/** Verdicts in words. Nothing is ever called correct or proved. */
import type { SearchProgress, SearchVerdict } from '../../hosts/explorer/contract.ts';
import { nameOf } from '../../report/look.ts';
import { count, plural } from '../stage/text.ts';
import { type Outcome, STATES } from './question.ts';
import type { Form, Question, Run, WorldRow } from './types.ts';

export interface Words {
  tone: 'violation' | 'safe' | 'searching' | 'limit' | 'unreached' | 'plain';
  heading: string;
  detail: string;
}

/** Heading and second line of a run. */
export function verdictWords(run: Run | null): Words {
  if (!run)
    return {
      tone: 'plain',
      heading: 'Nothing searched yet',
      detail: 'Search the world that is chosen, or press a cell of the museum.',
    };
  if (run.state === 'failed')
    return { tone: 'limit', heading: 'This search could not begin', detail: sentence(run.failure) };
  if (run.verdict) return endedWords(run.verdict, run.form.reduction);
  const p = run.progress;
  const paused = run.state === 'paused';
  return {
    tone: 'searching',
    heading: `${paused ? 'Paused' : 'Searching'}, depth ${p?.depth ?? 0}`,
    detail: p
      ? `${count(p.states)} states so far${paused ? '' : `, ${rateWords(p)}`}`
      : 'The world is being set up',
  };
}

function endedWords(v: SearchVerdict, reduced: boolean): Words {
  switch (v.verdict) {
    case 'violation': {
      const shortest = v.shortest ? '' : ' A shorter run may exist.';
      const local = reduced ? ' Steps that nobody can notice are not counted.' : '';
      const cycle = v.cycleFrom === undefined ? '' : ` From row ${v.cycleFrom + 1} on it repeats itself.`;
      return {
        tone: 'violation',
        heading: `Violation in ${plural(v.length, 'step')}`,
        detail: `${v.broken.rule && v.broken.symptom === 'rule' ? `${v.broken.rule}: ` : ''}${sentence(v.broken.text)}${cycle}${shortest}${local}`,
      };
    }
    case 'safe':
      return {
        tone: 'safe',
        heading: 'Safe within bounds',
        detail: `${count(v.states)} states, every order tried, depth ${v.depth}`,
      };
    case 'unreached':
      return { tone: 'unreached', heading: 'Not reached', detail: sentence(v.message) };
    case 'limit':
      return {
        tone: 'limit',
        heading: LIMITS[v.limit],
        detail:
          v.limit === 'cycles'
            ? sentence(v.message)
            : v.completeTo > 0
              ? `No violation up to depth ${v.completeTo}. Nothing is known beyond it`
              : 'No violation in what was seen. Nothing is known beyond it',
      };
  }
}

const LIMITS = {
  memory: 'Stopped at the memory limit',
  states: 'Stopped at the limit of states',
  depth: 'Stopped at the limit of depth',
  walks: 'Stopped at the limit of walks',
  cancelled: 'Cancelled',
  cycles: 'Stopped at the memory limit',
  lost: 'Stopped: a worker has ended',
} as const;

export const rateWords = (p: SearchProgress): string => `${count(Math.round(p.rate))} states/s`;

/** What a screen reader hears when a search ends. */
export function endedSaid(run: Run): string {
  const w = verdictWords(run);
  const states = run.verdict?.verdict === 'safe' ? `, ${count(run.verdict.states)} states` : '';
  return `Search finished. ${w.heading}${states}.`;
}

/** "M01, before its fix", "X01, with the mutation". */
export function runName(form: Form, world: WorldRow | undefined): string {
  const { spec } = form;
  const when = world?.sides[spec.fixed ? 1 : 0] ?? '';
  const own =
    spec.revision ||
    (spec.without ?? []).length > 0 ||
    (spec.mutations ?? []).length > 0 ||
    (spec.ideas ?? []).length > 0;
  const bounds = Object.keys(spec.bounds ?? {}).length > 0 ? ', other bounds' : '';
  return `${spec.world}, ${own ? 'changed by hand' : when}${bounds}`;
}

/** Memory, in MB. */
export const bytes = (n: number): string => `${count(Math.max(1, Math.round(n / 2 ** 20)))} MB`;

/** A sentence, with connections by their letters. */
export function sentence(text: string): string {
  const t = text.trim().replace(/\bconnection (\d+)\b/g, (_, n) => `connection ${nameOf(Number(n)).letter}`);
  return t && !/[.!?]$/.test(t) ? `${t}.` : t;
}

/** Heading and second line of a question. */
export function answerWords(q: Question): Words {
  const asked = (...outcomes: readonly Outcome[]): number =>
    q.asked.filter((a) => outcomes.includes(a.outcome)).length;
  if (q.state === 'asking')
    return {
      tone: 'searching',
      heading: `Asking world ${q.asked.length + 1} of ${q.worlds}${q.at ? `, ${q.at}` : ''}`,
      detail: `${plural(asked('safe', 'bound'), 'world')} came to it so far, and nothing broke by it`,
    };
  const noticed = q.asked.find((a) => a.outcome === 'notices');
  if (noticed)
    return {
      tone: 'violation',
      heading: `${noticed.world} would notice`,
      detail: `The ${ordinal(q.asked.length)} world that was asked of ${q.worlds}. Without the change it does not break so, as far as it was searched`,
    };
  if (q.state === 'cancelled')
    return {
      tone: 'limit',
      heading: 'Cancelled',
      detail: `${plural(q.asked.length, 'world')} of ${q.worlds} were asked, and none noticed`,
    };
  const [whole, cut] = [asked('safe'), asked('bound')];
  if (whole + cut === 0)
    return {
      tone: 'unreached',
      heading: 'No world comes to it',
      detail: `${plural(q.worlds, 'world')} were asked, and in none did an order that was tried come to what is changed. Of it nothing is known here`,
    };
  return {
    tone: 'safe',
    heading: 'Nothing here would notice',
    detail: `${plural(whole + cut, 'world')} came to it: ${[
      ...(whole > 0 ? [`in ${whole} every order was tried`] : []),
      ...(cut > 0 ? [`in ${cut} the first ${count(STATES)} states`] : []),
    ].join(', ')}. That is no proof that nothing would`,
  };
}

/** What a world came to, in a few words. */
export const OUTCOMES: Readonly<Record<Outcome, string>> = {
  notices: 'notices',
  safe: 'every order tried, nothing breaks by it',
  bound: 'nothing breaks by it so far',
  unreached: 'no order comes to it',
  'unreached so far': 'no order has come to it so far',
  'breaks anyway': 'breaks without the change too',
  'no beginning': 'cannot begin with the change',
  lost: 'its search came to no end',
};

const ORDINALS = ['first', 'second', 'third'];
const ordinal = (n: number): string => ORDINALS[n - 1] ?? `${n}th`;
