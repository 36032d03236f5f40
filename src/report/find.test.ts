/** Words to filters, and that searching the columns finds what searching the text of every line would. */

import { describe, expect, test } from 'vitest';
import { findRevision, programOf } from '../haproxy/revisions.ts';
import { EV } from '../haproxy/step/events.ts';
import { TRACE_POINTS } from '../haproxy/step/trace-points.ts';
import { type EventLog, rowAt } from '../machine/recording/events.ts';
import { record } from '../machine/recording/make.ts';
import { EventView } from '../machine/recording/query.ts';
import { recording } from '../machine/sink.ts';
import { PlainMem } from '../memory/plain.ts';
import { makeWorld } from '../scenario/make.ts';
import { dataOf, OPTIONS } from '../scenario/testing/worlds.ts';
import { eventFilter, type FindIn, LINE_KINDS, wordFilter, wordsOf } from './find.ts';
import { WorldReader } from './reader.ts';
import { lineOf } from './trace.ts';

const data = dataOf('v07');
const { W, P, revision } = makeWorld(data, OPTIONS);
const r = record(new PlainMem(new Int32Array(W.layout.words)), W, P, recording);
r.run(20_000);
const reader = new WorldReader(W, P, revision, []);
const stage = reader.stage(r.machine.m.w.slice());
const where: FindIn = {
  threads: 4,
  names: stage.names,
  conns: stage.clients.map((c) => ({
    index: c.connIndex,
    addr: c.addr,
    cids: stage.conns.find((k) => k.index === c.connIndex)?.cids.map((k) => k.cid) ?? [],
  })),
};

const found = (query: string, kinds = LINE_KINDS): number[] => {
  const filter = eventFilter(query, where, kinds);
  return filter ? [...new EventView(filter, r.line.events).catchUp().numbers(0, 1e9)] : [];
};
const rowOf = (log: EventLog, i: number) => rowAt(log.rows([i]), 0);

describe('words', () => {
  test('numbers grouped as on screen are one word', () => {
    expect(wordsOf(' 8\u202f105  A redispatch')).toEqual(['8105', 'A', 'redispatch']);
  });

  test('what nothing is called finds nothing', () => {
    for (const word of ['zzz', 'T9', 'ffffffff', 'a']) expect(wordFilter(word, where), word).toBeNull();
    expect(eventFilter('A zzz', where, LINE_KINDS)).toBeNull();
    expect(eventFilter('  ', where, LINE_KINDS)).toBeNull();
  });

  test('a function is called what its revision calls it', () => {
    const { names } = programOf(findRevision('newest')!);
    const points = (word: string, at: FindIn) =>
      wordFilter(word, at)?.points?.map((i) => TRACE_POINTS[i]!.fn);
    const rebind = ['qc_set_tid_affinity', 'qc_bind_tid_commit', 'qc_bind_tid_reset'];
    expect(new Set(points('bind_tid', { ...where, names }))).toEqual(new Set(rebind));
    expect(points('set_tid_affinity', { ...where, names })).toBeUndefined();
    expect(new Set(points('set_tid_affinity', where))).toEqual(new Set(['qc_set_tid_affinity']));
  });

  test('a CID’s part and an address stand for their connection', () => {
    const [first] = stage.conns;
    const cid = first!.cids[0]!.cid;
    expect(wordFilter(cid.slice(2, 9), where)!.conns).toContain(first!.index);
    expect(wordFilter(first!.client.split(':').at(-1)!, where)!.conns).toContain(first!.index);
  });
});

describe('over the columns', () => {
  const log = r.line.events;
  const lines = Array.from({ length: log.length }, (_, i) => i).filter(
    (i) => log.columns.kind[i] === EV.TRACE,
  );

  test.each(['retrieve', 'quic_dgram_parse', 'leaving', 'packet dropped'])(
    '“%s” is found where its line says it',
    (text) => {
      // All words have to stand in the line, in any order.
      const words = text.split(' ');
      const said = lines.filter((i) => {
        const line = lineOf(reader, rowOf(log, i)).text.toLowerCase();
        return words.every((w) => line.replace(/^\[[^\]]*\] /, '').includes(w));
      });
      expect(found(text, [EV.TRACE])).toEqual(said);
      expect(said.length).toBeGreaterThan(text === 'packet dropped' ? -1 : 0);
    },
  );

  test('a letter, a thread and an event together', () => {
    for (const i of found('A commit')) {
      expect(log.columns.kind[i]).toBe(EV.COMMIT);
      expect(log.columns.conn[i]).toBe(0);
    }
    expect(found('A commit').length).toBeGreaterThan(0);
    const byThread = [0, 1, 2, 3].map((t) => found(`T${t} leaving`).length);
    expect(byThread.reduce((a, b) => a + b)).toBe(found('leaving').length);
  });

  test('every event of a kind that is a line has words', () => {
    const seen = new Set<number>();
    for (let i = 0; i < log.length; i++) {
      const kind = log.columns.kind[i]!;
      if (!LINE_KINDS.includes(kind) || seen.has(kind)) continue;
      seen.add(kind);
      const line = lineOf(reader, rowOf(log, i));
      expect(`${line.text}${line.note}`, `kind ${kind}`).not.toBe('');
    }
    expect(seen.size).toBeGreaterThan(5);
  });
});
