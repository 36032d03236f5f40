/** What the page says when something did not go as ordered: what is so, what is kept, what to do. */
import type { EngineStatus } from '../../hosts/engine.ts';
import type { Moment } from '../../link/index.ts';
import type { StageView } from '../../report/view.ts';
import { UnusableInput } from '../opening/contract.ts';
import type { Notice } from './store.ts';

export function refusalNotice(reason: string, letter = ''): Notice {
  const heading = letter ? `Rebind of ${letter} refused` : 'Rebind refused';
  const detail = sentence(reason.replace(/^Rebind refused\.?:?\s*/i, ''));
  return { tone: 'refused', heading, detail: `${detail} Nothing was changed.`, action: null };
}

/** The world did not take an order. */
export function refusedNotice(why: string): Notice {
  return { tone: 'refused', heading: 'That can’t be done now', detail: sentence(why), action: null };
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

/** A link's parts that could not be read, or cannot be had here. */
export function linkNotice(notes: readonly string[]): Notice {
  const detail = `${notes.join(' ')} The rest is kept.`;
  return { tone: 'error', heading: 'Not all of this link can be shown', detail, action: null };
}

/** The capture that a link speaks of is the person's own: they have it, or nobody has. */
export function awaitedNotice(m: Moment): Notice {
  return {
    tone: 'plain',
    heading: `This link needs the capture ${captureName(m)}`,
    detail:
      'It is not in the link. Open the file, with its key log if there was one, and the moment is shown.',
    action: { label: 'Open capture…', command: 'open' },
  };
}

export function otherCaptureNotice(m: Moment): Notice {
  return {
    tone: 'plain',
    heading: 'This is another capture',
    detail: `The link needs ${captureName(m)}. The file just opened is shown from its beginning.`,
    action: { label: 'Choose another…', command: 'open' },
  };
}

const captureName = ({ scenario }: Moment): string =>
  scenario?.kind === 'capture' ? `“${scenario.name}” (SHA-256 ${scenario.sha256.slice(0, 16)}…)` : '';

/** A link's moment was made with another program, and found again by its places. */
export function misplacedNotice(notes: readonly string[]): Notice {
  const found = notes.length === 0 ? 'All were found.' : notes.join(' ');
  return {
    tone: notes.length === 0 ? 'plain' : 'error',
    heading: 'This link was made with another program',
    detail: `Its choices were looked for by the steps they were made at. ${found}`,
    action: null,
  };
}

/** The same choices were made in another program; null when all could be. */
export function partedNotice(notes: readonly string[]): Notice | null {
  if (notes.length === 0) return null;
  return { tone: 'plain', heading: 'Here the programs part', detail: notes.join(' '), action: null };
}

/** The link's choices lead to another state than the one it was copied at. */
export function otherStateNotice(was: string, is: string): Notice {
  return {
    tone: 'error',
    heading: 'This is not the very moment that was copied',
    detail: `Its choices were followed, and the state is ${is}; it was ${was}.`,
    action: null,
  };
}

export function lostNotice(status: EngineStatus): Notice {
  const who = status.lost.map((t) => `T${t}`).join(' and ');
  const one = status.lost.length === 1;
  const heading = status.lost.length > 0 ? `The worker of ${who} has ended` : 'A worker has ended';
  const detail = `${status.message ? `${sentence(status.message)} ` : ''}${one ? 'That thread stands' : 'Those threads stand'} where it stopped; the others are unharmed.`;
  return { tone: 'lost', heading, detail, action: { label: 'Restart', command: 'restart' } };
}

const DID = { assertion: 'aborted', crash: 'crashed', freed: 'used a freed object' } as const;

/** Null when the run stopped for a reason the stage itself shows well enough. */
export function stoppedNotice(status: EngineStatus, stage: StageView): Notice | null {
  if (status.stopped === 'bug' || stage.fatal) {
    const f = stage.fatal;
    const heading = f ? `T${f.tid} ${DID[f.kind]} in ${f.fn}` : 'The run stopped at a bug';
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
