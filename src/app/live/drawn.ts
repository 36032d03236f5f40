/** What is drawn of one run: the present reading and what was made of those before it. */
import { HEAD } from '../../hosts/live/board.ts';
import type { LiveReading } from '../../hosts/live/reading.ts';
import { pairsOf } from './arcs.ts';
import { createHistory, type History } from './history.ts';
import { emptyReading, type Reading, readInto } from './reading.ts';
import { createSediment, type Sediment } from './sediment.ts';
import type { Facts } from './store.ts';

export interface Drawn {
  pool: LiveReading;
  reading: Reading;
  history: History;
  sediment: Sediment;
  /** Each thread's beat as it was last seen to change, and how often it has been looked at since. */
  beats: { last: Int32Array; looks: Int32Array };
}

export function createDrawn(pool: LiveReading): Drawn {
  return {
    pool,
    reading: emptyReading(pool.threads, pool.conns),
    history: createHistory(pool.threads),
    sediment: createSediment(pool.threads, pool.conns),
    beats: { last: new Int32Array(pool.threads), looks: new Int32Array(pool.threads) },
  };
}

/** Reads the pool once. `at`: time it has been seen running, ms. */
export function readAgain(drawn: Drawn, at: number): void {
  readInto(drawn.reading, drawn.pool, at);
  drawn.history.add(drawn.reading);
  drawn.sediment.add(drawn.reading);
}

/** Without a change for so many looks, a thread's figures are old. */
const OLD = 3;

/** Looks at the beats of all threads, `every` ms; seconds since the last sign of those that are silent. */
function agesOf({ pool, beats }: Drawn, every: number): number[] {
  return Array.from(beats.last, (last, t) => {
    const beat = pool.beat(t);
    beats.last[t] = beat;
    const looks = beat === last ? beats.looks[t]! + 1 : 0;
    beats.looks[t] = looks;
    return looks < OLD ? 0 : Math.round((looks * every) / 1000);
  });
}

/** The drawn state in numbers for words and cells; asked for every `every` ms. */
export function factsOf(drawn: Drawn, every: number): Facts {
  const { pool, reading, history } = drawn;
  const { threads } = reading;
  const window = history.window();
  const left = Array.from({ length: threads }, (_, t) =>
    window.moves.subarray(t * threads, (t + 1) * threads).reduce((a, b, u) => (u === t ? a : a + b), 0),
  );
  return {
    threads,
    ms: pool.ms,
    connections: [...reading.connections],
    clients: pool.head(HEAD.live),
    state: [...reading.state],
    ages: agesOf(drawn, every),
    rates: history.now(),
    pairs: pairsOf(window.moves, threads),
    left,
    work: {
      seconds: window.ms / 1000,
      threads,
      cores: globalThis.navigator?.hardwareConcurrency ?? 1,
      handled: window.handled,
      steps: window.steps,
      again: window.again,
      busy: window.busy / 1000,
    },
    totals: {
      received: pool.total('received'),
      handled: pool.total('handled'),
      redispatched: pool.total('redispatched'),
      accepted: pool.total('accepted'),
    },
    recent: {
      handled: window.handled,
      redispatched: window.redispatched,
      crossed: window.crossed,
      moves: left.reduce((a, b) => a + b, 0),
    },
  };
}
