import type { Live, LiveBegin, LiveStatus } from '../src/hosts/live/contract.ts';
import { LIVE_DEFAULTS } from '../src/hosts/live/contract.ts';
import type { Row, Suite } from './contract.ts';
import { median } from './measure.ts';
import openAloneScript from './open-alone-worker.ts?worker-chunk';

/** Rounds of one figure, and the length of one, ms; before them it runs for the first of both so that it is warm. */
const ROUNDS = 5;
const ROUND = 1500;
const WARM = 4000;

type Wanted = Partial<Omit<LiveBegin, 'settings' | 'options'>> & {
  threads: number;
  settings?: Partial<LiveBegin['settings']>;
};

type Starter = (begin: LiveBegin) => Live;

function begin(w: Wanted): LiveBegin {
  return {
    ...LIVE_DEFAULTS,
    capacity: 2000,
    opening: false,
    size: 50,
    ...w,
    options: {
      threads: w.threads,
      revision: 'newest',
      socketOwner: 'listener',
      withholdPostHandshake: true,
    },
    settings: {
      connections: 256,
      datagramsPerSecond: Number.POSITIVE_INFINITY,
      churnPerSecond: 0,
      rebindsPerSecond: 0,
      rebindPolicy: 'random',
      ...w.settings,
    },
  };
}

const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

/** Waits for something that shared memory says, within a limit. */
async function until(what: string, test: () => boolean, limit = 60_000): Promise<void> {
  const end = performance.now() + limit;
  while (!test()) {
    if (performance.now() > end) throw new Error(`${what}: not within ${limit} ms`);
    await pause(1);
  }
}

/** Starts a run, waits until its connections are there and it is warm, measures, and looks at everything at its end. */
async function withRun<T>(start: Starter, wanted: Wanted, measure: (live: Live) => Promise<T>): Promise<T> {
  const b = begin(wanted);
  const live = start(b);
  let status: LiveStatus | undefined;
  live.onStatus((s) => {
    status = s;
  });
  try {
    await until('connections', () => (live.reading?.head(2) ?? 0) >= b.settings.connections * 0.95);
    await pause(WARM);
    const out = await measure(live);
    live.order({ kind: 'stop' });
    await until('the end', () => status !== undefined && status.stopped !== '');
    if (status?.stopped !== 'asked') throw new Error(`stopped: ${status?.stopped} ${status?.message}`);
    return out;
  } finally {
    live.close();
  }
}

const row = (what: string, unit: string, rounds: readonly number[], more: Partial<Row> = {}): Row => ({
  what,
  unit,
  median: median(rounds),
  low: Math.min(...rounds),
  high: Math.max(...rounds),
  ...more,
});

/** Growth of a count a second, in rounds. */
async function rates(live: Live, count: 'handled'): Promise<number[]> {
  const out: number[] = [];
  for (let i = 0; i < ROUNDS; i++) {
    const [n, t] = [live.reading!.total(count), performance.now()];
    await pause(ROUND);
    out.push(((live.reading!.total(count) - n) * 1000) / (performance.now() - t));
  }
  return out;
}

async function throughput(start: Starter, cores: number): Promise<Row[]> {
  const rows: Row[] = [];
  let alone: number[] = [];
  for (const threads of [1, 2, 4, 8, 16]) {
    const reach = threads >= 2 && threads <= 8 ? { atLeast: 1_000_000 } : {};
    const figures = await withRun(start, { threads }, (live) => rates(live, 'handled'));
    rows.push(
      row(
        `Live, routing only, all steps, 256 connections, ${threads} ${threads === 1 ? 'worker' : 'workers'}`,
        'datagrams/s',
        figures,
        reach,
      ),
    );
    if (threads === 1) alone = figures;
    // Beyond the cores there are, workers wait for one another.
    else if (threads <= cores)
      rows.push(
        row(
          `the same by each of ${threads} workers, of what one alone reaches`,
          '%',
          figures.map((f, i) => (100 * f) / threads / alone[i]!),
        ),
      );
  }
  return rows;
}

