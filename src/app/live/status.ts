/** The pool's state in words: what it does, what was found when all stood still, who was lost. */
import type { LiveMemory, LiveStatus, SafePoint } from '../../hosts/live/contract.ts';
import type { Pulse } from '../../hosts/pulse.ts';
import { count, plural } from '../stage/text.ts';
import { ago, runClock } from './words.ts';

/** "Running in 8 workers". */
export function phaseWords(status: LiveStatus, workers: number): string {
  const w = plural(workers, 'worker');
  switch (status.phase) {
    case 'starting':
      return `Starting ${w}`;
    case 'running':
      return `Running in ${w}`;
    case 'pausing':
      return 'Stopping at a safe point';
    case 'paused':
      return 'Paused at a safe point';
    case 'settling':
      return 'No more datagrams come; threads finish what they have';
    case 'recovering':
      return 'A worker was lost; the last image is being put back';
    case 'stopped':
      return `Stopped${STOPPED[status.stopped]}`;
  }
}

const STOPPED: Record<LiveStatus['stopped'], string> = {
  '': '',
  asked: ' at rest, as asked',
  rule: ': a rule is broken',
  balance: ': datagrams do not add up',
  bug: ' at a bug',
  failed: ': the pool could not go on',
};

/** "with opening, 20 100 datagrams/s, at most 21 000; the ceiling was the chosen rate". While it stands, only the most. */
export function loadWords(status: LiveStatus): string {
  const most = count(Math.round(status.mostPerSecond));
  const ceiling = status.ceiling ? `; the ceiling was ${status.ceiling}` : '';
  if (!GOES.has(status.phase) && status.mostPerSecond > 0) {
    return `${status.load}, at most ${most} datagrams/s${ceiling}`;
  }
  const rate = `${status.load}, ${count(Math.round(status.handledPerSecond))} datagrams/s`;
  return status.mostPerSecond > 0 ? `${rate}, at most ${most}${ceiling}` : rate;
}

const GOES: ReadonlySet<LiveStatus['phase']> = new Set(['running', 'pausing', 'settling']);

/** "12 rules held", "I4 broken". */
export function rulesWords(p: SafePoint): string {
  if (p.rulesBroken.length > 0) return `${p.rulesBroken.map((b) => b.rule).join(', ')} broken`;
  return `${plural(p.rulesHeld.length, 'rule')} held`;
}

/** "20 not looked at (off in this revision 12, holds at rest only 8)". */
export function unlookedWords({ rulesNotLookedAt: not }: SafePoint): string {
  const by = new Map<string, number>();
  for (const { why } of not) {
    const kind = why.replace(/:.*/, '');
    by.set(kind, (by.get(kind) ?? 0) + 1);
  }
  const kinds = [...by].map(([kind, n]) => `${kind} ${n}`);
  return `${plural(not.length, 'rule')} not looked at (${kinds.join(', ')})`;
}

/** "1 204 113 received", "= 1 204 000 handled", "+ 13 dropped", "+ 100 queued": each stays on one line. */
export function balanceParts({ balance: b }: SafePoint): string[] {
  return [
    `${count(b.received)} received`,
    `${b.wrong ? '≠' : '='} ${count(b.handled)} handled`,
    `+ ${count(b.dropped)} dropped`,
    `+ ${count(b.queued)} queued${b.wrong ? `: ${b.wrong}` : ''}`,
  ];
}

/** The same as one sentence. */
export function balanceWords(p: SafePoint): string {
  return balanceParts(p).join(' ');
}

/** "timed out 3, no entry 10"; empty when nothing was dropped. */
export function reasonsWords({ balance }: SafePoint): string {
  return balance.reasons.map((r) => `${r.reason} ${count(r.count)}`).join(', ');
}

/** Who was lost, when and why; and what came of it. */
export function lostWords(lost: LiveStatus['lost'][number]): { heading: string; detail: string } {
  const why = lost.why ? ` (${lost.why})` : '';
  return {
    heading: `The worker of T${lost.tid} ended at ${runClock(lost.at)}${why}.`,
    detail:
      lost.imageAge < 0
        ? 'The others stop at the safe point.'
        : `The run went on from an image ${ago(lost.imageAge)} old.`,
  };
}

/** The supervisor is silent or has ended. `imageAge`: of the last image, ms, -1 where there is none. */
export function deadWords({ state, ms, why }: Pulse, imageAge: number): { heading: string; detail: string } {
  const heading = state === 'ended' ? 'The supervisor has ended.' : 'The supervisor does not answer.';
  const since = why ? `${why}. ` : '';
  const rest =
    imageAge < 0
      ? 'There is no image to go on from: the run begins anew.'
      : `New workers can go on from the last image, ${ago(imageAge)} older than the run had become.`;
  return {
    heading,
    detail: `${since}What it has said is ${ago(ms)} old; nobody looks at the rules now. ${rest}`,
  };
}

/** "612 MB shared by the workers, 3.9 KB a connection, with room for 150 512; as much again for the image". */
export function memoryWords({ run, image, connection, places }: LiveMemory): string {
  const mb = (n: number) => `${count(Math.max(1, Math.round(n / 1e6)))} MB`;
  const kb = (connection / 1000).toFixed(1);
  const copy = image > 0 ? `; ${mb(image)} more for the image` : '';
  return `${mb(run)} that all workers share, with room for ${count(places)} connections of ${kb} KB each${copy}`;
}

/** Age of the image a run would go on from, or that there is none yet. */
export function imageWords(status: LiveStatus, ms: number): string {
  return status.imageAt < 0 ? 'none yet' : `${ago(Math.max(0, ms - status.imageAt))} old`;
}

/** How long what happened stands beside the pool's state, ms of the run. */
const NEWS_MS = 20_000;

/** The newest trouble, while it is news; empty otherwise. */
export function newsOf(status: LiveStatus, ms: number): string {
  const newest = status.troubles.at(-1);
  return newest && ms - newest.at < NEWS_MS ? grouped(newest.text) : '';
}

/** What went otherwise than ordered and was survived, newest first: troubles and lost workers. */
export function happenedIn(status: LiveStatus): { at: number; text: string }[] {
  const lost = status.lost.map((l) => {
    const { heading, detail } = lostWords(l);
    return { at: l.at, text: `${heading} ${detail}` };
  });
  const troubles = status.troubles.map((t) => ({ at: t.at, text: grouped(t.text) }));
  return [...troubles, ...lost].sort((a, b) => b.at - a.at);
}

/** That nobody saw the run for `ms`. */
export function unseenWords(ms: number): string {
  return `The tab was hidden for ${ago(ms)}; the run went on without being drawn.`;
}

/** Counts in a sentence of the pool, as everywhere on the page. */
function grouped(text: string): string {
  return text.replace(/\d{4,}/g, (n) => count(Number(n)));
}
