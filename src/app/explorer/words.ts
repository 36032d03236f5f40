/** Verdicts in words. Nothing is ever called correct or proved. */
import type { SearchProgress, SearchVerdict } from '../../hosts/explorer/contract.ts';
import { nameOf } from '../../report/look.ts';
import { count, plural } from '../stage/text.ts';
import type { Form, Run, WorldRow } from './types.ts';

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