/** Packets of a size a second that `cores` workers open at the same time, each on its own: median of the rounds. */
async function openAlone(size: number, cores: number): Promise<number> {
  const rounds: number[] = [];
  for (let r = 0; r < ROUNDS; r++) {
    const each = Array.from({ length: cores }, async () => {
      const worker = new Worker(openAloneScript, { type: 'module' });
      try {
        return await new Promise<number>((done, failed) => {
          worker.onmessage = (e: MessageEvent<number>) => done(e.data);
          worker.onerror = (e) => failed(new Error(e.message));
          worker.postMessage({ size, warm: 1000, ms: ROUND });
        });
      } finally {
        worker.terminate();
      }
    });
    rounds.push((await Promise.all(each)).reduce((a, b) => a + b, 0));
  }
  return median(rounds);
}

async function opening(start: Starter, cores: number): Promise<Row[]> {
  const rows: Row[] = [];
  for (const size of [1200, 50]) {
    const allowed = await openAlone(size, cores);
    const figures = await withRun(start, { threads: cores, opening: true, size }, (live) =>
      rates(live, 'handled'),
    );
    rows.push(
      row(`Live, with opening of ${size}-byte packets, ${cores} workers`, 'datagrams/s', figures, {
        atLeast: size === 1200 ? 180_000 : 700_000,
      }),
    );
    rows.push(
      row(
        `the same at ${size} bytes, share of what ${cores} workers reach that do nothing but open`,
        '%',
        figures.map((f) => (100 * f) / allowed),
        { atLeast: 60 },
      ),
    );
  }
  return rows;
}

/** Rebinds in a running pool: what a clock of 5 us shows of 2 us is its mean over many, so rounds are means of 1000. */
async function rebindsAt(start: Starter, fine: boolean, rate: number, load: string): Promise<Row[]> {
  const wanted: Wanted = { threads: 2, settings: { datagramsPerSecond: rate, rebindsPerSecond: 2000 } };
  return withRun(start, wanted, async (live) => {
    const first: number[] = [];
    const second: number[] = [];
    for (let i = 0; i < ROUNDS; i++) {
      await pause(ROUND);
      // What took longer than this was interrupted by the host.
      const laps = live.reading!.lapTimes(0).filter((ns) => ns < 20_000);
      first.push(fine ? median(laps) / 1000 : laps.reduce((a, b) => a + b, 0) / laps.length / 1000);
      second.push(median(live.reading!.lapTimes(1)) / 1000);
    }
    return [
      row(
        `Live, rebind S1 to S14 ${load}${fine ? '' : ' (mean of 1000, the clock ticks in 5 us)'}; HAProxy 1.5 to 1.8`,
        'us',
        first,
        { atMost: 1.8 },
      ),
      row(`Live, store of tid to finalize on the new thread, ${load}; HAProxy 11 to 48`, 'us', second),
    ];
  });
}

async function rebinds(start: Starter, fine: boolean): Promise<Row[]> {
  return [
    ...(await rebindsAt(start, fine, 20_000, 'at 20,000 datagrams/s')),
    ...(await rebindsAt(start, fine, Number.POSITIVE_INFINITY, 'at full load')),
  ];
}

async function crossing(start: Starter): Promise<Row[]> {
  return withRun(start, { threads: 4, settings: { datagramsPerSecond: 20_000 } }, async (live) => {
    const out: number[] = [];
    for (let i = 0; i < ROUNDS; i++) {
      const [c, r] = [live.reading!.total('crossed'), live.reading!.total('received')];
      await pause(ROUND);
      out.push((100 * (live.reading!.total('crossed') - c)) / (live.reading!.total('received') - r));
    }
    return [row('Live, datagrams that cross threads, listener’s socket, 4 threads; HAProxy 73', '%', out)];
  });
}

