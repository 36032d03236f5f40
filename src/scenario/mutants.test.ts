/** Mutants as patches: which are made of a program, and that each does otherwise what it says and nothing else. */

import { describe, expect, test } from 'vitest';
import { CATALOGUE, PROCEDURES } from '../haproxy/catalogue.ts';
import { mutantsOf } from '../haproxy/mutants/make.ts';
import type { Mutant } from '../haproxy/mutants/mutant.ts';
import { DOES, Seen, watched } from '../haproxy/mutants/seen.ts';
import { chooseRevision, FIXES, programOf, type Revision } from '../haproxy/revisions.ts';
import { compile, type Program } from '../haproxy/step/compile.ts';
import { silent } from '../haproxy/step/events.ts';
import { GUARD } from '../haproxy/step/guarded.ts';
import { PatchError } from '../haproxy/step/listing.ts';
import { otherwise } from '../haproxy/step/otherwise.ts';
import { Machine } from '../machine/machine.ts';
import { setUp } from '../machine/setup.ts';
import { PlainMem } from '../memory/plain.ts';
import { makeWorld } from './make.ts';
import { partOf } from './part.ts';
import { SAMPLES } from './samples.ts';
import { dataOf, OPTIONS } from './testing/worlds.ts';

const newest = chooseRevision({ revision: 'newest' }) as Revision;
const P = programOf(newest);
const put = (m: Mutant): Program =>
  compile(CATALOGUE, {
    fixes: FIXES,
    mutations: [],
    guard: GUARD,
    ideas: { words: [m.id], ops: () => m.ops },
  });
const pcOf = (key: string, label: string): number =>
  P.steps.find((s) => s.proc.key === key && s.label === label)!.pc;

/** As if every step did these things. */
function all(does: number): Seen {
  const seen = new Seen(P.steps.length);
  seen.does.fill(does);
  return seen;
}

describe('which there are', () => {
  const made = mutantsOf(P, PROCEDURES, all(0));

  test('every step that goes down can be left out, once; of one that never does there is no such mutant', () => {
    const drops = made.filter((m) => m.kind === 'drop').map((m) => m.id);
    expect(new Set(drops)).toEqual(
      new Set(P.steps.filter((s) => s.def.down).map((s) => `drop ${s.proc.key}/${s.label}`)),
    );
    expect(drops).toHaveLength(new Set(drops).size);
  });

  test('neighbours change places where both only go down', () => {
    const swaps = made.filter((m) => m.kind === 'swap').map((m) => m.labels.join(' '));
    expect(swaps).toEqual(expect.arrayContaining(['S8 S13', 'S13 S14', 'S6 S7']));
    // S5.1 also jumps past S5.2, and K2 returns.
    expect(swaps).not.toEqual(expect.arrayContaining(['S4 S5.1']));
    expect(swaps).not.toEqual(expect.arrayContaining(['S14 K2']));
  });

  test('what a step was not seen to do cannot be forgotten in it', () => {
    expect(new Set(made.map((m) => m.kind))).toEqual(new Set(['drop', 'swap']));
    const kinds = (does: number): string[] => [
      ...new Set(mutantsOf(P, PROCEDURES, all(does)).map((m) => m.kind)),
    ];
    expect(kinds(DOES.atomic)).toContain('plain');
    expect(kinds(DOES.wake)).toContain('wake');
    expect(kinds(DOES.other)).toContain('thread');
    expect(kinds(DOES.lock)).toContain('lock');
    expect(kinds(DOES.change)).toContain('flag');
  });

  test('each fits, or is refused with a reason; each differs from the program at its own procedure alone', () => {
    const each = mutantsOf(
      P,
      PROCEDURES,
      all(DOES.atomic | DOES.wake | DOES.other | DOES.lock | DOES.change),
    );
    let fit = 0;
    // A program takes milliseconds to compile: every seventh, which meets each kind and each procedure.
    for (const m of each.filter((_, i) => i % 7 === 0)) {
      let patched: Program;
      try {
        patched = put(m);
      } catch (error) {
        expect(error).toBeInstanceOf(PatchError);
        expect(m.kind).toMatch(/drop|flag|swap/);
        continue;
      }
      fit++;
      const where = new Set(otherwise(patched, P).map((o) => patched.steps[o.pc]!.proc.key));
      if (where.size > 0) expect([...where], m.id).toEqual([m.proc]);
    }
    expect(fit).toBeGreaterThan((0.9 * each.length) / 7);
  });
});

