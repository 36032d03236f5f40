/** A run in words: what the machine did, in order, and nothing that breaks the table or the diagram. */
import { describe, expect, test } from 'vitest';
import { rowAt } from '../machine/recording/events.ts';
import { record } from '../machine/recording/make.ts';
import { EventView } from '../machine/recording/query.ts';
import { recording } from '../machine/sink.ts';
import { PlainMem } from '../memory/plain.ts';
import { makeWorld } from '../scenario/make.ts';
import { findMoment } from '../scenario/moment.ts';
import { partOf } from '../scenario/part.ts';
import { SAMPLES } from '../scenario/samples.ts';
import { dataOf, FIRST_MOMENT, OPTIONS } from '../scenario/testing/worlds.ts';
import { lastMove, markdownOf, mermaidOf, toldFilter, toldSteps } from './run-text.ts';

const six = SAMPLES.find((s) => s.id === 'six')!;
const data = partOf(dataOf('v07-ngtcp2x20-haproxy29'), six.conns!);
const options = { ...OPTIONS, ...six.options };
const moment = findMoment(data, options, FIRST_MOMENT)!;
const old = (moment.departures.find((d) => d.choice.kind === 'hold')!.choice as { tid: number }).tid;
const next = old === 0 ? 1 : 0;
const { W, P } = makeWorld(data, options);
const r = record(new PlainMem(new Int32Array(W.layout.words)), W, P, recording);
r.load(moment.departures, moment.end);
r.choose({ kind: 'rebind', conn: 0, tid: next });
r.choose({ kind: 'release', tid: old });
r.run(600);
const log = r.line.events;
const view = new EventView(toldFilter(0, moment.end), log).catchUp();
const rows = log.rows(view.numbers(0, view.length));
const events = Array.from({ length: view.length }, (_, i) => rowAt(rows, i));
const steps = toldSteps(events, 0, (d) => String(d + 1));
const words = { title: 'A | moved', revision: 'x', link: 'https://example.org/#m=1(2)' };

describe('a move with three late datagrams', () => {
  test('is told from its beginning to the last that was late, with the store marked', () => {
    expect(steps.filter((s) => s.decides).map((s) => [s.tid, s.to])).toEqual([[old, next]]);
    expect(steps[0]!.words).toBe(`begins to rebind A to T${next}`);
    expect(
      steps.filter((s) => s.words.startsWith('passes')).every((s) => s.tid === old && s.to === next),
    ).toBe(true);
    expect(steps.filter((s) => s.words.startsWith('passes')).length).toBe(3);
    expect(steps.filter((s) => s.words.startsWith('handles')).map((s) => s.tid)).toEqual([next, next, next]);
    for (const [i, s] of steps.entries())
      if (i > 0) expect(s.step).toBeGreaterThanOrEqual(steps[i - 1]!.step);
    // What stands at a step is seen there, and not before.
    const { step } = steps.find((s) => s.decides)!;
    r.seek(step);
    const qc = r.machine.findConn(0);
    expect(r.machine.owner(qc)).toBe(next);
    r.seek(step - 1);
    expect(r.machine.owner(qc)).toBe(old);
  });

  test('the last move begins where its rebind does', () => {
    const all = Array.from({ length: 2 }, () => steps).flat();
    expect(lastMove(all)).toEqual(steps);
    expect(lastMove(steps.slice(1))).toEqual(steps.slice(1));
  });

  test('as Markdown is one table whose rows have three cells', () => {
    const text = markdownOf(steps, words);
    const table = text.split('\n').filter((l) => l.startsWith('|'));
    expect(table.length).toBe(steps.length + 2);
    for (const row of table) expect(row.replaceAll('\\|', '').split('|').length).toBe(5);
    expect(text.startsWith('**A \\| moved**')).toBe(true);
    expect(text).toContain('(https://example.org/#m=1%282%29)');
  });

  test('as a Mermaid sequence has a line a step between those who take part', () => {
    const lines = mermaidOf(steps, { ...words, title: 'x' })
      .trimEnd()
      .split('\n');
    expect(lines[0]).toBe('sequenceDiagram');
    expect(lines.filter((l) => l.startsWith('  participant')).map((l) => l.slice(14))).toEqual(
      [old, next].sort((a, b) => a - b).map((t) => `T${t}`),
    );
    const told = lines.filter((l) => /^ {2}(T\d+->>T\d+|Note over T\d+): \d+: /.test(l));
    expect(told.length).toBe(steps.length);
  });
});
