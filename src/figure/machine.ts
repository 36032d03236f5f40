/** The real machine in a figure: an ES module without a framework, loaded when a reader first changes something. */
import { createStore } from 'zustand/vanilla';
import { momentOf } from '../app/address/moments.ts';
import { createBackend } from '../app/opening/backend.ts';
import { createSession, type Session } from '../app/session/session.ts';
import type { Picture } from '../app/session/store.ts';
import { decodeMoment, encodeMoment, toHash } from '../link/index.ts';
import { nameOf } from '../report/name.ts';
import { type Deck, type DeckState, kindOfMark } from './deck.ts';
import type { Change, GoOn } from './take-over.ts';

/** Rejects where the machine does not come to the moment. */
export const goOn: GoOn = async ({ link, at, undone, detail, selected, captures, change }) => {
  const { moment } = decodeMoment(link);
  const { anchor: _, hash: __, ...playhead } = moment.playhead;
  const session = createSession({
    backend: createBackend(captures),
    now: () => performance.now(),
    reducedMotion: () => matchMedia('(prefers-reduced-motion: reduce)').matches,
    later: (work) => void setTimeout(work),
    quiet: true,
    first: { detail, selected },
  });
  const { scenario } = moment;
  if (!scenario || scenario.kind === 'capture')
    throw new Error('only a bundled beginning can be gone on from');
  const opened = await session.open(scenario, null, { ...moment, playhead: { ...playhead, at, undone } });
  if (!opened) throw new Error(session.choices.getState().notice?.heading ?? 'not opened');
  await shown(session, at);
  session.rebind(change.conn, change.tid);
  session.play();
  untilMoved(session, change);
  return {
    session,
    deck: deckOf(session),
    hash: () => {
      const here = momentOf(session, null);
      return here ? toHash(encodeMoment(here)) : '';
    },
  };
};

/** Once the moment stands on the stage. */
function shown({ picture }: Session, at: number): Promise<void> {
  return new Promise((resolve) => {
    const is = (p: Picture): boolean => p.stage !== null && p.travel.at === at && p.hash !== '';
    if (is(picture.getState())) return resolve();
    const stop = picture.subscribe((p) => {
      if (!is(p)) return;
      stop();
      resolve();
    });
  });
}

/** Stands once the move is over: what comes after it was not asked for. */
function untilMoved({ picture, pause }: Session, { conn, tid }: Change): void {
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

function deckOf(session: Session): Deck {
  const { picture } = session;
  const first = picture.getState().travel.at;
  const stateOf = ({ travel, status }: Picture): DeckState => {
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
      name: marks.filter((m) => m.at + 1 === travel.at).map(words)[0] ?? '',
      atEnd: false,
      marks: marks.map((m) => ({ share: share(m.at + 1), kind: kindOfMark(m.kind), words: words(m) })),
    };
  };
  const state = createStore<DeckState>(() => stateOf(picture.getState()));
  const stop = picture.subscribe((p, before) => {
    if (p.travel !== before.travel || p.status !== before.status) state.setState(stateOf(p));
  });
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
      stop();
      session.close();
    },
  };
}
