/** Looking into datagrams of bundled captures, and where they have been, over real runs. */
import { describe, expect, test } from 'vitest';
import { rowAt } from '../../machine/recording/events.ts';
import { record } from '../../machine/recording/make.ts';
import { EventView } from '../../machine/recording/query.ts';
import { recording } from '../../machine/sink.ts';
import { PlainMem } from '../../memory/plain.ts';
import { makeWorld } from '../../scenario/make.ts';
import { findMoment } from '../../scenario/moment.ts';
import { partOf } from '../../scenario/part.ts';
import { SAMPLES } from '../../scenario/samples.ts';
import { dataOf, FIRST_MOMENT, OPTIONS } from '../../scenario/testing/worlds.ts';
import { PacketBook } from './book.ts';
import { hopFilter, wayOf } from './hops.ts';
import type { FieldLook } from './look.ts';

const v01 = dataOf('v01');

describe('inside', () => {
  test('every packet of a capture with keys opens, its fields lie end to end, and its frames fill the payload', () => {
    for (const name of ['v01', 'v02', 'v11', 'v12']) {
      const data = dataOf(name);
      const book = new PacketBook(data);
      let opened = 0;
      for (let d = 0; d < data.datagrams.count; d++) {
        const look = book.look(d);
        const size = data.datagrams.length[d]!;
        for (const p of look.packets) {
          if (p.state !== 'opened') continue;
          opened++;
          let at = p.off;
          for (const f of p.fields) {
            expect(f.off, `${name} ${d} ${f.key}`).toBe(at);
            at += f.len;
          }
          expect(at).toBe(p.off + p.len);
          const payload = p.fields.find((f) => f.key === 'payload') as FieldLook;
          expect(p.frames.reduce((n, f) => n + f.len, 0)).toBe(payload.len);
          expect(p.problem).toBe('');
        }
        expect(look.packets.reduce((n, p) => n + p.len, 0) + look.trailing).toBe(size);
        expect(look.bytes.received).toHaveLength(size);
        expect(look.bytes.opened).toHaveLength(size);
      }
      expect(opened, name).toBeGreaterThan(10);
    }
  });

  test('the first Initial says who is asked for, and how', () => {
    const [first] = new PacketBook(v01).look(0).packets;
    expect(first!.type).toBe('Initial');
    const hello = new Map(first!.hello.map((r) => [r.name, r.value]));
    expect(hello.get('Server name')).toMatch(/\S/);
    expect(hello.get('ALPN')).toContain('h3');
    expect(hello.get('Cipher suites')).toContain('TLS_AES_128_GCM_SHA256');
    expect(hello.has('initial_max_data')).toBe(true);
  });

  test('without keys the number and all behind it stay hidden; with wrong ones the tag does not match', () => {
    const keys = v01.keys.map((k) => ({ ...k, application: null }));
    const short = (d: typeof v01) => {
      const book = new PacketBook(d);
      for (let i = 0; i < d.datagrams.count; i++) {
        const p = book.look(i).packets.find((k) => k.type === '1-RTT');
        if (p) return { p, reach: book.look(i).reach };
      }
      throw new Error('no short header');
    };
    const sealed = short({ ...v01, keys });
    expect(sealed.p.state).toBe('no-keys');
    expect(sealed.p.fields.map((f) => f.key)).toEqual(['first', 'dcid', 'rest']);
    expect(sealed.p.frames).toEqual([]);
    const wrong = v01.keys.map((k) => ({
      ...k,
      application: k.application && k.application.map((b) => b ^ 1),
    }));
    const failed = short({ ...v01, keys: wrong });
    expect(failed.p.state).toBe('tag-failed');
    expect(failed.p.fields.find((f) => f.key === 'tag')!.at.opened.note).toBe('does not match');
    expect(failed.p.why).toContain('stateless reset');
  });

  test('key updates and coalesced packets are followed', () => {
    const data = dataOf('v09');
    const book = new PacketBook(data);
    const looks = Array.from({ length: data.datagrams.count }, (_, d) => book.look(d));
    const phases = new Set(
      looks
        .flatMap((l) => l.packets.filter((p) => p.type === '1-RTT' && p.state === 'opened'))
        .map((p) => p.fields[0]!.bits!.find((b) => b.name === 'key phase')!.opened),
    );
    expect(phases).toEqual(new Set(['0', '1']));
    const coalesced = ['v01', 'v02', 'v11'].flatMap((name) => {
      const other = dataOf(name);
      const its = new PacketBook(other);
      return Array.from({ length: other.datagrams.count }, (_, d) => its.look(d)).filter(
        (l) => l.packets.length > 1,
      );
    });
    expect(coalesced.length).toBeGreaterThan(0);
    for (const l of coalesced) expect(l.packets.map((p) => p.state)).not.toContain('tag-failed');
  });
});

test('a late datagram’s way: sorted by the entry, the entry changes, read again, passed on, handled', () => {
  const six = SAMPLES.find((s) => s.id === 'six')!;
  const data = partOf(dataOf('v07'), six.conns!);
  const { W, P } = makeWorld(data, OPTIONS);
  const r = record(new PlainMem(new Int32Array(W.layout.words)), W, P, recording);
  const m = findMoment(data, OPTIONS, FIRST_MOMENT)!;
  r.load(m.departures, m.end);
  r.choose({ kind: 'rebind', conn: 0, tid: 0 });
  r.choose({ kind: 'release', tid: 2 });
  r.run(400);
  const way = (dgram: number, conn: number) => {
    const view = new EventView(hopFilter(dgram, conn), r.line.events).catchUp();
    const rows = r.line.events.rows(view.numbers(0, view.length));
    const events = Array.from({ length: view.length }, (_, i) => rowAt(rows, i));
    return wayOf(events, 'A', (ns) => `${Math.round(ns / 1000)} µs`);
  };
  const late = way(32, 0);
  expect(late.hops.map((h) => `T${h.tid} ${h.text}`)).toEqual([
    expect.stringMatching(/^T\d reads it from the listener’s socket$/),
    expect.stringMatching(/^T\d sorts it to T2: A’s entry says T2$/),
    'T2 the entry changes: T2 stores tid = 0, step S14',
    'T2 takes it and reads the entry again: T0, not T2',
    'T2 passes it on to T0, whole and unopened',
    'T0 takes it, reads the entry again: T0 is T0',
    'T0 has opened it with A’s keys and handled it',
  ]);
  expect(late.lead).toBe('Late.');
  expect(late.rest).toContain('2 inboxes, 1 redispatch');
  expect(late.handledBy).toBe(0);
  expect([...late.hops].sort((a, b) => a.at - b.at)).toEqual(late.hops);
  const first = way(r.line.events.columns.dgram.find((d) => d >= 0 && data.datagrams.conn[d] === 0)!, 0);
  expect(first.lead).toBe('Not late.');
  expect(first.hops[1]!.text).toContain('by its bytes: no entry yet');
  expect(first.hops.some((h) => h.text === 'creates A for it')).toBe(true);
});
