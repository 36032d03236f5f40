/** A run as other tools read it: by a reader of the Trace Event Format that is not ours, by what the qlog drafts say, by HAProxy's grammar. */
import { createRequire } from 'node:module';
import * as v from 'valibot';
import { expect, test } from 'vitest';
import { EV } from '../../haproxy/step/events.ts';
import { findMoment } from '../../scenario/moment.ts';
import { partOf } from '../../scenario/part.ts';
import { SAMPLES } from '../../scenario/samples.ts';
import { dataOf, FIRST_MOMENT, OPTIONS } from '../../scenario/testing/worlds.ts';
import { connsOf, exported, readRun } from './index.ts';

/** What is asked of the reader's model; its own types are of another age of TypeScript. */
interface TraceModel {
  processes: { name: string; threads: { name: string }[] }[];
}
const { buildModel } = createRequire(import.meta.url)('@tracerbench/trace-model') as {
  buildModel(events: unknown): TraceModel;
};

const data = partOf(dataOf('v07'), SAMPLES.find((s) => s.id === 'six')!.conns!);
const moment = findMoment(data, OPTIONS, FIRST_MOMENT)!;
/** Three datagrams of A wait with T2 when it is given to T0. */
const run = readRun(
  data,
  OPTIONS,
  [
    ...moment.departures,
    { at: moment.end, choice: { kind: 'rebind', conn: 0, tid: 0 } },
    { at: moment.end, choice: { kind: 'release', tid: 2 } },
  ],
  moment.end + 600,
);
const name = { title: 'A is moved', revision: 'newest', link: 'https://example.org/#m=1AQ' };
const only = (kind: 'perfetto' | 'haproxy-trace'): string =>
  [...exported(run, kind, 'run', name).values()][0]!;
const events = Array.from({ length: run.events.length }, (_, i) => run.event(i));
const of = (kind: number) => events.filter((e) => e.kind === kind);

test('Trace Event Format: tracks, calls that nest, an arrow for each datagram that is passed on', () => {
  const file = JSON.parse(only('perfetto'));
  expect(file.otherData).toMatchObject({ title: name.title, link: name.link });
  const model = buildModel(file.traceEvents);
  const haproxy = model.processes.find((p) => p.name === 'HAProxy')!;
  expect(haproxy.threads.map((t) => t.name)).toEqual(['T0', 'T1', 'T2', 'T3']);
  interface Slice {
    name: string;
    cat: string;
    ph: string;
    ts: number;
    dur: number;
    tid: number;
    pid: number;
    id: number;
    args: { step: number };
  }
  const all: Slice[] = file.traceEvents;
  const slices = all.filter((e) => e.ph === 'X');
  // Every happening of a thread is a step, once; the others are arrivals.
  const steps = slices.filter((e) => e.cat === 'step');
  const arrivals = all.filter((e) => e.cat === 'arrival');
  expect(steps.length + arrivals.length).toBe(moment.end + 600);
  expect(slices.some((e) => e.name === 'qc_set_tid_affinity')).toBe(true);
  // Nothing ends later than what it lies in; times are floating µs.
  const over: string[] = [];
  for (let tid = 1; tid <= run.threads; tid++) {
    const ends: number[] = [];
    const mine = slices.filter((e) => e.tid === tid).sort((a, b) => a.ts - b.ts || b.dur - a.dur);
    for (const e of mine) {
      while (ends.length > 0 && ends.at(-1)! <= e.ts + 1e-6) ends.pop();
      if (ends.length > 0 && e.ts + e.dur > ends.at(-1)! + 1e-6) over.push(`${e.name} ${e.ts}`);
      ends.push(e.ts + e.dur);
    }
  }
  expect(over).toEqual([]);
  const arrows = (ph: string) => all.filter((e) => e.cat === 'datagram' && e.ph === ph);
  const passed = [...of(EV.DISPATCH), ...of(EV.REDISPATCH)].filter((e) => e.other !== e.tid);
  expect(arrows('s').length).toBe(passed.length);
  expect(of(EV.REDISPATCH).length).toBe(3);
  const begun = new Map(arrows('s').map((e) => [e.id, e]));
  for (const end of arrows('f')) expect(end.ts).toBeGreaterThanOrEqual(begun.get(end.id)!.ts);
});

/** What the drafts ask of the parts that are written: -main-schema-14, sections 3, 5, 6, 7; -quic-events-13, sections 5.7, 5.11, 5.12. */
const header = v.strictObject({
  packet_type: v.picklist(['initial', 'handshake', '0RTT', '1RTT', 'retry', 'version_negotiation']),
  packet_number: v.pipe(v.number(), v.integer(), v.minValue(0)),
});
const uint = v.pipe(v.number(), v.integer(), v.minValue(0));
const raw = v.array(v.strictObject({ length: uint }));
/** Section 8.13 of -quic-events-13, closed: what is not asked for there is not written. */
const carried = v.strictObject({ length: uint, payload_length: uint });
const streamType = v.picklist(['unidirectional', 'bidirectional']);
const unknown = { error: v.literal('unknown'), error_code: uint };
const frame = <T extends string, E extends v.ObjectEntries>(frame_type: T, entries: E) =>
  v.strictObject({ frame_type: v.literal(frame_type), ...entries });
