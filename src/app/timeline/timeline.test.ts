import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Mark, Slices } from '../../hosts/engine.ts';
import type { StepWords } from '../../report/view.ts';
import { GAP, makeFold } from './fold.ts';
import { groupRows } from './groups.ts';
import { ownerSpans } from './owners.ts';
import { placeRows } from './places.ts';
import { ticksOf } from './ruler.ts';
import { happeningWords, momentWords } from './words.ts';

/**
 * One line a happening: `T0 1 dghdlr.1 40 d41 cA`: thread (`net` for an arrival), depth, procedure.label, cost, datagram from 1 and
 * connection. Each thread's steps follow one another; `@1000` says when one begins instead.
 */
function picture(text: string): { rows: Slices; words: (pc: number) => StepWords | null } {
  const lines = text
    .trim()
    .split('\n')
    .map((l) => l.trim().split(/\s+/));
  const n = lines.length;
  const program: StepWords[] = [];
  const clocks = new Map<number, number>();
  const rows: Slices = {
    line: 1,
    from: 0,
    to: n,
    tid: new Int8Array(n),
    pc: new Int32Array(n),
    depth: new Uint8Array(n),
    start: new Float64Array(n),
    cost: new Int32Array(n),
    kind: new Uint8Array(n),
    dgram: new Int32Array(n).fill(-1),
    conn: new Int32Array(n).fill(-1),
  };
  lines.forEach((parts, i) => {
    const has = (p: string) => parts.find((x) => new RegExp(`^${p}\\w+$`).test(x))?.slice(1);
    const tid = parts[0] === 'net' ? -1 : Number(parts[0]!.slice(1));
    rows.tid[i] = tid;
    rows.start[i] = Number(parts.find((x) => x.startsWith('@'))?.slice(1) ?? clocks.get(tid) ?? 0);
    const d = has('d');
    const c = has('c');
    if (d) rows.dgram[i] = Number(d) - 1;
    if (c) rows.conn[i] = c.charCodeAt(0) - 65;
    rows.pc[i] = -1;
    if (tid < 0) return;
    rows.depth[i] = Number(parts[1]);
    rows.cost[i] = Number(parts[3]);
    clocks.set(tid, rows.start[i]! + rows.cost[i]!);
    const [fn = '', label = ''] = parts[2]!.split('.');
    rows.pc[i] = program.length;
    const part =
      fn === 'rebind' ? 'rebind' : fn === 'finish' ? 'finish' : label.startsWith('3') ? 'redispatch' : '';
    program.push({ fn, label, text: `Do ${label}`, verb: fn, commit: label === 'S14', part });
  });
  return { rows, words: (pc) => program[pc] ?? null };
}

const MOVE = `
  net   d1 cA @0
  T1 1 loop.call 20 cA
  T1 2 iocb.3 100 d1 cA
  T1 3 dispatch.5 40 d1 cA
  T0 1 loop.call 20 @30
  T0 2 byhand.H1 20 cA
  T0 3 rebind.S1 60 cA
  T0 4 taskkill.1 40 cA
  T0 3 rebind.S14 40 cA
  T0 2 byhand.H4 20 cA
  T2 2 finish.F1 20 cA @260
  T0 2 dghdlr.1 40 d1 cA
  T0 3 parse.3 20 d1 cA
  T0 3 parse.3b 40 d1 cA
  T0 3 parse.3c 20
  T2 2 dghdlr.1 40 d1 cA @400
`;
const MARKS: Mark[] = [
  { at: 8, kind: 'commit', tid: 0, conn: 0, dgram: -1, other: -1, ms: 0, ns: 170 },
  { at: 13, kind: 'redispatch', tid: 0, conn: 0, dgram: -1, other: -1, ms: 0, ns: 290 },
];

describe('folding time', () => {
  it('keeps order, and is undone by its inverse', () => {
    const span = fc.tuple(fc.integer({ min: 0, max: 5e6 }), fc.integer({ min: 1, max: 5000 }));
    fc.assert(
      fc.property(
        fc.array(span, { minLength: 1, maxLength: 30 }),
        fc.constantFrom(2, 20, 500),
        (spans, scale) => {
          const fold = makeFold(
            spans.map(([from, w]) => ({ from, to: from + w })),
            scale,
          );
          let last = Number.NEGATIVE_INFINITY;
          const times = spans.flatMap(([from, w]) => [from, from + w]).sort((a, b) => a - b);
          for (const t of times) {
            const x = fold.x(t);
            expect(x).toBeGreaterThanOrEqual(last - 1e-6);
            expect(fold.ns(x)).toBeCloseTo(t, 2);
            last = x;
          }
        },
      ),
    );
  });

  it('draws work to scale and idle stretches at one width', () => {
    const fold = makeFold(
      [
        { from: 1000, to: 2000 },
        { from: 9_000_000, to: 9_000_400 },
      ],
      10,
    );
    expect(fold.x(2000) - fold.x(1000)).toBe(100);
    expect(fold.gaps).toEqual([{ x: 100, w: GAP, ns: 9_000_000 - 2000 }]);
    expect(fold.x(9_000_400)).toBe(100 + GAP + 40);
  });

  it('labels only what is to scale', () => {
    const fold = makeFold(
      [
        { from: 0, to: 4000 },
        { from: 9e6, to: 9e6 + 4000 },
      ],
      10,
    );
    const ticks = ticksOf(fold, 0, 900);
    expect(ticks.length).toBeGreaterThan(3);
    for (const t of ticks) expect(t.x < 400 || t.x > 400 + GAP).toBe(true);
  });
});

