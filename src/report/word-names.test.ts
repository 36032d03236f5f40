/** What a step changed, by name, against what the steps say they do. */
import { expect, test } from 'vitest';
import { silent } from '../haproxy/step/events.ts';
import { Machine } from '../machine/machine.ts';
import { changedBy } from '../machine/recording/changed.ts';
import { record } from '../machine/recording/make.ts';
import { Player } from '../machine/recording/player.ts';
import { recording } from '../machine/sink.ts';
import { PlainMem } from '../memory/plain.ts';
import { makeWorld } from '../scenario/make.ts';
import { findMoment } from '../scenario/moment.ts';
import { partOf } from '../scenario/part.ts';
import { SAMPLES } from '../scenario/samples.ts';
import { dataOf, FIRST_MOMENT, OPTIONS } from '../scenario/testing/worlds.ts';
import { Look } from './look.ts';
import { changedWord } from './word-names.ts';

const data = partOf(dataOf('v07'), SAMPLES.find((s) => s.id === 'six')!.conns!);
const { W, P } = makeWorld(data, OPTIONS);
const r = record(new PlainMem(new Int32Array(W.layout.words)), W, P, recording);
const m = findMoment(data, OPTIONS, FIRST_MOMENT)!;
r.load(m.departures, m.end);
r.choose({ kind: 'rebind', conn: 0, tid: 0 });
r.choose({ kind: 'release', tid: 2 });
r.run(200);
const player = new Player(new Machine(new PlainMem(new Int32Array(W.layout.words)), W, P, silent));

function changed(at: number) {
  const { triples, all } = changedBy(player, r.line, at);
  const look = new Look(W, P);
  look.at(player.machine.m.w.slice());
  const words = Array.from({ length: triples.length / 3 }, (_, i) =>
    changedWord(look, triples[3 * i]!, triples[3 * i + 1]!, triples[3 * i + 2]!),
  );
  return { words, all };
}

test('the commit stores one word of the entry: tid, from 2 to 0, of A', () => {
  const commit = r.line.marks.findLast((k) => k.kind === 'commit' && k.conn === 0)!;
  const { words } = changed(commit.at + 1);
  const own = words.filter((w) => w.owner);
  expect(own).toHaveLength(1);
  expect(own[0]).toMatchObject({ object: 'quic_connection_id', field: 'tid', old: '2', now: '0' });
  expect(own[0]!.conn?.letter).toBe('A');
  expect(changed(commit.at).words.some((w) => w.owner)).toBe(false);
});

test('every changed word has a name, and the block after it holds what is said', () => {
  for (let at = m.end + 1; at < m.end + 120; at++) {
    const { words, all } = changed(at);
    expect(words).toHaveLength(all);
    for (const w of words) {
      expect(w.object, `at ${at}`).not.toBe('word');
      expect(w.field, `${w.object} at ${at}`).not.toMatch(/^\+/);
      expect(w.old).not.toBe('');
    }
  }
});

test('nothing before the beginning, nothing beyond the end', () => {
  expect(changedBy(player, r.line, 0).all).toBe(0);
  expect(changedBy(player, r.line, r.line.end + 1).all).toBe(0);
});
