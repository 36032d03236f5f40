/** What a search leaves out it may leave out: rules look at nothing but what they say, undone choices leave nothing behind. */
import { describe, expect, test } from 'vitest';
import { ThreadCtx } from '../../haproxy/model/layouts.ts';
import { FRAME_HEAD } from '../../haproxy/step/frame.ts';
import type { MachineWorld } from '../../machine/explore/machine-world.ts';
import { eachWord } from '../../machine/explore/rule-eye.ts';
import { wordsOf } from '../../machine/explore/words.ts';
import { RULES } from '../../machine/rules/index.ts';
import { READS } from '../../machine/rules/reads.ts';
import { looksAt } from '../../machine/rules/rule.ts';
import { connsOf } from '../../machine/rules/view.ts';
import { RAW } from '../../memory/struct.ts';
import { seeded } from '../testing/worlds.ts';
import { MUSEUM, museumRun } from './index.ts';

/** Random runs from a world's beginning: `visit` is called in each state, before the choice that is taken next. */
function walk(x: MachineWorld, seed: number, runs: number, visit: (code: number) => void): void {
  const rnd = seeded(seed);
  const out = new Int32Array(x.maxEnabled);
  const home = new Int32Array(5);
  x.mem.save(home);
  for (let r = 0; r < runs; r++) {
    for (let i = 0; i < 300; i++) {
      const n = x.enabled(out);
      if (n === 0) break;
      const code = out[Math.floor(rnd() * n)]!;
      visit(code);
      x.take(code);
      if (x.broken()) break;
    }
    x.mem.restore(home);
  }
}

/** Words that a rule says it looks at. */
function allowed(x: MachineWorld, reads: readonly string[]): Uint8Array {
  const { W } = x;
  const out = new Uint8Array(W.layout.words);
  const set = new Set(reads);
  eachWord(W, set, (i) => {
    out[i] = 1;
  });
  if (set.has('frames') || (set.has('steps') && !set.has('hands')))
    for (let t = 0; t < W.cfg.threads; t++) {
      out[W.th(t) + ThreadCtx.fp] = 1;
      out.fill(1, W.stack(t), W.stack(t + 1));
    }
  return out;
}

/** Words of stacks that a rule may look at: of `hands` no local but the connection, of `calls` every word of frames that have called. */
function ofStacks({ x, mem, W }: MachineWorld): { hands: Set<number>; calls: Set<number> } {
  const hands = new Set<number>();
  const calls = new Set<number>();
  for (let t = 0; t < W.cfg.threads; t++) {
    const first = mem.w[W.th(t) + ThreadCtx.fp]!;
    for (const of of [hands, calls]) of.add(W.th(t) + ThreadCtx.fp);
    for (let fp = first; fp; fp = mem.w[fp + 1]!) {
      const { proc } = x.P.steps[mem.w[fp]!]!;
      for (let i = 0; i < FRAME_HEAD + proc.locals.length; i++) {
        if (i < FRAME_HEAD || i === FRAME_HEAD + proc.qc) hands.add(fp + i);
        if (fp !== first || i === 1) calls.add(fp + i);
      }
    }
  }
  return { hands, calls };
}