const qlogFrameSchema = v.union([
  frame('padding', { raw: v.strictObject({ payload_length: uint }) }),
  frame('ping', {}),
  frame('ack', {
    ack_delay: v.number(),
    acked_ranges: v.pipe(
      v.array(v.union([v.strictTuple([uint]), v.strictTuple([uint, uint])])),
      v.minLength(1),
    ),
    ect1: v.optional(uint),
    ect0: v.optional(uint),
    ce: v.optional(uint),
  }),
  frame('reset_stream', { stream_id: uint, ...unknown, final_size: uint }),
  frame('stop_sending', { stream_id: uint, ...unknown }),
  frame('crypto', { offset: uint, raw: carried }),
  frame('new_token', { token: v.strictObject({ raw: carried }) }),
  frame('stream', { stream_id: uint, offset: uint, fin: v.optional(v.literal(true)), raw: carried }),
  frame('max_data', { maximum: uint }),
  frame('max_stream_data', { stream_id: uint, maximum: uint }),
  frame('max_streams', { stream_type: streamType, maximum: uint }),
  frame('data_blocked', { limit: uint }),
  frame('stream_data_blocked', { stream_id: uint, limit: uint }),
  frame('streams_blocked', { stream_type: streamType, limit: uint }),
  frame('new_connection_id', {
    sequence_number: uint,
    retire_prior_to: uint,
    connection_id_length: uint,
    connection_id: v.pipe(v.string(), v.regex(/^([0-9a-f]{2}){1,20}$/)),
  }),
  frame('retire_connection_id', { sequence_number: uint }),
  frame('path_challenge', {}),
  frame('path_response', {}),
  frame('connection_close', {
    error_space: v.picklist(['transport', 'application']),
    error: v.string(),
    error_code: v.optional(uint),
    trigger_frame_type: v.optional(uint),
  }),
  frame('handshake_done', {}),
  frame('datagram', { raw: carried }),
  frame('unknown', { frame_type_bytes: uint, raw: v.strictObject({ length: uint }) }),
]);
const quicEvents: Record<string, v.GenericSchema> = {
  'quic:udp_datagrams_received': v.strictObject({ count: uint, raw, datagram_ids: v.array(uint) }),
  'quic:udp_datagrams_sent': v.strictObject({ count: uint, raw }),
  'quic:packet_received': v.strictObject({
    header,
    raw: v.optional(v.strictObject({ length: uint })),
    frames: v.optional(v.pipe(v.array(qlogFrameSchema), v.minLength(1))),
    datagram_id: v.optional(uint),
  }),
  'quic:packet_dropped': v.strictObject({ datagram_id: uint, details: v.string() }),
};
const qlogFile = v.strictObject({
  file_schema: v.literal('urn:ietf:params:qlog:file:contained'),
  serialization_format: v.literal('application/qlog+json'),
  title: v.string(),
  description: v.string(),
  traces: v.pipe(
    v.array(
      v.strictObject({
        title: v.string(),
        vantage_point: v.strictObject({
          name: v.string(),
          type: v.picklist(['client', 'server', 'network', 'unknown']),
        }),
        event_schemas: v.pipe(v.array(v.pipe(v.string(), v.startsWith('urn:'))), v.minLength(1)),
        common_fields: v.strictObject({
          time_format: v.picklist(['relative_to_epoch', 'relative_to_previous_event']),
          // A monotonic clock's epoch is unknown.
          reference_time: v.strictObject({ clock_type: v.literal('monotonic'), epoch: v.literal('unknown') }),
          group_id: v.pipe(v.string(), v.regex(/^([0-9a-f]{2}){8,20}$/)),
        }),
        events: v.array(
          v.strictObject({
            time: v.number(),
            name: v.pipe(v.string(), v.regex(/^(quic|threads):[a-z_]+$/)),
            data: v.record(v.string(), v.unknown()),
            system_info: v.strictObject({ thread_id: uint }),
          }),
        ),
      }),
    ),
    v.minLength(1),
  ),
});

test('qlog: a file for each connection, as the drafts have it, with nothing lost of what happened', () => {
  const files = exported(run, 'qlog', 'run', name);
  expect([...files.keys()]).toEqual(['A', 'B', 'C', 'D', 'E', 'F'].map((l) => `run-${l}.qlog`));
  for (const [i, text] of [...files.values()].entries()) {
    const { traces } = v.parse(qlogFile, JSON.parse(text));
    const [{ events: told }] = traces as [(typeof traces)[number]];
    for (const { name: called, data: said } of told)
      if (called.startsWith('quic:')) v.parse(quicEvents[called] ?? v.never(called), said);
    expect(told.map((e) => e.time)).toEqual(told.map((e) => e.time).sort((a, b) => a - b));
    const conn = connsOf(run)[i]!;
    const count = (called: string): number => told.filter((e) => e.name === called).length;
    const happened = (kind: number): number => of(kind).filter((e) => e.conn === conn).length;
    expect(count('quic:udp_datagrams_received')).toBe(happened(EV.RECEIVE));
    expect(count('threads:datagram_redispatched')).toBe(happened(EV.REDISPATCH));
    expect(count('threads:datagram_handled')).toBe(happened(EV.HANDLED));
    expect(count('threads:rebind_committed')).toBe(happened(EV.COMMIT));
    expect(count('quic:packet_received')).toBeGreaterThan(0);
  }
  expect(exported(run, 'qlog', 'run', name, [0]).size).toBe(1);
});

test('HAProxy’s trace: every line has its head, and A’s move is in it from begin to end', () => {
  const lines = only('haproxy-trace').trimEnd().split('\n');
  // [TT|source|L|place] of docs: two characters of thread, level 0 to 5, the last 13 of file and line.
  for (const line of lines) expect(line).toMatch(/^\[\d\d\|quic\|[0-5]\|(?=[^\]]{1,13}\])[\w./]+:\d+\] /);
  expect(lines.length).toBe(of(EV.TRACE).length);
  const at = (fn: string) => lines.findLastIndex((l) => l.includes(`${fn}(): entering`));
  expect(at('qc_finalize_affinity_rebind')).toBeGreaterThan(at('qc_set_tid_affinity'));
  expect(at('qc_set_tid_affinity')).toBeGreaterThan(0);
});
