/** The pool's state in words: what it does, what was found when all stood still, who was lost. */
import type { LiveStatus, SafePoint } from '../../hosts/live/contract.ts';
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

/** "with opening, 20 100 datagrams/s, at most 21 000; the ceiling was the chosen rate". */
export function loadWords(status: LiveStatus): string {
  const rate = `${status.load}, ${count(Math.round(status.handledPerSecond))} datagrams/s`;
  if (status.mostPerSecond <= 0) return rate;
  const most = `at most ${count(Math.round(status.mostPerSecond))}`;
  return `${rate}, ${most}${status.ceiling ? `; the ceiling was ${status.ceiling}` : ''}`;
}

/** "12 rules held", "I4 is broken", with what was left out. */
export function rulesWords(p: SafePoint): string {
  const out = p.rulesNotLookedAt.length;
  const rest = out > 0 ? `, ${out} not looked at` : '';
  if (p.rulesBroken.length > 0) return `${p.rulesBroken.map((b) => b.rule).join(', ')} broken${rest}`;
  return `${plural(p.rulesHeld.length, 'rule')} held${rest}`;
}

/** "1 204 113 received = 1 204 000 handled + 13 dropped + 100 queued". */
export function balanceWords({ balance: b }: SafePoint): string {
  const sum = `${count(b.received)} received ${b.wrong ? '≠' : '='} ${count(b.handled)} handled + ${count(b.dropped)} dropped + ${count(b.queued)} queued`;
  return b.wrong ? `${sum}: ${b.wrong}` : sum;
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

/** Age of the image a run would go on from, or that there is none yet. */
export function imageWords(status: LiveStatus, ms: number): string {
  return status.imageAt < 0 ? 'none yet' : `${ago(Math.max(0, ms - status.imageAt))} old`;
}