describe('rules', () => {
  const stepRules = RULES.filter((r) => r.stable === 'step');

  test.each(MUSEUM.map((w) => w.id))('look at nothing but what they say, in %s', (id) => {
    const { explorable } = museumRun({ world: id, fixed: true });
    const { mem } = explorable;
    const may = new Map(RULES.map((r) => [r.id, allowed(explorable, READS[r.id] ?? [])]));
    const beyond = new Set<string>();
    let n = 0;
    walk(explorable, 7, 2, () => {
      const every = n++ % 8 === 0;
      const stacks = ofStacks(explorable);
      for (const r of every ? RULES : stepRules) {
        const words = may.get(r.id)!;
        const of = (['hands', 'calls'] as const).filter((what) => READS[r.id]?.includes(what));
        mem.watch = (_kind, i) => {
          if (!words[i] && !of.some((what) => stacks[what].has(i)))
            beyond.add(`${r.id} ${nameOf(explorable, i)}`);
        };
        if (r.stable === 'object') for (const qc of connsOf(explorable.x)) r.check(explorable.x, qc);
        else r.check(explorable.x, 0);
        mem.watch = null;
      }
    });
    expect([...beyond]).toEqual([]);
  });

  test('about threads at certain steps say nothing while none stands there', () => {
    let asked = 0;
    const others = new Set<string>();
    for (const { id } of MUSEUM) {
      const { explorable } = museumRun({ world: id, fixed: false });
      const { x, mem, W } = explorable;
      const rnd = seeded(17);
      walk(explorable, 17, 1, () => {
        // Locals as no run leaves them: what the rule says must follow from where the threads stand alone.
        const mark = mem.mark();
        for (let t = 0; t < W.cfg.threads; t++) {
          const fp = mem.w[W.th(t) + ThreadCtx.fp]!;
          const { locals } = x.at(t).proc;
          for (let i = 0; i < locals.length; i++) if (rnd() < 0.3) mem.st(fp + FRAME_HEAD + i, -1);
        }
        for (const r of stepRules) {
          if (!r.there || Array.from({ length: W.cfg.threads }, (_, t) => x.at(t)).some((s) => looksAt(r, s)))
            continue;
          asked++;
          if (r.check(x, 0) !== null) others.add(`${r.id} in ${id}`);
        }
        mem.undo(mark);
      });
    }
    expect(asked).toBeGreaterThan(10_000);
    expect([...others]).toEqual([]);
  });

  test('of a step break in the very state in which they would be seen to', () => {
    for (const id of ['X01', 'X21']) {
      const { explorable, off } = museumRun({ world: id, fixed: false, rulesOff: ['owner', 'race'] });
      const on = stepRules.filter((r) => !off.has(r.id));
      const { x, mem } = explorable;
      const rnd = seeded(3);
      const out = new Int32Array(explorable.maxEnabled);
      const home = new Int32Array(5);
      mem.save(home);
      let seen = 0;
      for (let r = 0; r < 60; r++) {
        for (let i = 0; i < 400; i++) {
          const n = explorable.enabled(out);
          if (n === 0) break;
          explorable.take(out[Math.floor(rnd() * n)]!);
          const broken = explorable.broken();
          if (broken && broken.symptom !== 'rule' && broken.symptom !== 'cycle') break;
          const all = on.filter((rule) => rule.check(x, 0) !== null).map((rule) => rule.id);
          if (broken && on.some((rule) => rule.id === broken.rule)) {
            expect(all).toContain(broken.rule);
            seen++;
          } else expect(all, `${id} run ${r} choice ${i}`).toEqual([]);
          if (broken) break;
        }
        mem.restore(home);
      }
      expect(seen, id).toBeGreaterThan(0);
    }
  });
});

describe('what a search does not carry from state to state', () => {
  test.each(MUSEUM.map((w) => w.id))('decides nothing, in %s', (id) => {
    const { explorable } = museumRun({ world: id, fixed: true });
    const { mem, W } = explorable;
    const { kinds } = wordsOf(W);
    const free = [...kinds.keys()].filter((i) => kinds[i] === RAW);
    const out = new Int32Array(explorable.maxEnabled);
    const saved = new Int32Array(5);
    const rnd = seeded(5);
    const seen = (): string => {
      const n = explorable.enabled(out);
      return `${out.slice(0, n)} ${explorable.facts()} ${explorable.pending()}`;
    };
    walk(explorable, 13, 1, (code) => {
      mem.save(saved);
      const plain = seen();
      explorable.take(code);
      const then = [plain, mem.hash(false), explorable.broken()?.text];
      mem.restore(saved);
      const was = free.map((i) => mem.w[i]!);
      for (const i of free) mem.w[i] = Math.floor(rnd() * 9);
      mem.save(saved);
      const other = seen();
      explorable.take(code);
      expect([other, mem.hash(false), explorable.broken()?.text]).toEqual(then);
      mem.restore(saved);
      free.forEach((i, k) => {
        mem.w[i] = was[k]!;
      });
    });
  });
});

describe('undone choices', () => {
  test.each(MUSEUM.map((w) => w.id))('leave no word and no hash changed, in %s', (id) => {
    const { explorable } = museumRun({ world: id, fixed: false });
    const { mem } = explorable;
    const out = new Int32Array(explorable.maxEnabled);
    const saved = new Int32Array(5);
    walk(explorable, 11, 1, () => {
      const words = mem.w.slice();
      const hash = mem.hash(false);
      const n = explorable.enabled(out);
      expect(mem.hash(false)).toBe(hash);
      explorable.opened();
      for (const code of out.slice(0, n)) {
        mem.save(saved);
        explorable.take(code);
        mem.restore(saved);
      }
      explorable.closed();
      expect(mem.hash(false)).toBe(hash);
      expect(mem.w.every((v, i) => v === words[i])).toBe(true);
    });
  });
});

function nameOf(x: MachineWorld, word: number): string {
  for (const r of x.W.layout.regions) {
    if (word < r.base || word >= r.base + Math.max(r.words, r.n * r.stride)) continue;
    if (!r.struct) return r.name;
    const offset = (word - r.base) % r.stride;
    const f = r.struct.$fields.find((g) => offset >= g.offset && offset < g.offset + g.words);
    return `${r.struct.$name}.${f?.name ?? offset}`;
  }
  return `word ${word}`;
}
