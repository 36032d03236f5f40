import { describe, expect, it } from 'vitest';
import { EV } from '../../haproxy/step/events.ts';
import { Board, CONN, COUNT, HEAD, ROW } from '../../hosts/live/board.ts';
import { LIVE_DEFAULTS, type LiveStatus, type SafePoint } from '../../hosts/live/contract.ts';
import { LiveReading } from '../../hosts/live/reading.ts';
import type { Said } from '../session/announcer.ts';
import { count } from '../stage/text.ts';
import { createCaller } from './announce.ts';
import { pixelOf } from './colours.ts';
import { createDrawn, factsOf, readAgain } from './drawn.ts';
import { pastLines } from './past.ts';
import { MOST_CONNECTIONS, roomFor, sliderScale } from './sliders.ts';
import {
  balanceWords,
  happenedIn,
  imageWords,
  loadWords,
  lostWords,
  memoryWords,
  newsOf,
  phaseWords,
  reasonsWords,
  rulesWords,
  unlookedWords,
  unseenWords,
} from './status.ts';

const point: SafePoint = {
  ms: 42_600,
  atRest: false,
  rulesHeld: ['I1', 'I2', 'I3'],
  rulesNotLookedAt: [{ rule: 'I9', why: 'holds at rest only' }],
  rulesBroken: [],
  balance: {
    received: 120_411,
    handled: 120_400,
    dropped: 8,
    reasons: [{ reason: 'no such connection', count: 8 }],
    queued: 3,
    wrong: '',
  },
};

const status: LiveStatus = {
  phase: 'running',
  load: 'with opening',
  ceiling: 'the chosen rate',
  handledPerSecond: 20_104.4,
  mostPerSecond: 21_000,
  settings: LIVE_DEFAULTS.settings,
  memory: { run: 603_400_000, image: 604_000_000, connection: 3912, places: 150_512 },
  safePoint: point,
  imageAt: 40_000,
  lost: [],
  stopped: '',
  message: '',
  troubles: [],
  firstHandledMs: 120,
  compiled: true,
};

describe('the pool’s state in words', () => {
  it('says which load it is and what the ceiling was', () => {
    expect(phaseWords(status, 8)).toBe('Running in 8 workers');
    expect(phaseWords({ ...status, phase: 'stopped', stopped: 'rule' }, 8)).toBe('Stopped: a rule is broken');
    expect(loadWords(status)).toBe(
      'with opening, 20\u2009104 datagrams/s, at most 21\u2009000; the ceiling was the chosen rate',
    );
    expect(loadWords({ ...status, load: 'routing only', mostPerSecond: 0 })).toBe(
      'routing only, 20\u2009104 datagrams/s',
    );
    expect(loadWords({ ...status, phase: 'paused', handledPerSecond: 0 })).toBe(
      'with opening, at most 21\u2009000 datagrams/s; the ceiling was the chosen rate',
    );
  });

  it('says what a safe point found', () => {
    expect(rulesWords(point)).toBe('3 rules held');
    const not = ['off in this revision: M01', 'off in this revision: M08', 'holds at rest only'];
    const rulesNotLookedAt = not.map((why, i) => ({ rule: `I${i}`, why }));
    expect(unlookedWords({ ...point, rulesNotLookedAt })).toBe(
      '3 rules not looked at (off in this revision 2, holds at rest only 1)',
    );
    expect(rulesWords({ ...point, rulesBroken: [{ rule: 'I4', text: 'two lists' }] })).toBe('I4 broken');
    expect(balanceWords(point)).toBe('120\u2009411 received = 120\u2009400 handled + 8 dropped + 3 queued');
    expect(balanceWords({ ...point, balance: { ...point.balance, wrong: '2 too few' } })).toContain('≠');
    expect(reasonsWords(point)).toBe('no such connection 8');
  });

  it('names who was lost and how old the image was', () => {
    const lost = { tid: 3, why: 'it was ended on purpose', at: 31_200, imageAge: -1 };
    expect(lostWords(lost).heading).toBe('The worker of T3 ended at 00:31.2 (it was ended on purpose).');
    expect(lostWords({ ...lost, imageAge: 1400 }).detail).toBe('The run went on from an image 1.4 s old.');
    expect(imageWords(status, 42_600)).toBe('2.6 s old');
    expect(imageWords({ ...status, imageAt: -1 }, 42_600)).toBe('none yet');
  });

  it('tells what went wrong and was survived, newest first, and for a while beside the state', () => {
    const pool = { at: 30_000, text: 'A pool was empty 31234 times.' };
    const slept = { at: 41_000, text: 'The machine slept for 4 s.' };
    const lost = { tid: 3, why: '', at: 35_000, imageAge: 1400 };
    const s = { ...status, troubles: [pool, slept], lost: [lost] };
    expect(happenedIn(s).map((h) => h.at)).toEqual([41_000, 35_000, 30_000]);
    expect(happenedIn(s)[1]!.text).toContain('The worker of T3 ended');
    expect(happenedIn(s)[2]!.text).toBe('A pool was empty 31\u2009234 times.');
    expect(newsOf(s, 42_600)).toBe(slept.text);
    expect(newsOf(s, 70_000)).toBe('');
    expect(newsOf(status, 42_600)).toBe('');
    expect(unseenWords(12_400)).toBe('The tab was hidden for 12 s; the run went on without being drawn.');
  });
});

