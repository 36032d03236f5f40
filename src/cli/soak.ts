/**
 * A long Live run in Node: the same workers and supervisor as in a page. Stops at an imbalance or a broken rule and writes
 * the frozen moment to a file that the page opens and `rebind run --image` goes on from.
 *
 *   npm run soak -- [--seconds N] [--datagrams N] [--threads N] [--connections N] [--rate N|max] [--churn N] [--rebinds N] [--opening]
 *                   [--size BYTES] [--socket-owner listener|connection] [--revision R] [--kill-every SECONDS] [--closures]
 *
 * It ends after so many seconds, or once so many datagrams have been received if that is sooner. Steps are compiled; with --closures they run as they are written.
 */
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { LIVE_DEFAULTS, type LiveBegin, type LiveStatus } from '../hosts/live/contract.ts';
import { liveWorker, startNodeLive } from '../hosts/live/node.ts';
import { EXTENSION, encodeFrozen } from '../link/file/index.ts';
import { loadSteps } from '../machine/compiled/load.ts';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '120' },
    datagrams: { type: 'string', default: '1e15' },
    threads: { type: 'string', default: '4' },
    connections: { type: 'string', default: '2000' },
    rate: { type: 'string', default: 'max' },
    churn: { type: 'string', default: '50' },
    rebinds: { type: 'string', default: '200' },
    size: { type: 'string', default: '50' },
    opening: { type: 'boolean', default: false },
    'socket-owner': { type: 'string', default: 'listener' },
    revision: { type: 'string', default: 'newest' },
    'kill-every': { type: 'string', default: '0' },
    closures: { type: 'boolean', default: false },
  },
});

/** Between two times that all threads are let finish what they have, so that the rules of rest are looked at, s. */
const REST_EVERY = 30;

function number(name: keyof typeof values, low: number, high: number): number {
  const n = Number(values[name]);
  if (n >= low && n <= high) return n;
  process.stderr.write(`--${name} takes a number from ${low} to ${high}\n`);
  process.exit(2);
}

const begin: LiveBegin = {
  ...LIVE_DEFAULTS,
  options: {
    threads: number('threads', 1, 64),
    revision: String(values.revision),
    socketOwner: values['socket-owner'] === 'connection' ? 'connection' : 'listener',
    withholdPostHandshake: true,
  },
  opening: values.opening === true,
  size: number('size', 50, 1400),
  capacity: number('connections', 1, 1_000_000),
  settings: {
    connections: number('connections', 1, 1_000_000),
    datagramsPerSecond: values.rate === 'max' ? Number.POSITIVE_INFINITY : number('rate', 1, 1e7),
    churnPerSecond: number('churn', 0, 10_000),
    rebindsPerSecond: number('rebinds', 0, 100_000),
    rebindPolicy: 'random',
  },
};

const seconds = number('seconds', 1, 1e6);
const datagrams = number('datagrams', 1, 1e15);
const killEvery = number('kill-every', 0, 1e6);
// Bundled beside this file, so that a worker finds what is compiled.
const worker = new URL('./live-worker.js', pathToFileURL(process.argv[1]!));
const live = startNodeLive(begin, () => liveWorker(worker), values.closures ? undefined : loadSteps);
const say = (text: string): void => void process.stdout.write(`${text}\n`);
const memory = (): number => Math.round(process.memoryUsage().rss / 1e6);

function line(s: LiveStatus): string {
  const r = live.reading!;
  const p = s.safePoint;
  return [
    `${Math.round(r.ms / 1000)} s`,
    `${s.handledPerSecond} a second`,
    `${r.total('handled')} handled`,
    `${r.total('redispatched')} redispatched`,
    `${r.total('rebound')} rebinds`,
    `${r.total('created')} connections made`,
    `${memory()} MB`,
    p ? `${p.rulesHeld.length} rules held at ${(p.ms / 1000).toFixed(0)} s` : 'nothing looked at yet',
  ].join(', ');
}

await live.until((s) => s.phase === 'running' || s.stopped !== '');
say(
  `${begin.options.threads} threads, ${begin.settings.connections} connections, ${begin.opening ? 'with opening' : 'routing only'}, ${begin.size} bytes, socket owner ${begin.options.socketOwner}, ${cpus().length} cores, Node ${process.version}`,
);
const m = live.status?.memory;
if (m)
  say(
    `${Math.round(m.run / 1e6)} MB shared, room for ${m.places} connections of ${m.connection} bytes each, and ${Math.round(m.image / 1e6)} MB for the image`,
  );
const from = Date.now();
const firstMemory = memory();
let nextRest = REST_EVERY;
let nextKill = killEvery;
let killed = 0;
let nextLine = 10;
while (live.status?.stopped === '') {
  await new Promise((done) => setTimeout(done, 500));
  const passed = (Date.now() - from) / 1000;
  if (passed >= nextLine) {
    say(line(live.status));
    nextLine += 10;
  }
  if (live.status.phase !== 'running') continue;
  const over = passed >= seconds || live.reading!.total('received') >= datagrams;
  if (over) live.order({ kind: 'stop' });
  else if (passed >= nextRest) {
    live.order({ kind: 'settle' });
    nextRest = passed + REST_EVERY;
  } else if (killEvery > 0 && passed >= nextKill) {
    const tid = killed++ % begin.options.threads;
    say(`ending the worker of T${tid}`);
    void live.workers.get(tid)?.terminate();
    nextKill = passed + killEvery;
  }
  if (over) await live.until((s) => s.stopped !== '');
}
const s = live.status!;
say(line(s));
for (const t of s.troubles) say(`at ${Math.round(t.at / 1000)} s: ${t.text}`);
for (const l of s.lost)
  say(
    `at ${Math.round(l.at / 1000)} s: ${l.tid < 0 ? 'load generator' : `T${l.tid}`} lost (${l.why}), image ${l.imageAge} ms old`,
  );
const b = s.safePoint?.balance;
if (b) {
  say(`received ${b.received} = handled ${b.handled} + dropped ${b.dropped} + queued ${b.queued}`);
  for (const r of b.reasons) say(`  dropped, ${r.reason}: ${r.count}`);
}
say(`memory: ${firstMemory} MB at the beginning, ${memory()} MB at the end`);
if (s.stopped !== 'asked') {
  say(`stopped: ${s.stopped}. ${s.message}`);
  const frozen = live.frozen.at(-1);
  if (frozen) {
    const file = `soak-${s.stopped}-${Date.now()}${EXTENSION}`;
    writeFileSync(file, await encodeFrozen(frozen));
    say(`the frozen moment is in ${file}`);
    say(`  npm run --silent rebind -- run --image ${file}   goes on from it here`);
    say('  in the page, Open… or a drop shows it in Step mode');
  }
}
live.close();
process.exit(s.stopped === 'asked' ? 0 : 1);
