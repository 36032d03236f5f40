import { describe, expect, it } from 'vitest';
import { Board, CONN, COUNT } from '../../hosts/live/board.ts';
import {
  LIVE_DEFAULTS,
  type Live,
  type LiveBegin,
  type LiveOrder,
  type LivePhase,
  type LiveStatus,
} from '../../hosts/live/contract.ts';
import { LiveReading } from '../../hosts/live/reading.ts';
import type { Pulse } from '../../hosts/pulse.ts';
import type { Said } from '../session/announcer.ts';
import { columnsFor } from './geometry.ts';
import { createLiveSession } from './session.ts';

const first: LiveStatus = {
  phase: 'starting',
  load: 'routing only',
  ceiling: '',
  handledPerSecond: 0,
  mostPerSecond: 0,
  settings: LIVE_DEFAULTS.settings,
  memory: null,
  safePoint: null,
  imageAt: 0,
  lost: [],
  stopped: '',
  message: '',
  troubles: [],
  firstHandledMs: -1,
  compiled: true,
};

/** A session whose run is a board written by hand and a line that only notes what is ordered. */
function stand() {
  const board = new Board(Board.parts(2, 8));
  for (let c = 0; c < 8; c++) board.words[board.conn(c) + CONN.owner] = -1;
  const own = (c: number, tid: number) => {
    board.words[board.conn(c) + CONN.owner] = tid;
  };
  const orders: LiveOrder[] = [];
  const said: Said[] = [];
  let tell: (s: LiveStatus) => void = () => {};
  let feel: (p: Pulse) => void = () => {};
  let image: ReturnType<Live['lastImage']> = null;
  const begun: LiveBegin[] = [];
  let status = first;
  let now = 0;
  let hidden = false;
  let calm = false;
  let onHidden = () => {};
  let due: { cb: () => void; at: number }[] = [];
  const run: Live = {
    order: (o) => orders.push(o),
    reading: new LiveReading(board),
    onStatus(cb) {
      tell = cb;
      cb(status);
      return () => {};
    },
    onFrozen: () => () => {},
    onRefused: () => () => {},
    onPulse(cb) {
      feel = cb;
      return () => {};
    },
    lastImage: () => image,
    close() {},
  };
  const session = createLiveSession({
    start(begin) {
      begun.push(begin);
      return run;
    },
    whyOff: () => null,
    now: () => now,
    reducedMotion: () => calm,
    hidden: () => hidden,
    onHidden(cb) {
      onHidden = cb;
      return () => {};
    },
    later(cb, ms) {
      const entry = { cb, at: now + ms };
      due.push(entry);
      return () => {
        due = due.filter((d) => d !== entry);
      };
    },
    wishes: {
      workers: 2,
      revision: 'finalized',
      changes: { without: ['1acbbca17'] },
      socketOwner: 'listener',
      source: 'clients',
      opening: false,
      size: 50,
    },
    capture: () => null,
    say: (s) => said.push(s),
    frozen() {},
  });
  session.set({
    place: { width: 400, columns: columnsFor(2, 100, 400), ground: 300, unit: 1, heatFrom: [1, 2, 3] },
  });
  return {
    session,
    board,
    own,
    orders,
    said,
    begun,
    feel: (state: Pulse['state'], ms: number) => feel({ state, ms, why: '' }),
    keep(is: typeof image) {
      image = is;
    },
    waiting: () => due.length,
    phase(phase: LivePhase) {
      status = { ...status, phase };
      tell(status);
    },
    trouble(trouble: LiveStatus['troubles'][number]) {
      status = { ...status, troubles: [trouble] };
      tell(status);
    },
    lose(lost: LiveStatus['lost'][number], phase: LivePhase) {
      status = { ...status, lost: [lost], phase };
      tell(status);
    },
    to(ms: number) {
      for (let next = due.find((d) => d.at <= ms); next; next = due.find((d) => d.at <= ms)) {
        due = due.filter((d) => d !== next);
        now = next.at;
        next.cb();
      }
      now = ms;
    },
    calm() {
      calm = true;
    },
    hide(is: boolean) {
      hidden = is;
      onHidden();
    },
  };
}