/** Whether any CID tree is locked. */
const anyLocked = (x: Machine): boolean =>
  Array.from({ length: 256 }, (_, n) => x.m.ld(x.W.treeLock(n))).some((v) => v !== 0);

describe('what they do', () => {
  const six = partOf(dataOf('v07'), SAMPLES[0]!.conns!);
  const HAPPENINGS = 6000;
  /** A capture whose connections move when they are accepted, by these steps. */
  function machineOf(program: Program): Machine {
    const { W } = makeWorld(six, { ...OPTIONS, revision: 'newest' });
    const m = new PlainMem(new Int32Array(W.layout.words));
    setUp(m, W, program);
    const x = new Machine(m, W, program, silent);
    x.boot();
    return x;
  }
  const plain = machineOf(P);
  plain.run(HAPPENINGS);

  function look(): Seen {
    const seen = new Seen(P.steps.length);
    const x = machineOf(watched(P, seen));
    x.run(HAPPENINGS);
    // Looking changes nothing.
    expect(x.hash(true)).toBe(plain.hash(true));
    return seen;
  }
  const seen = look();
  const does = (key: string, label: string): number => seen.does[pcOf(key, label)]!;

  test('steps are seen to lock, to wake, to use atomics, to name another thread', () => {
    expect(does('quic_get_cid_tid', '1') & DOES.lock).toBeTruthy();
    expect(does('quic_get_cid_tid', '2b') & DOES.atomic).toBeTruthy();
    expect(does('quic_get_cid_tid', '2b') & DOES.lock).toBe(0);
    expect(does('qc_set_tid_affinity', 'S7') & DOES.other).toBeTruthy();
    expect(does('qc_set_tid_affinity', 'S13f') & DOES.change).toBeTruthy();
    expect(does('qc_bind_tid_commit', 'S13')).toBe(0);
    expect(seen.times[pcOf('qc_bind_tid_commit', 'S13')]).toBeGreaterThan(0);
    expect(does('quic_dgram_write', 'W10') & DOES.wake).toBeTruthy();
    expect(does('qc_set_tid_affinity', 'S9') & DOES.wake).toBe(0);
    expect(seen.times[pcOf('cli_io_handler_dump_quic', '1')]).toBe(0);
  });

  test('in each world a twisted step runs as its twist says', () => {
    const made = mutantsOf(P, PROCEDURES, seen);
    const end = (id: string): { hash: string; locked: number } => {
      const x = machineOf(put(made.find((m) => m.id === id)!));
      let locked = 0;
      for (let i = 0; i < HAPPENINGS; i++) {
        x.run(1);
        const t = [0, 1, 2, 3].find((t) => x.at(t).proc.key === 'quic_get_cid_tid' && x.at(t).label === '2');
        if (t !== undefined && anyLocked(x)) locked++;
      }
      return { hash: x.hash(false), locked };
    };
    // By the clock nothing meets a plain access: the world is the same.
    const { hash, locked } = end('plain quic_get_cid_tid/2b');
    expect(hash).toBe(plain.hash(false));
    expect(locked).toBeGreaterThan(0);
    expect(end('lock quic_get_cid_tid').locked).toBe(0);
    expect(end('wake listener_accept/8').hash).not.toBe(plain.hash(false));
    expect(end('thread qc_set_tid_affinity/S7').hash).not.toBe(plain.hash(false));
  });
});
