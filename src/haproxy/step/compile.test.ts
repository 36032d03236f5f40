/** What patches do to lists of steps, and what compiling refuses. */
import { describe, expect, test } from 'vitest';
import { compile, type Program, type Source, sourceOf } from './compile.ts';
import { PatchError } from './listing.ts';
import {
  after,
  before as ahead,
  aside,
  edge,
  type Fix,
  move,
  newProcedure,
  type Op,
  procedureAnew,
  remove,
  replace,
} from './patch.ts';
import { int, procedure, RET } from './proc.ts';

const p = procedure({ key: 'p', verb: '', locals: { a: int }, args: ['a'] });
const q = procedure({ key: 'q', verb: '', locals: { b: int }, args: [] });
const other = procedure({ key: 'other', verb: '', locals: { a: int }, args: [] });
const META = { ref: '', cost: 1, touches: 'own' } as const;

const fall = (label: string) => p.step(label, label, META, (_x, _l, at) => at.next);
const jump = (label: string, to: string) =>
  p.step(label, label, { ...META, to: { away: to } }, (_x, l, at) => (l.a ? at.away : at.next));
const leave = (label: string) =>
  p.step(label, label, { ...META, to: { done: RET }, down: false }, (_x, _l, at) => at.done);

/** 1 jumps to 3 or falls to 2, which falls to 3; 4 leaves. */
const seed = () => [jump('1', '3'), fall('2'), fall('3'), leave('4')];

function source(): Source {
  p.body(seed());
  q.body([q.step('1', '', { ...META, to: { done: RET }, down: false }, (_x, _l, at) => at.done)]);
  other.body([]);
  [p, q, other].forEach((proc, i) => {
    proc.id = i;
  });
  return sourceOf([p, q, other], []);
}

const fix = (id: string, ...ops: Op[]): Fix => ({
  id,
  date: '',
  version: '',
  bug: '',
  title: '',
  sentence: '',
  requires: [],
  ops,
});

const made = (...fixes: Fix[]): Program => compile(source(), { fixes, mutations: [] });

/** `1>3 2 3 4>RET`: labels with their named edges. */
const list = (P: Program, key = 'p'): string =>
  P.steps
    .filter((s) => s.proc.key === key)
    .map(
      (s) =>
        s.label +
        Object.values(s.to)
          .map((t) => (t === RET ? '>RET' : `>${t}`))
          .join(''),
    )
    .join(' ');

const refused = (...fixes: Fix[]): string => {
  try {
    made(...fixes);
  } catch (e) {
    if (e instanceof PatchError) return e.message;
    throw e;
  }
  return '';
};

describe('operations', () => {
  test.each<[string, Op[], string]>([
    ['before: jumps come to it too', [ahead(p, '3', fall('x'))], '1>x 2 x 3 4>RET'],
    ['after: only who goes down', [after(p, '1', fall('x'))], '1>3 x 2 3 4>RET'],
    ['remove: jumps lead to what follows', remove(p, '3'), '1>4 2 4>RET'],
    ['replace: a new label, jumps follow', [replace(p, '3', fall('3n'))], '1>3n 2 3n 4>RET'],
    ['edge', [edge(p, '1', 'away', '4')], '1>4 2 3 4>RET'],
    ['move after', [move(p, '2', 'after', '3')], '1>3 3 2 4>RET'],
    ['move before: jumps come to it', [move(p, '2', 'before', '3')], '1>2 2 3 4>RET'],
    ['swap', [{ op: 'swap', at: { proc: p, label: '2' }, target: { proc: p, label: '3' } }], '1>2 3 2 4>RET'],
    [
      'aside: falls into it, reached by an edge of the same patch',
      [aside(p, '4', fall('x')), replace(p, '3', leave('3n')), edge(p, '1', 'away', 'x')],
      '1>x 2 3n>RET x 4>RET',
    ],
    ['written anew', [procedureAnew(p, leave('z'))], 'z>RET'],
  ])('%s', (_, ops, expected) => {
    expect(list(made(fix('F', ...ops)))).toBe(expected);
  });

  test('move into another procedure that has the locals', () => {
    const P = made(fix('F', newProcedure(other, leave('o'))), fix('G', move(p, '2', 'before', 'o', other)));
    expect([list(P), list(P, 'other')]).toEqual(['1>3 3 4>RET', '2 o>RET']);
  });

  test('what was replaced is found under its new label', () => {
    const P = made(fix('F', replace(p, '3', fall('3n'))), fix('G', replace(p, '3n', fall('3m'), 'F')));
    expect([P.renamed.get('p/3'), P.renamed.get('p/3n')]).toEqual(['3n', '3m']);
  });

  test('edges are addresses', () => {
    const P = made();
    const [one] = P.steps;
    expect([one!.at.next, one!.at.away]).toEqual([1, 2]);
  });
});

describe('refused, with the reason', () => {
  test.each<[string, Op[], RegExp]>([
    ['a step that is not there', remove(p, '9'), /p has no step 9/],
    ['an edge to nowhere', [edge(p, '1', 'away', '9')], /edge away of step 1 of p leads to 9/],
    ['an edge that the step has not', [edge(p, '1', 'off', '2')], /has no edge off/],
    ['off the end', [replace(p, '4', fall('4n'))], /falls off its end after step 4n/],
    ['a step that no way reaches', [replace(p, '1', leave('1n'))], /no way leads to step 2/],
    ['two steps of one label', [after(p, '1', fall('2'))], /two steps 2/],
    ['a label with another meaning', [replace(p, '2', fall('2'))], /keeps its label/],
    ['a fall where only edges may lead', [aside(p, '3', fall('x'))], /would fall into x/],
    ['a step that never goes on, taken out', [...remove(p, '4')], /never goes on/],
    ['a procedure that is there', [newProcedure(q, leave('1'))], /q is there already/],
    ['a procedure that is not', remove(other, '1'), /other is not part of this program/],
    ['locals that are not there', [move(p, '1', 'before', '1', q)], /has a step 1 already|works on a/],
  ])('%s', (_, ops, why) => {
    expect(refused(fix('F', ...ops))).toMatch(why);
  });

  test('a step that an earlier patch took out or replaced: which, and what it is now', () => {
    expect(refused(fix('F', ...remove(p, '2')), fix('G', ...remove(p, '2')))).toMatch(/F takes it out/);
    expect(refused(fix('F', replace(p, '2', fall('2n'))), fix('G', ...remove(p, '2')))).toMatch(
      /is now 2n, by F/,
    );
  });

  test('writing over another patch’s version without saying so', () => {
    const F = fix('F', replace(p, '2', fall('2n')));
    expect(refused(F, fix('G', replace(p, '2n', fall('2m'))))).toMatch(
      /writes over seed's version .* is F's/,
    );
    expect(refused(F, fix('G', replace(p, '2n', fall('2m'), 'F')))).toBe('');
  });

  test('two mutations of one step', () => {
    const m = (id: string, ...ops: Op[]) => ({ id, title: '', requires: [], forms: [{ ops }] });
    const both = () =>
      compile(source(), {
        fixes: [],
        mutations: [m('X1', ahead(p, '2', fall('x'))), m('X2', ahead(p, '2', fall('y')))],
      });
    expect(both).toThrow(/X1 changes step 2 of p too/);
  });
});
