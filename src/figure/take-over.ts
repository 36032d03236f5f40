/** From a tape to the machine: what a reader changes first loads it, at the step that is shown, and is done there. */
import type { Session } from '../app/session/session.ts';
import type { FigureEnv } from './begin.tsx';
import type { Deck } from './deck.ts';
import type { Player } from './player.ts';

export type Change =
  | { kind: 'rebind'; conn: number; tid: number }
  /** Holds a thread, or releases it. */
  | { kind: 'hold'; tid: number }
  | { kind: 'run'; tid: number }
  | { kind: 'step' };

export interface Wanted {
  /** A link's text, and where along it: happenings before the playhead, choices made there that are ahead. */
  link: string;
  at: number;
  undone: number;
  detail: 'simple' | 'full';
  selected: number;
  /** What the machine is to show first, so that nothing else is ever drawn. */
  captures: string;
}

export interface Taken {
  deck: Deck;
  session: Session;
  /** The hash part of the address of the moment that is shown; '' when it has none. */
  hash(): string;
}

export type GoOn = (wanted: Wanted) => Promise<Taken>;

/** Null where it cannot be: from a file, without an origin that may load modules, or of a run that no link names. */
export async function takeOver(
  { reel, script, page }: FigureEnv,
  player: Player,
  change: Change,
): Promise<Taken | null> {
  const { link, undone = 0 } = reel.tape;
  if (!link || !script || location.protocol === 'file:') return null;
  const frame = player.frame();
  const { selected, detail } = player.session.choices.getState();
  try {
    const { goOn } = (await import(/* @vite-ignore */ new URL('machine.js', script).href)) as { goOn: GoOn };
    const taken = await goOn({
      link,
      at: reel.stepAt(frame),
      undone: frame === 0 ? undone : 0,
      detail,
      selected,
      captures: new URL(`${page}captures/`, location.href).href,
    });
    made(taken, change);
    return taken;
  } catch {
    // Whatever is lacking, the tape is still there: the figure says that it is one.
    return null;
  }
}

function made({ session }: Taken, change: Change): void {
  switch (change.kind) {
    case 'rebind':
      session.rebind(change.conn, change.tid);
      session.play();
      untilMoved(session, change);
      break;
    case 'hold':
      session.toggleHold(change.tid);
      break;
    case 'run':
      session.runThread(change.tid);
      break;
    case 'step':
      session.step();
  }
}

/** Stands once the move is over: what comes after it was not asked for. */
function untilMoved({ picture, pause }: Session, { conn, tid }: Extract<Change, { kind: 'rebind' }>): void {
  let begun = false;
  const stop = picture.subscribe(({ stage, status }) => {
    begun ||= status.playing;
    const c = stage?.conns.find((x) => x.index === conn);
    const waits = stage?.threads.some((t) =>
      [...t.inbox, t.hand].some((d) => d?.conn?.letter === c?.name.letter),
    );
    if (c && c.owner === tid && !c.rebind && c.late === 0 && !waits) pause();
    else if (!begun || status.playing) return;
    stop();
  });
}