describe('a Live session', () => {
  it('keeps a Pause that was pressed while workers start', () => {
    const s = stand();
    s.session.enter();
    s.session.toggle();
    expect(s.orders).toEqual([]);
    s.phase('running');
    expect(s.orders).toEqual([{ kind: 'pause' }]);
    s.phase('paused');
    s.session.toggle();
    expect(s.orders.at(-1)).toEqual({ kind: 'resume' });
  });

  it('reads ten times a second while it runs, and not when paused, hidden or left', () => {
    const s = stand();
    s.session.enter();
    s.phase('running');
    let drawn = 0;
    s.session.onDraw(() => drawn++);
    const before = drawn;
    s.to(1000);
    expect(drawn - before).toBeGreaterThanOrEqual(9);
    s.hide(true);
    s.to(1200);
    const then = drawn;
    s.to(5000);
    expect(drawn).toBe(then);
    s.hide(false);
    expect(s.session.state.getState().unseen).toContain('The tab was hidden for 4.0 s');
    expect(s.said.at(-1)!.text).toContain('The tab was hidden');
    expect(drawn).toBeGreaterThan(then);
    s.phase('paused');
    s.to(6000);
    const still = drawn;
    s.to(9000);
    expect(drawn).toBe(still);
  });

  it('writes no numbers once it is hidden, whenever that was', () => {
    for (let at = 900; at < 2000; at += 20) {
      const s = stand();
      s.session.enter();
      s.phase('running');
      s.to(at);
      s.hide(true);
      const { facts } = s.session.state.getState();
      s.to(at + 5000);
      expect(s.session.state.getState().facts).toBe(facts);
    }
  });

  it('with reduced motion reads twice a second', () => {
    const s = stand();
    s.calm();
    s.session.enter();
    s.phase('running');
    let drawn = 0;
    s.session.onDraw(() => drawn++);
    const before = drawn;
    s.to(10_000);
    expect(drawn - before).toBe(20);
  });

  it('walks from mark to mark and on into the next column, and tells a rebind when the new owner is seen', () => {
    const s = stand();
    for (const c of [0, 1, 2]) s.own(c, 0);
    s.own(3, 1);
    s.board.counts[s.board.count(0) + COUNT.created] = 4;
    s.session.enter();
    s.phase('running');
    s.session.move(0, 1);
    expect(s.session.state.getState().pick).toBe(2);
    s.session.move(-1, 0);
    expect(s.session.state.getState().pick).toBe(1);
    for (let i = 0; i < 60; i++) s.session.move(1, 0);
    expect(s.session.state.getState().pick).toBe(3);
    s.session.rebind(1);
    expect(s.orders).toEqual([]);
    s.session.rebind(0);
    expect(s.orders).toEqual([{ kind: 'rebind', conn: 3, tid: 0 }]);
    s.to(2000);
    expect(s.said.map((x) => x.text)).toContain('Rebinding connection 3 from T1 to T0.');
    expect(s.said.map((x) => x.text)).not.toContain('Commit. Connection 3 now belongs to T0.');
    s.own(3, 0);
    s.to(4000);
    expect(s.said.at(-1)).toEqual({ text: 'Commit. Connection 3 now belongs to T0.', urgent: false });
  });

  it('says where the pick went, and what went wrong on the way, once each', () => {
    const s = stand();
    for (const c of [0, 1]) s.own(c, 1);
    s.board.counts[s.board.count(1) + COUNT.created] = 2;
    s.session.enter();
    s.phase('running');
    s.to(2000);
    s.session.move(0, 1);
    expect(s.said.at(-1)!.text).toBe('Connection 1 on T1, 0 datagrams/s.');
    s.to(4000);
    const trouble = { at: 3000, text: 'A pool was empty 3 times: what asked for memory did without.' };
    s.trouble(trouble);
    s.to(6000);
    s.trouble(trouble);
    s.to(9000);
    expect(s.said.filter((x) => x.text === trouble.text)).toHaveLength(1);
  });

  it('names a lost worker at once, and again with the age of the image', () => {
    const s = stand();
    s.session.enter();
    s.phase('running');
    const lost = { tid: 1, why: 'it does not answer', at: 900, imageAge: -1 };
    s.lose(lost, 'recovering');
    s.lose({ ...lost, imageAge: 700 }, 'running');
    const urgent = s.said.filter((x) => x.urgent).map((x) => x.text);
    expect(urgent[0]).toContain('The worker of T1 ended');
    expect(urgent[1]).toContain('an image 0.7 s old');
  });

  it('says how old is what a silent supervisor said, and goes on from the last image', () => {
    const { session, said, begun, feel, keep } = stand();
    session.enter();
    feel('late', 1000);
    expect(session.state.getState().pulse).toMatchObject({ state: 'late', ms: 1000 });
    expect(said.filter((s) => s.urgent)).toEqual([]);
    const parts = { copies: [], words: new SharedArrayBuffer(0), head: new SharedArrayBuffer(8) };
    keep({ image: parts, age: 4200 });
    feel('silent', 2000);
    feel('silent', 2250);
    expect(said.filter((s) => s.urgent)).toHaveLength(1);
    expect(said.at(-1)!.text).toContain('The supervisor does not answer');
    session.goOn();
    expect(begun.at(-1)!.from).toEqual({ image: parts, age: 4200 });
    // What was changed of the revision goes into every run.
    expect(begun.map((b) => b.options.without)).toEqual(begun.map(() => ['1acbbca17']));
    expect(session.state.getState().pulse).toBeNull();
  });

  it('a supervisor that was only slow is not spoken of', () => {
    const { session, feel } = stand();
    session.enter();
    feel('late', 1000);
    feel('fresh', 0);
    expect(session.state.getState().pulse).toBeNull();
  });
});
