/** Live's view of a recorded run: the run is told to a board, as free threads would, and read from it as the page reads. */
import { createLiveSession, type LiveSession } from '../app/live/session.ts';
import { ThreadCtx } from '../haproxy/model/layouts.ts';
import type { EventSink } from '../haproxy/step/events.ts';
import { Board, CONN, COUNT, HEAD, ROW, STATE } from '../hosts/live/board.ts';
import { RunClock } from '../hosts/live/clock.ts';
import { LIVE_DEFAULTS, type LiveStatus } from '../hosts/live/contract.ts';
import { LiveReading } from '../hosts/live/reading.ts';
import { BoardSink } from '../hosts/live/sink.ts';
import { record } from '../machine/recording/make.ts';
import { RULES } from '../machine/rules/index.ts';
import { SENTENCES } from '../machine/rules/sentences.ts';
import { PlainMem } from '../memory/plain.ts';
import { makeWorld } from '../scenario/make.ts';
import type { Told } from './recorded.ts';

/** Happenings that threads tell of between two readings, and the time that is said to lie between these, ms. */
const EVERY = 4;
const APART = 100;

const READY: LiveStatus = {
  phase: 'running',
  load: 'with opening',
  ceiling: 'the chosen rate',
  handledPerSecond: 0,
  mostPerSecond: 0,
  settings: LIVE_DEFAULTS.settings,
  memory: { run: 64_100_000, image: 64_400_000, connection: 3900, places: 6512 },
  safePoint: null,
  imageAt: -1,
  lost: [],
  stopped: '',
  message: '',
  troubles: [],
  firstHandledMs: 0,
  compiled: true,
};

/** What became of the run at its end. */
export type LiveEnd = 'runs' | 'paused' | 'lost' | 'rule' | 'off';

/** The first of the story's runs with `threads` threads, as far as it was recorded. */
export function liveOf({ data, tale }: Told, threads: number, end: LiveEnd): LiveSession {
  const { options, resolved } = tale.runs[0]!;
  const { W, P } = makeWorld(data, { ...options, threads });
  const board = new Board(Board.parts(threads, data.conns.length));
  for (let c = 0; c < data.conns.length; c++) board.words[board.conn(c) + CONN.owner] = -1;
  let now = 0;
  let read = (): void => {};
  let tell: (s: LiveStatus) => void = () => {};
  const off =
    end === 'off' ? { why: 'No memory is shared here.', turnsOn: 'Serve it with its headers.' } : null;
  const live = createLiveSession({
    start: () => ({
      order() {},
      reading: new LiveReading(board),
      onStatus(cb) {
        tell = cb;
        cb(READY);
        return () => {};
      },
      onFrozen: () => () => {},
      onRefused: () => () => {},
      onPulse: () => () => {},
      lastImage: () => null,
      close() {},
    }),
    whyOff: () => off,
    now: () => now,
    reducedMotion: () => false,
    hidden: () => false,
    onHidden: () => () => {},
    later(cb) {
      read = cb;
      return () => {
        read = () => {};
      };
    },
    wishes: {
      ...{
        workers: threads,
        revision: options.revision,
        socketOwner: options.socketOwner,
        source: 'capture',
      },
      ...{ changes: {}, opening: true, size: 1200 },
    },
    capture: () => data,
    say() {},
    frozen() {},
  });
  if (off) return live;
  live.enter();

  const m = new PlainMem(new Int32Array(W.layout.words));
  const clock = new RunClock(board, () => now);
  const sinks = Array.from({ length: threads }, (_, t) => new BoardSink(board, t, clock));
  let told = 0;
  const sink: EventSink = {
    note(x, ...of) {
      sinks[x.t]!.note(x, ...of);
      if (++told % EVERY > 0) return;
      now += APART;
      clock.read();
      board.words[HEAD.ms] = now;
      for (let t = 0; t < threads; t++) {
        const sleeps = m.ld(W.th(t) + ThreadCtx.waiting) !== 0;
        board.words[board.row(t) + ROW.state] = sleeps ? STATE.asleep : STATE.running;
        board.words[board.row(t) + ROW.beat]!++;
        if (!sleeps) board.counts[board.count(t) + COUNT.busyMs]! += APART;
      }
      board.words[HEAD.live] = data.conns.length;
      read();
    },
    trace: (x, tp, qc) => sinks[x.t]!.trace(x, tp, qc),
    called() {},
  };
  const run = record(m, W, P, sink);
  // Choices are of the story's own number of threads.
  if (threads === options.threads) run.load(resolved.departures, resolved.end);
  else run.machine.run(resolved.end);
  tell(statusOf(board, now, end));
  return live;
}

function statusOf(board: Board, ms: number, end: LiveEnd): LiveStatus {
  const read = new LiveReading(board);
  const [received, handled, dropped] = (['received', 'handled', 'dropped'] as const).map((n) =>
    read.total(n),
  );
  const rate = Math.round((handled! * 1000) / Math.max(1, ms));
  const status = { ...READY, handledPerSecond: rate, mostPerSecond: rate, imageAt: ms - APART };
  if (end === 'runs') return status;
  if (end === 'lost')
    return { ...status, lost: [{ tid: 1, why: 'its worker has ended', at: ms, imageAge: APART }] };
  const queued = received! - handled! - dropped!;
  const broken =
    end === 'rule' ? RULES.slice(0, 1).map(({ id }) => ({ rule: id, text: SENTENCES[id]! })) : [];
  return {
    ...status,
    phase: end === 'rule' ? 'stopped' : 'paused',
    stopped: end === 'rule' ? 'rule' : '',
    message: broken[0]?.text ?? '',
    safePoint: {
      ms,
      atRest: false,
      rulesHeld: RULES.slice(broken.length).map((r) => r.id),
      rulesNotLookedAt: [],
      rulesBroken: broken,
      balance: { received: received!, handled: handled!, dropped: dropped!, reasons: [], queued, wrong: '' },
    },
  };
}
