import { parseKeyLog, readCapture } from '../src/capture/index.ts';
import { LEDGER } from '../src/haproxy/model/flags.ts';
import { connIoCb } from '../src/haproxy/proc/io.ts';
import { treatRxPkts } from '../src/haproxy/proc/rxtreat.ts';
import { idleTimerTask, processTimer, setTimer } from '../src/haproxy/proc/timers.ts';
import { sendPpkts } from '../src/haproxy/proc/tx.ts';
import { silent } from '../src/haproxy/step/events.ts';
import { Machine } from '../src/machine/machine.ts';
import { setUp } from '../src/machine/setup.ts';
import { PlainMem } from '../src/memory/plain.ts';
import { beginning } from '../src/scenario/beginning.ts';
import type { WorldData } from '../src/scenario/data.ts';
import { makeWorld } from '../src/scenario/make.ts';
import type { Suite } from './contract.ts';
import { type Case, measure } from './measure.ts';
import { OPTIONS } from './options.ts';

function machine(data: WorldData): Machine {
  const { W, P } = makeWorld(data, OPTIONS, 1);
  const m = new PlainMem(new Int32Array(W.layout.words));
  setUp(m, W, P);
  const x = new Machine(m, W, P, silent);
  x.boot();
  return x;
}

const DATAGRAMS = 20_000;

/** A real handshake without keys, then one short-header datagram of it many times, all at once. */
export async function dataOfBurst(count: number): Promise<WorldData> {
  const { readFileSync } = await import('node:fs');
  const r = readCapture(new Uint8Array(readFileSync('public/captures/v01-ngtcp2-haproxy34.pcap')));
  if (!r.ok) throw new Error(r.error.text);
  const data = beginning('burst', r.capture, parseKeyLog());
  const d = data.datagrams;
  const rows = Array.from({ length: count }, (_, i) => Math.min(i, 7));
  return {
    ...data,
    datagrams: {
      count,
      bytes: d.bytes,
      offset: Float64Array.from(rows, (r) => d.offset[r]!),
      length: Int32Array.from(rows, (r) => d.length[r]!),
      ms: Int32Array.from(rows, (r) => d.ms[r]!),
      ns: Int32Array.from(rows, (r) => d.ns[r]!),
      saddr: Int32Array.from(rows, (r) => d.saddr[r]!),
      conn: Int32Array.from(rows, (r) => d.conn[r]!),
      frame: Int32Array.from(rows, (r) => d.frame[r]!),
    },
  };
}

/** A burst of short-header datagrams of one connection, all in the socket at once: batches fill, wakes are rare. */
function run(now: () => number, data: WorldData): { ms: number; steps: number } {
  const x = machine(data);
  const began = now();
  while (!x.quiet && x.run(50_000) > 0);
  const ms = now() - began;
  let ended = 0;
  for (let d = 0; d < data.datagrams.count; d++)
    if ((x.m.ld(x.W.ledger(d)) & 0xff) >= LEDGER.HANDLED) ended++;
  if (ended !== data.datagrams.count)
    throw new Error(`${data.datagrams.count - ended} datagrams did not come to an end`);
  return { ms, steps: x.steps };
}

/** What the owner's I/O callback does with packets that were parsed: not part of a datagram's way to its parse. */
const AFTER_PARSE: ReadonlySet<number> = new Set(
  [connIoCb, treatRxPkts, setTimer, sendPpkts, idleTimerTask, processTimer].map((p) => p.id),
);

/** Share of the steps of this run that bring datagrams from the socket through the owner's parse. */
function shareToParse(data: WorldData): number {
  const x = machine(data);
  let before = 0;
  const all = x.steps;
  for (let p = x.pick(); p && !x.quiet; p = x.pick()) {
    if (p.kind !== 'deliver' && !AFTER_PARSE.has(x.at(p.tid).procId)) before++;
    x.take(p);
  }
  return before / (x.steps - all);
}

/** Through the steps, inline: what one step costs, and what one datagram from socket to its owner's parse. */
export const steps: Suite = {
  name: 'steps',
  where: ['node'],
  async run(now) {
    const data = await dataOfBurst(DATAGRAMS);
    const share = shareToParse(data);
    const cases: Case[] = [
      {
        what: 'steps inline, by the clock',
        unit: 'ns',
        atMost: 60,
        once: (t) => {
          const r = run(t, data);
          return (r.ms * 1e6) / r.steps;
        },
      },
      {
        what: 'a datagram through the steps, socket to owner’s parse (by its share of the steps), without crypto',
        unit: 'us',
        atMost: 2.2,
        once: (t) => (run(t, data).ms * 1e3 * share) / DATAGRAMS,
      },
    ];
    return measure(cases, now);
  },
};
