/** Looking into datagrams of bundled captures, and where they have been, over real runs. */
import { describe, expect, test } from 'vitest';
import { rowAt } from '../../machine/recording/events.ts';
import { record } from '../../machine/recording/make.ts';
import { EventView } from '../../machine/recording/query.ts';
import { recording } from '../../machine/sink.ts';
import { PlainMem } from '../../memory/plain.ts';
import { fromHex, quicVersion, Workspace, writeRetry } from '../../quic/index.ts';
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

describe('what is no packet to be opened is shown as what it is', () => {
  /** The store with other bytes in place of datagram `row`'s. */
  const withBytes = (row: number, put: Uint8Array): typeof v01 => {
    const s = v01.datagrams;
    const bytes = new Uint8Array(s.bytes.length + put.length);
    bytes.set(s.bytes);
    bytes.set(put, s.bytes.length);
    const offset = Float64Array.from(s.offset);
    const length = s.length.slice();
    offset[row] = s.bytes.length;
    length[row] = put.length;
    return { ...v01, datagrams: { ...s, bytes, offset, length } };
  };
  const only = (row: number, put: Uint8Array) => {
    const look = new PacketBook(withBytes(row, put)).look(row);
    expect(look.packets).toHaveLength(1);
    const p = look.packets[0]!;
    let at = 0;
    for (const f of p.fields) {
      expect(f.off).toBe(at);
      at += f.len;
    }
    expect(at).toBe(put.length);
    return p;
  };
  const field = (p: { fields: readonly FieldLook[] }, key: string) => p.fields.find((f) => f.key === key)!;

  test('a Retry, its tag held against the first Initial; a Version Negotiation with its list', () => {
    const { odcid, clientCid, version } = v01.conns[0]!;
    const [scid, token] = [fromHex('7ca4814813544a43'), fromHex('746f6b656e')];
    const buf = new Uint8Array(1 + 4 + 2 + clientCid.length + scid.length + token.length + 16);
    const end = writeRetry(buf, 0, quicVersion(version)!, clientCid, scid, token, odcid, new Workspace());
    expect(end).toBe(buf.length);
    const retry = only(1, buf);
    expect([retry.type, retry.state, retry.heading]).toEqual(['Retry', 'not-protected', 'A Retry']);
    expect(field(retry, 'token').at.received.value).toContain('746f6b656e');
    expect(field(retry, 'tag').at.received.note).toBe('matches the first Initial');
    buf[buf.length - 1]! ^= 1;
    expect(field(only(1, buf), 'tag').at.received.note).toBe('does not match');
    const list = only(
      1,
      fromHex('8a00000000' + '00' + '08af180020b1be95d6' + '00000001' + '6b3343cf' + '1a2a3a4a'),
    );
    expect([list.type, list.heading]).toEqual(['Version Negotiation', 'A Version Negotiation']);
    expect(['v0', 'v1', 'v2'].map((k) => field(list, k).at.received.note)).toEqual([
      'v1',
      'v2',
      'reserved, to be ignored',
    ]);
  });

  test('early data stays sealed, and says why', () => {
    const p = only(1, fromHex('d300000001' + '08' + '7ca4814813544a43' + '00' + '4020' + '5a'.repeat(32)));
    expect([p.type, p.state, p.heading]).toEqual(['0-RTT', 'no-keys', 'Early data, sealed']);
    expect(p.why).toContain('earlier connection');
    expect(p.frames).toEqual([]);
  });

  test('a stateless reset by a token that its sender gave out; the same bytes with another end are none', () => {
    const book = new PacketBook(v01);
    const all = Array.from({ length: v01.datagrams.count }, (_, d) => book.look(d));
    const given = all.find((l) =>
      l.packets.some((p) => p.frames.some((f) => f.name === 'NEW_CONNECTION_ID')),
    )!;
    const frame = given.packets.flatMap((p) => p.frames).find((f) => f.name === 'NEW_CONNECTION_ID')!;
    const token = given.bytes.opened.slice(frame.off + frame.len - 16, frame.off + frame.len);
    const row = all.findIndex((l) => l.dgram > given.dgram && l.connIndex === given.connIndex);
    const put = all[row]!.bytes.received.slice();
    put.set(token, put.length - 16);
    const reset = only(row, put);
    expect([reset.state, reset.heading]).toEqual(['reset', 'A stateless reset']);
    expect(field(reset, 'token').len).toBe(16);
    put[put.length - 1]! ^= 1;
    expect(only(row, put).state).toBe('tag-failed');
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