describe('colours', () => {
  it('become the bytes of a pixel, however the browser writes them', () => {
    const bytes = (colour: string) => [...new Uint8Array(new Uint32Array([pixelOf(colour)]).buffer)];
    expect(bytes('rgb(1, 117, 100)')).toEqual([1, 117, 100, 255]);
    expect(bytes('color(srgb 0 0.5 1)')).toEqual([0, 128, 255, 255]);
  });
});

describe('sliders', () => {
  it.each([
    [MOST_CONNECTIONS, false],
    [1_000_000, true],
    [2000, false],
  ])('to %i come back to where they were', (most, open) => {
    const scale = sliderScale(most, open);
    for (let p = 0; p <= 100; p++) {
      const v = scale.value(p);
      expect(scale.value(scale.position(v))).toBe(v);
    }
    expect(scale.value(0)).toBe(0);
    expect(scale.value(100)).toBe(open ? Number.POSITIVE_INFINITY : most);
  });

  it('leave room for more connections than were asked for, but not for all', () => {
    expect([0, 1000, 1001, 20_000].map(roomFor)).toEqual([1000, 1000, 4000, 20_000]);
  });
});

describe('messages', () => {
  it('are at most one a second, the latest of those kept back; urgent ones at once', () => {
    const said: Said[] = [];
    let now = 0;
    let due: { cb: () => void; at: number } | null = null;
    const caller = createCaller(
      (s) => said.push(s),
      () => now,
      (cb, ms) => {
        due = { cb, at: now + ms };
        return () => {
          due = null;
        };
      },
    );
    const to = (ms: number) => {
      now = ms;
      if (due && due.at <= now) {
        const { cb } = due;
        due = null;
        cb();
      }
    };
    caller.say('a');
    to(200);
    caller.say('b');
    to(400);
    caller.say('c');
    caller.say('worker lost', true);
    to(900);
    expect(said.map((s) => s.text)).toEqual(['a', 'worker lost']);
    to(1000);
    expect(said.map((s) => s.text)).toEqual(['a', 'worker lost', 'c']);
    to(5000);
    expect(said).toHaveLength(3);
  });
});

describe('the recent past', () => {
  const event = (tid: number, us: number, kind: number, conn: number, a: number, b: number) => ({
    tid,
    ms: 41,
    us,
    kind,
    conn,
    a,
    b,
  });

  it('stands before the first step, in words, and says that its order is approximate', () => {
    const lines = pastLines([
      event(0, 100, EV.RECEIVE, 2, 6, 0),
      event(0, 130, EV.STEP, 2, 0, 0),
      event(1, 200, EV.COMMIT, 2, 1, 0),
    ]);
    expect(lines.map((l) => l.note)).toEqual([
      'T0 received datagram 7 for C.',
      'Commit. C now belongs to T1.',
      'Up to here: observed in Live, order between threads approximate. From here on every step is exact.',
    ]);
    expect(lines[1]!.kind).toBe('commit');
    expect(lines[1]!.clock).toEqual({ ms: 41, ns: 200_000 });
    expect(lines.every((l) => l.seq <= 0)).toBe(true);
    expect(new Set(lines.map((l) => l.seq)).size).toBe(3);
    expect(pastLines([])).toEqual([]);
  });
});

describe('what is drawn', () => {
  it('is read off the pool’s board', () => {
    const board = new Board(Board.parts(2, 4));
    for (let c = 0; c < 4; c++) board.words[board.conn(c) + CONN.owner] = -1;
    const pool = new LiveReading(board);
    const drawn = createDrawn(pool);
    readAgain(drawn, 0);
    board.words[board.conn(0) + CONN.owner] = 0;
    board.words[board.conn(1) + CONN.owner] = 1;
    board.words[board.conn(1) + CONN.datagrams] = 30;
    board.words[HEAD.live] = 1;
    board.counts[board.count(0) + COUNT.created] = 2;
    board.counts[board.count(1) + COUNT.handled] = 30;
    board.counts[board.count(0) + COUNT.crossed] = 6;
    board.counts[board.moved(0, 1)] = 1;
    board.words[HEAD.ms] = 1500;
    readAgain(drawn, 1500);
    const facts = factsOf(drawn, 500);
    expect(facts.connections).toEqual([1, 1]);
    expect(facts.clients).toBe(1);
    expect(facts.pairs).toEqual([{ from: 0, to: 1, count: 1 }]);
    expect(facts.left).toEqual([1, 0]);
    expect(facts.recent).toEqual({ handled: 30, redispatched: 0, moves: 1, crossed: 6 });
    expect(facts.rates.datagrams[1]).toBe(20);
    expect(facts.ms).toBe(1500);
    expect([...drawn.sediment.column(1)]).toEqual([1]);
  });

  it('says how long a thread has given no sign of life', () => {
    const board = new Board(Board.parts(2, 1));
    const drawn = createDrawn(new LiveReading(board));
    const ages = () => {
      board.words[board.row(0) + ROW.beat]!++;
      return factsOf(drawn, 500).ages;
    };
    expect([ages(), ages(), ages()].at(-1)).toEqual([0, 2]);
    for (let i = 0; i < 5; i++) ages();
    expect(ages()).toEqual([0, 5]);
    board.words[board.row(1) + ROW.beat]!++;
    expect(ages()).toEqual([0, 0]);
  });
});

it('memory is told in all, for a connection, and for the image', () => {
  expect(memoryWords(status.memory!)).toBe(
    `603 MB that all workers share, with room for ${count(150_512)} connections of 3.9 KB each; 604 MB more for the image`,
  );
});
