/** The real machine in a figure: an ES module without a framework, loaded when a reader first changes something. */
import { createStore } from 'zustand/vanilla';
import { momentOf } from '../app/address/here.ts';
import { createBackend } from '../app/opening/backend.ts';
import { afterPaint } from '../app/session/after-paint.ts';
import { createSession, type Session } from '../app/session/session.ts';
import type { Picture } from '../app/session/store.ts';
import { decodeMoment, encodeMoment, toHash } from '../link/index.ts';
import { nameOf } from '../report/name.ts';
import { type Deck, type DeckState, kindOfMark } from './deck.ts';
import type { GoOn, Wanted } from './take-over.ts';

/** Rejects where the machine does not come to the moment, or to another state there than the tape's. */
export const goOn: GoOn = async (wanted) => {
  const { detail, selected, captures } = wanted;
  const session = createSession({
    backend: createBackend(captures),
    now: () => performance.now(),
    reducedMotion: () => matchMedia('(prefers-reduced-motion: reduce)').matches,
    later: (work) => void setTimeout(work),
    painted: afterPaint,
    quiet: true,
    first: { detail, selected },
  });
  try {
    await standAt(session, wanted);
  } catch (error) {
    session.close();
    throw error;
  }
  return {
    session: { ...session, rebind: (conn, tid) => move(session, conn, tid) },
    deck: deckOf(session),
    hash: () => {
      const here = momentOf(session, null);
      return here ? toHash(encodeMoment(here)) : '';
    },
  };
};

async function standAt(session: Session, { link, at, undone, hash }: Wanted): Promise<void> {
  const { moment } = decodeMoment(link);
  const { anchor: _, hash: __, ...playhead } = moment.playhead;
  const { scenario } = moment;
  if (!scenario || scenario.kind === 'capture')
    throw new Error('only a bundled beginning can be gone on from');
  const opened = await session.open(scenario, null, { ...moment, playhead: { ...playhead, at, undone } });
  if (!opened) throw new Error(session.choices.getState().notice?.heading ?? 'not opened');
  const there = await shown(session, at);
  if (hash && there !== hash) throw new Error(`step ${at} is another state here: ${there}, not ${hash}`);
}

/** Once the moment stands on the stage; its state's hash. */
function shown({ picture }: Session, at: number): Promise<string> {
  return new Promise((resolve) => {
    const is = (p: Picture): boolean => p.stage !== null && p.travel.at === at && p.hash !== '';
    const now = picture.getState();
    if (is(now)) return resolve(now.hash);
    const stop = picture.subscribe((p) => {
      if (!is(p)) return;
      stop();
      resolve(p.hash);
    });
  });
}

/** Orders the move and plays until it is over: what comes after it was not asked for. A refused one is said, and nothing plays. */
function move(session: Session, conn: number, tid: number): void {
  const { picture, pause } = session;
  const connNow = () => picture.getState().stage?.conns.find((x) => x.index === conn);
  const before = connNow();
  session.rebind(conn, tid);
  if (!before || before.owner === tid || before.rebindRefusal) return;
  session.play();
  let begun = false;
  const stop = picture.subscribe(({ stage, status }) => {
    begun ||= status.playing;
    const c = connNow();
    const waits = stage?.threads.some((t) =>
      [...t.inbox, t.hand].some((d) => d?.conn?.letter === c?.name.letter),
    );
    if (c && c.owner === tid && !c.rebind && c.late === 0 && !waits) pause();
    else if (!begun || status.playing) return;
    stop();
  });
}

function deckOf(session: Session): Deck {
  const { picture, choices } = session;
  /** Where the scrubber begins: at the earliest moment that was gone to. */
  let first = picture.getState().travel.at;
  const stateOf = ({ travel, status }: Picture): DeckState => {
    first = Math.min(first, travel.at);
    const length = Math.max(1, travel.end - first);
    const share = (at: number): number => Math.max(0, Math.min(1, (at - first) / length));
    const marks = travel.marks.filter((m) => m.at >= first);
    const words = (m: (typeof marks)[number]): string =>
      m.kind === 'redispatch'
        ? `${m.dgram + 1} is passed on`
        : m.kind === 'commit' && m.conn >= 0
          ? `commit: ${nameOf(m.conn).letter} is T${m.other}’s`
          : m.kind;
    return {
      playing: status.playing,
      share: share(travel.at),
      step: travel.at,
      name:
        choices.getState().notice?.heading ?? marks.filter((m) => m.at + 1 === travel.at).map(words)[0] ?? '',
      atEnd: false,
      marks: marks.map((m) => ({ share: share(m.at + 1), kind: kindOfMark(m.kind), words: words(m) })),
    };
  };
  const state = createStore<DeckState>(() => stateOf(picture.getState()));
  const stops = [
    picture.subscribe((p, before) => {
      if (p.travel !== before.travel || p.status !== before.status) state.setState(stateOf(p));
    }),
    choices.subscribe((c, before) => {
      if (c.notice !== before.notice) state.setState(stateOf(picture.getState()));
    }),
  ];
  return {
    state,
    play: session.play,
    pause: session.pause,
    step: (by) => (by > 0 ? session.step() : session.travel({ kind: 'back' })),
    mark(by) {
      const { travel } = picture.getState();
      const ahead = travel.marks.some((m) => m.kind !== 'refused' && m.at + 1 > travel.at);
      // Nothing more is recorded: it runs on by itself.
      if (by > 0 && !ahead) session.play();
      else session.travel({ kind: 'mark', by });
    },
    seek(share) {
      const { end } = picture.getState().travel;
      session.travel({ kind: 'seek', at: Math.round(first + share * (end - first)) });
    },
    rewind: () => session.travel({ kind: 'seek', at: first }),
    close() {
      for (const stop of stops) stop();
      session.close();
    },
  };
}
