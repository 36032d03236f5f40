/** What the page says when something did not go as ordered: what is so, what is kept, what to do. */
import type { EngineStatus, Pulse } from '../../hosts/engine.ts';
import type { Moment } from '../../link/index.ts';
import type { StageView } from '../../report/view.ts';
import { type ContentsWords, UnusableInput } from '../opening/contract.ts';
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

/** What is in a capture that has just been opened, and the first thing worth seeing in it, where there is one. */
export const contentsNotice = ({ moves, ...words }: ContentsWords, tell: () => void): Notice => ({
  tone: 'plain',
  ...words,
  action: null,
  ways: moves ? [{ label: 'Show a move in it', run: tell }] : [],
});

export const nothingMovesNotice = (): Notice => ({
  tone: 'plain',
  heading: 'Nothing in this capture moves by itself',
  detail:
    'No connection of it comes to be accepted here. Play runs it; a connection that appears can be moved by hand.',
  action: null,
});

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

/** What of a link could not be read, cannot be had here, or came out otherwise. */
export function linkNotice(lines: readonly string[]): Notice {
  const elsewhere = lines.every((l) => l.startsWith(ELSEWHERE));
  const instead = lines.includes(FIRST_INSTEAD);
  const heading = elsewhere
    ? 'This is not the very moment that was copied'
    : instead
      ? 'This link cannot be shown'
      : 'Not all of this link can be shown';
  const said = lines.join(' ');
  const detail = elsewhere || instead || said.endsWith('is kept.') ? said : `${said} The rest is kept.`;
  return { tone: 'error', heading, detail, action: null };
}

/** Where a link begins cannot be had here. */
export const FIRST_INSTEAD = 'The first sample is shown.';

export const ELSEWHERE = 'Its choices were followed: ';

/** A link's moment was made with another program, and looked for by its places. */
export const MISPLACED =
  'It was made with another program; its choices were looked for by the steps they were made at.';

/** Who runs the world does not answer, or has ended. `shown`: there is a picture, as old as the last sign. */
export function deadNotice({ state, ms, why }: Pulse, shown: boolean, goOn: () => void): Notice {
  const heading = shown
    ? state === 'ended'
      ? 'The coordinator has ended'
      : 'The coordinator does not answer'
    : 'The workers do not start';
  const since = `Nothing has been heard of it for ${Math.max(1, Math.round(ms / 1000))} s.`;
  const reason = why ? sentence(why) : shown ? '' : since;
  const detail = shown
    ? `${reason} What is shown is as old as its last sign. The recording is kept: new workers can go on from it.`
    : `${reason} Their script may not have been loaded.`;
  const label = shown ? 'Go on from the recording' : 'Try again';
  return {
    tone: 'lost',
    heading,
    detail: detail.trim(),
    action: null,
    ways: [{ label, run: goOn }],
    about: 'life',
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

/** Its name and the beginning of its SHA-256; '' for what is no capture. */
export const captureName = ({ scenario }: Moment): string =>
  scenario?.kind === 'capture' ? `“${scenario.name}” (SHA-256 ${scenario.sha256.slice(0, 16)}…)` : '';

/** The same choices were made in another program; null when all could be. */
export function partedNotice(notes: readonly string[]): Notice | null {
  if (notes.length === 0) return null;
  return { tone: 'plain', heading: 'Here the programs part', detail: notes.join(' '), action: null };
}

export function lostNotice(status: EngineStatus, revive: (tid: number) => void): Notice {
  const who = status.lost.map((t) => `T${t}`).join(' and ');
  const one = status.lost.length === 1;
  const silent = status.lost.length > 0 && status.lost.every((t) => status.silent.includes(t));
  const heading = silent
    ? `The worker of ${who} does not answer`
    : status.lost.length > 0
      ? `The worker of ${who} has ended`
      : 'A worker has ended';
  const where = `${one ? 'That thread stands' : 'Those threads stand'} where it stopped; the others are unharmed.`;
  const detail = status.message ? sentence(status.message) : where;
  const ways = status.lost.map((t) => ({ label: `Give T${t} a new worker`, run: () => revive(t) }));
  return {
    tone: 'lost',
    heading,
    detail,
    action: { label: 'Restart', command: 'restart' },
    ways,
    about: 'lost',
  };
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
    const detail = broken.map((r) => `${r.id}: ${sentence(r.why)}`).join(' ') || status.message;
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

/** The person did not wait for the moment. */
export const stoppedOnTheWayNotice = (): Notice => ({
  tone: 'plain',
  heading: 'Stopped on the way to the moment',
  detail: 'This is the beginning of its run.',
  action: null,
});

/** A state that no picture can be made of. */
export const undrawableNotice = (error: unknown): Notice => ({
  tone: 'error',
  heading: 'This state cannot be drawn',
  detail: `${sentence(error instanceof Error ? error.message : String(error))} The picture is the last that could.`,
  action: { label: 'Begin again', command: 'restart' },
});

/** A part without a place of its own on the page. `what` begins the sentence; `until`: what is not so until it is loaded. */
export const notLoadedNotice = (what: string, again: () => void, until = ''): Notice => ({
  tone: 'error',
  heading: `${what} could not be loaded.`,
  detail: `The network may be gone, or this page was replaced by a newer one. ${until}`.trim(),
  action: null,
  ways: [
    { label: 'Try again', run: again },
    { label: 'Reload', run: () => location.reload() },
  ],
});

/** The browser gives this page no storage: in a sandboxed frame, or because the person has shut it. */
export const forgottenNotice = (): Notice => ({
  tone: 'plain',
  heading: 'This setting is forgotten with the page',
  detail: 'The browser gives this page no storage.',
  action: null,
});

/** A text as a sentence. */
export function sentence(text: string): string {
  const t = text.trim();
  if (!t) return '';
  const first = t[0]!.toUpperCase() + t.slice(1);
  return /[.!?…]$/.test(first) ? first : `${first}.`;
}