describe('pieces of work', () => {
  const { rows, words } = picture(MOVE);
  const names = (level: number) =>
    groupRows(rows, words, level, MARKS).map(
      (g) => `T${g.tid} ${g.fn} ${g.steps.map((s) => s.label).join(',')}`,
    );

  it('are one a callback, and a move always stands alone', () => {
    expect(names(2)).toEqual([
      'T1 loop call',
      'T1 iocb 3,5',
      'T0 loop call',
      'T0 byhand H1',
      'T0 rebind S1,1,S14',
      'T0 byhand H4',
      'T2 finish F1',
      'T0 dghdlr 1,3,3b,3c',
      'T2 dghdlr 1',
    ]);
  });

  it('are told apart deeper when there is room', () => {
    expect(names(3)).toContain('T1 dispatch 5');
    expect(names(3)).toContain('T0 parse 3,3b,3c');
  });

  it('say which steps passed a late datagram on', () => {
    const parse = groupRows(rows, words, 3, MARKS).find((g) => g.fn === 'parse')!;
    expect(parse.steps.map((s) => s.redispatch)).toEqual([true, true, true]);
    const without = groupRows(rows, words, 3, []).find((g) => g.fn === 'parse')!;
    expect(without.steps.some((s) => s.redispatch)).toBe(false);
  });
});

describe('places', () => {
  const { rows, words } = picture(MOVE);
  const at = (position: number) =>
    placeRows({ rows, words, marks: MARKS, at: position, scale: 2, now: 500, fork: -1 });

  it('tell what is done, what was done just now and what lies ahead', () => {
    const places = at(9);
    const rebind = places.slices.find((s) => s.group.fn === 'rebind')!;
    expect(rebind.steps.map((s) => s.state)).toEqual(['done', 'done', 'now']);
    expect(places.slices.find((s) => s.group.fn === 'dghdlr')!.state).toBe('ahead');
    expect(places.commits).toMatchObject([{ tid: 0, conn: 0, state: 'now' }]);
  });

  it('draw a datagram from thread to thread, and never back in time', () => {
    const { arrows } = at(16);
    expect(arrows.map((a) => [a.from.tid, a.to.tid, a.redispatch])).toEqual([
      [1, 0, false],
      [0, 2, true],
    ]);
    for (const a of arrows) expect(a.to.x).toBeGreaterThanOrEqual(a.from.x);
    const early = picture(MOVE.replace('@400', '@100'));
    const back = placeRows({
      rows: early.rows,
      words: early.words,
      marks: MARKS,
      at: 16,
      scale: 2,
      now: 500,
      fork: -1,
    });
    expect(back.arrows.map((a) => a.to.tid)).toEqual([0]);
  });

  it('of one thread do not overlap', () => {
    for (const tid of [0, 1, 2]) {
      const own = at(16).slices.filter((s) => s.group.tid === tid && s.w > 2);
      for (const [i, s] of own.slice(1).entries())
        expect(s.x).toBeGreaterThanOrEqual(own[i]!.x + own[i]!.w - 1e-6);
    }
  });

  it('put the playhead where the next happening begins', () => {
    const places = at(10);
    expect(places.fold.ns(places.playhead)).toBeCloseTo(260);
  });
});

describe('the owners’ strip', () => {
  const { rows, words } = picture(MOVE);
  const strip = (position: number, owner: number) => {
    const { fold } = placeRows({ rows, words, marks: MARKS, at: position, scale: 2, now: 500, fork: -1 });
    const input = { rows, words, marks: MARKS, conn: 0, letter: 'A', at: position, now: 500, owner };
    return ownerSpans(fold, input).map((s) => `${s.kind} T${s.owner} ${s.state}`);
  };

  it('shows the move with its owner before and after', () => {
    expect(strip(16, 2)).toEqual(['owns T0 done', 'moving T0 done', 'moved T2 done', 'owns T2 done']);
  });

  it('dashes what lies ahead of the playhead', () => {
    expect(strip(5, 0)).toEqual(['owns T0 done', 'moving T0 ahead', 'moved T2 ahead', 'owns T2 ahead']);
  });

  it('is right at every playhead after a second move, whoever owns it there', () => {
    const commit = MARKS.find((m) => m.kind === 'commit')!;
    const second = { ...commit, at: 15, tid: 2, other: 1, ns: commit.ns + 60 };
    const marks = [...MARKS.filter((m) => m.at < 15), second];
    const owners = (position: number, owner: number) => {
      const { fold } = placeRows({ rows, words, marks, at: position, scale: 2, now: 500, fork: -1 });
      const input = { rows, words, marks, conn: 0, letter: 'A', at: position, now: 500, owner };
      return [...new Set(ownerSpans(fold, input).map((s) => s.owner))];
    };
    for (const [at, owner] of [
      [3, 0],
      [12, 2],
      [16, 1],
    ] as const)
      expect(owners(at, owner), `at ${at}`).toEqual([0, 2, 1]);
  });
});

describe('moments in words', () => {
  const { rows, words } = picture(MOVE);
  it('name the mark first, then the step', () => {
    expect(momentWords(14, 16, rows, words, MARKS)).toBe('Step 14 of 16, T0 redispatches datagram 1');
    expect(momentWords(9, 16, rows, words, MARKS)).toBe('Step 9 of 16, T0 commits the rebind of A');
    expect(momentWords(1, 16, rows, words, MARKS)).toBe('Step 1 of 16, datagram 1 arrives');
    expect(momentWords(0, 16, rows, words, MARKS)).toBe('Step 0 of 16, nothing has happened yet');
    expect(happeningWords(10, rows, words, MARKS)).toBe('T2, finish F1: do F1');
    expect(momentWords(900, 1000, rows, words, MARKS)).toBe('Step 900 of 1000');
  });
});
