/** Ties a figure together: what is played, what a reader changes, and when it plays by itself. */
import type { Root } from 'react-dom/client';
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Session } from '../app/session/session.ts';
import type { Reel } from '../tape/reel.ts';
import type { Deck } from './deck.ts';
import { Figure } from './Figure.tsx';
import { fullAddress } from './full.ts';
import { keysOf } from './keys.ts';
import { type FigureOptions, optionsIn } from './options.ts';
import { createPlayer, type Player } from './player.ts';
import { onlyOnePlays, watchSight } from './sight.ts';
import { type Change, type Taken, takeOver } from './take-over.ts';

export interface FigureEnv {
  reel: Reel;
  query: string;
  /** What happens on the tape, in a sentence. */
  caption: string;
  /** Address of the whole page, from this document. */
  page: string;
  /** Address of the figure's own script; '' where it stands in the document. */
  script: string;
  root: Root;
  node: HTMLElement;
}

export interface FigureState {
  deck: Deck;
  session: Session;
  /** Controls stand in place of the one Play. */
  begun: boolean;
  said: string;
  /** Threads that have a lane. */
  lanes: readonly number[];
}

export interface RunningFigure {
  player: Player;
  state: StoreApi<FigureState>;
  options: FigureOptions;
  touched(): void;
  setTheme(theme: FigureOptions['theme']): void;
}

const REPLAY_ONLY = 'Replay only. Open full to go on.';

export function createFigure(env: FigureEnv): RunningFigure {
  const { reel, root, node } = env;
  const { tape } = reel;
  const options = optionsIn(env.query, tape.threads);
  const player = createPlayer(reel, options, {
    now: () => performance.now(),
    reducedMotion: () => matchMedia('(prefers-reduced-motion: reduce)').matches,
    nextFrame(cb) {
      const id = requestAnimationFrame(cb);
      return () => cancelAnimationFrame(id);
    },
    beyond: (what) => void change(what),
  });
  const { deck } = player;
  /** The machine that has taken over. */
  let taken: Taken | null = null;
  let asked = false;

  const change = async (what: Change): Promise<void> => {
    if (asked) return;
    asked = true;
    deck.pause();
    state.setState({ begun: true, said: 'The machine is being loaded …' });
    taken = await takeOver(env, player);
    if (taken) {
      watchPlaying(taken.deck);
      laneForOwner(taken.session);
      state.setState({ deck: taken.deck, session: taken.session, said: '' });
      what(taken);
    } else {
      asked = false;
      state.setState({ said: REPLAY_ONLY });
    }
  };
  /** Whoever a reader gives a connection to has a lane from then on. */
  const laneForOwner = (of: Session): void =>
    void of.picture.subscribe(({ stage }) => {
      const { selected } = of.choices.getState();
      const owner = stage?.conns.find((c) => c.index === selected)?.owner ?? -1;
      const { lanes } = state.getState();
      if (owner >= 0 && !lanes.includes(owner))
        state.setState({ lanes: [...lanes, owner].sort((a, b) => a - b) });
    });
  const session: Session = {
    ...player.session,
    rebind: (conn, tid) => void change((to) => to.session.rebind(conn, tid)),
    toggleHold: (tid) => void change((to) => to.session.toggleHold(tid)),
  };
  const state = createStore<FigureState>(() => ({
    deck,
    session,
    begun: options.begin !== 'picture',
    said: '',
    lanes: options.lanes ?? tape.lanes,
  }));
  const touched = (): void => {
    if (!state.getState().begun) state.setState({ begun: true });
    if (!taken && state.getState().said) state.setState({ said: '' });
  };

  const setTheme = (theme: FigureOptions['theme']): void => {
    if (theme === 'auto') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
  };
  setTheme(options.theme);

  const draw = (): void => {
    const now = state.getState();
    root.render(
      <Figure
        deck={now.deck}
        session={now.session}
        title={tape.title}
        look={tape.look}
        caption={taken ? tape.look : env.caption}
        lanes={now.lanes}
        lasts={reel.lasts - reel.shownAt[player.first]!}
        begun={now.begun}
        bare={options.bare}
        said={now.said}
        openFull={() => (taken ? `${env.page}${taken.hash()}` : fullAddress(env.page, reel, player.frame()))}
        touched={touched}
      />,
    );
  };
  state.subscribe(draw);
  draw();

  const others = onlyOnePlays(() => state.getState().deck.pause());
  const watchPlaying = (d: Deck): void =>
    void d.state.subscribe((now, before) => {
      if (now.playing && !before.playing) others();
    });
  watchPlaying(deck);
  watchSight(node, {
    seen() {
      if (
        options.begin === 'playing' &&
        !taken &&
        deck.state.getState().atEnd === false &&
        !state.getState().said
      )
        deck.play();
    },
    unseen: () => state.getState().deck.pause(),
    long() {
      if (taken || options.begin !== 'picture') return;
      deck.rewind();
      state.setState({ begun: false, said: '' });
    },
  });
  keysOf(node, state, tape.threads);
  return { player, state, options, touched, setTheme };
}
