/** What the page says when something did not go as ordered: what is so, what is kept, what to do. */
import type { EngineStatus } from '../hosts/engine.ts';
import type { StageView } from '../report/view.ts';
import { UnusableInput } from './contract.ts';
import type { Notice } from './store.ts';

export function refusalNotice(reason: string, letter = ''): Notice {
  const heading = letter ? `Rebind of ${letter} refused` : 'Rebind refused';
  const detail = sentence(reason.replace(/^Rebind refused\.?:?\s*/i, ''));
  return { tone: 'refused', heading, detail: `${detail} Nothing was changed.`, action: null };
}

export function rejectedNotice(name: string, error: unknown): Notice {
  if (error instanceof UnusableInput) {
    const detail = error.advice || 'The stage is as it was.';
    return {
      tone: 'error',
      heading: sentence(error.message),
      detail,
      action: { label: 'Choose another…', command: 'open' },
    };
  }
  const text = error instanceof Error ? error.message : String(error);
  return { tone: 'error', heading: `${name} could not be opened.`, detail: sentence(text), action: null };
}

export function lostNotice(status: EngineStatus): Notice {
  const who = status.lost.map((t) => `T${t}`).join(' and ');
  const one = status.lost.length === 1;
  const heading = status.lost.length > 0 ? `The worker of ${who} has ended` : 'A worker has ended';
  const detail = `${status.message ? `${sentence(status.message)} ` : ''}${one ? 'That thread stands' : 'Those threads stand'} where it stopped; the others are unharmed.`;
  return { tone: 'lost', heading, detail, action: { label: 'Restart', command: 'restart' } };
}

/** Null when the run stopped for a reason the stage itself shows well enough. */
export function stoppedNotice(status: EngineStatus, stage: StageView): Notice | null {
  if (status.stopped === 'bug' || stage.fatal) {
    const f = stage.fatal;
    const heading = f ? `T${f.tid} aborted in ${f.fn}` : 'HAProxy aborted';
    const detail = f ? [f.text, f.where].filter(Boolean).join('  ') : status.message;
    return { tone: 'violation', heading, detail, action: { label: 'Restart', command: 'restart' } };
  }
  if (status.stopped === 'rule') {
    const broken = stage.rules.filter((r) => r.state === 'broken');
    const detail = broken.map((r) => `${r.id}: ${sentence(r.sentence)}`).join(' ') || status.message;
    return {
      tone: 'violation',
      heading: 'A rule is broken',
      detail,
      action: { label: 'Restart', command: 'restart' },
    };
  }
  if ((status.stopped === 'moment' || status.stopped === 'traffic') && status.message) {
    return { tone: 'plain', heading: sentence(status.message), detail: '', action: null };
  }
  return null;
}

function sentence(text: string): string {
  const t = text.trim();
  if (!t) return '';
  const first = t[0]!.toUpperCase() + t.slice(1);
  return /[.!?…]$/.test(first) ? first : `${first}.`;
}