/** From the order to the first datagram handled. */
async function beginnings(start: Starter): Promise<Row[]> {
  const rows: Row[] = [];
  for (const [threads, atMost] of [
    [16, 400],
    [64, 1500],
  ] as const) {
    const out: number[] = [];
    const all: number[] = [];
    for (let i = 0; i < 5; i++) {
      const from = performance.now();
      const live = start(begin({ threads, settings: { datagramsPerSecond: 20_000 } }));
      try {
        await until('the first datagram', () => (live.reading?.total('handled') ?? 0) > 0);
        out.push(performance.now() - from);
        let up = false;
        live.onStatus((s) => {
          up ||= s.phase === 'running';
        });
        await until('all workers', () => up);
        all.push(performance.now() - from);
      } finally {
        live.close();
      }
      await pause(500);
    }
    rows.push(
      row(`Live, ${threads} workers, from click to the first datagram handled`, 'ms', out, { atMost }),
      row(`the same, until all ${threads} workers are up`, 'ms', all),
    );
  }
  return rows;
}

/** A worker's own time by what it did of `count`, ns, in rounds. */
async function busyFor(live: Live, count: 'steps' | 'handled'): Promise<number[]> {
  const out: number[] = [];
  for (let i = 0; i < ROUNDS; i++) {
    const [n, t] = [live.reading!.total(count), live.reading!.total('busyMs')];
    await pause(ROUND);
    out.push(((live.reading!.total('busyMs') - t) * 1e6) / (live.reading!.total(count) - n));
  }
  return out;
}

/** One worker that is kept busy: compiled steps and closures, in turn. */
async function loops(compiled: Starter, closures: Starter): Promise<Row[]> {
  const measured = { compiled: [] as number[], closures: [] as number[], whole: [] as number[] };
  for (let turn = 0; turn < 2; turn++) {
    measured.closures.push(...(await withRun(closures, { threads: 1 }, (live) => busyFor(live, 'steps'))));
    await withRun(compiled, { threads: 1 }, async (live) => {
      measured.compiled.push(...(await busyFor(live, 'steps')));
      measured.whole.push(...(await busyFor(live, 'handled')).map((ns) => ns / 1000));
    });
  }
  return [
    row('a step in the Live loop, compiled', 'ns', measured.compiled, { atMost: 15 }),
    row('the same as a closure', 'ns', measured.closures),
    row('a datagram in the Live loop, compiled: all its steps, routing only', 'us', measured.whole),
    row('closures over compiled steps', 'times', [median(measured.closures) / median(measured.compiled)]),
  ];
}

/** All figures of Live mode where `start` begins a run. `fine`: the clock shows single nanoseconds. */
async function all(start: Starter, cores: number, fine: boolean): Promise<Row[]> {
  return [
    ...(await beginnings(start)),
    ...(await throughput(start, cores)),
    ...(await opening(start, cores)),
    ...(await rebinds(start, fine)),
    ...(await crossing(start)),
  ];
}

/** Threads that really run at once, in the browser. */
export const live: Suite = {
  name: 'live',
  where: ['chromium'],
  async run() {
    const { startLive } = await import('../src/hosts/live/start.ts');
    return all(startLive, Math.max(2, Math.min(8, navigator.hardwareConcurrency)), false);
  },
};

/** A worker's loop, and rebinds where the clock is fine enough to see a single one. */
export const liveNode: Suite = {
  name: 'live-node',
  where: ['node'],
  async run() {
    const { liveWorker, startNodeLive } = await import('../src/hosts/live/node.ts');
    const { pathToFileURL } = await import('node:url');
    const entry = new URL('./live-worker.js', pathToFileURL(process.argv[1]!));
    const { loadSteps } = await import('../src/machine/compiled/load.ts');
    const spawn = (): ReturnType<typeof liveWorker> => liveWorker(entry);
    const compiled: Starter = (b) => startNodeLive(b, spawn, loadSteps);
    return [...(await loops(compiled, (b) => startNodeLive(b, spawn))), ...(await rebinds(compiled, true))];
  },
};
