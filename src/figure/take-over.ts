/** From a tape to the machine: what a reader changes first loads it, at the step that is shown, and is done there. */
import type { Session } from '../app/session/session.ts';
import type { FigureEnv } from './begin.tsx';
import type { Deck } from './deck.ts';
import type { Player } from './player.ts';

/** What a reader has changed, done to what goes on. */
export type Change = (taken: Taken) => void;

export interface Wanted {
  /** A link's text, and where along it: happenings before the playhead, choices made there that are ahead. */
  link: string;
  at: number;
  undone: number;
  detail: 'simple' | 'full';
  selected: number;
  /** Where the bundled captures lie, an address with a slash at its end. */
  captures: string;
  /** Of the state that is shown, where the tape says it; ''. */
  hash: string;
}

export interface Taken {
  deck: Deck;
  session: Session;
  /** The hash part of the address of the moment that is shown; '' when it has none. */
  hash(): string;
}

export type GoOn = (wanted: Wanted) => Promise<Taken>;

/** Null where it cannot be: from a file, without an origin that may load modules, or of a run that no link names. */
export async function takeOver({ reel, script, page }: FigureEnv, player: Player): Promise<Taken | null> {
  const { link, undone = 0 } = reel.tape;
  if (!link || !script || location.protocol === 'file:') return null;
  const frame = player.frame();
  const { selected, detail } = player.session.choices.getState();
  try {
    const { goOn } = (await import(/* @vite-ignore */ new URL('machine.js', script).href)) as { goOn: GoOn };
    return await goOn({
      link,
      at: reel.stepAt(frame),
      undone: frame === 0 ? undone : 0,
      detail,
      selected,
      captures: new URL(`${page}captures/`, location.href).href,
      hash: player.session.picture.getState().hash,
    });
  } catch {
    // Whatever is lacking, the tape is still there: the figure says that it is one.
    return null;
  }
}
