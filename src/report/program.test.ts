import { describe, expect, it } from 'vitest';
import { QuicConn, ThreadCtx } from '../haproxy/model/layouts.ts';
import { FRAME_HEAD } from '../haproxy/step/frame.ts';
import { programAt } from './program.ts';
import { accepted, type Watched, watchCapture } from './testing/watch.ts';
import type { ProgramStep } from './view.ts';

const distinct = (texts: string[]): string[] => texts.filter((t, i) => t !== texts[i - 1]);

describe('the program', () => {
  const labels = (w: Watched, fn: string): string[] =>
    programAt(w.reader, w.block, 0)
      .find((p) => p.fn === fn)!
      .steps.map((s) => s.label);

  it('shows the revision’s own steps: S6.0 with finalize only, S11 in the parts of a plain list', () => {
    const seed = watchCapture('v01', { revision: 'seed' });
    const done = watchCapture('v01');
    expect(labels(seed, 'qc_set_tid_affinity')).not.toContain('S6.0');
    expect(labels(done, 'qc_set_tid_affinity')).toContain('S6.0');
    for (const w of [seed, done]) {
      const all = labels(w, 'qc_set_tid_affinity');
      expect(new Set(all).size).toBe(all.length);
      expect(all.filter((l) => l.startsWith('S11')).length).toBeGreaterThanOrEqual(5);
      expect(all.indexOf('S14')).toBeGreaterThan(all.indexOf('S13'));
    }
    const fns = (w: Watched): string[] => programAt(w.reader, w.block, 0).map((p) => p.fn);
    expect(fns(seed)).toEqual(['qc_set_tid_affinity', 'quic_dgram_parse']);
    expect(fns(done)).toEqual(['qc_set_tid_affinity', 'qc_finalize_affinity_rebind', 'quic_dgram_parse']);
  });

  it('with 95f624540 shows the commit by itself; until then the sentence says who owns it', () => {
    const w = accepted({ revision: '3be58fc72', socketOwner: 'connection' });
    const to = (w.owner + 1) % 4;
    expect(labels(w, 'qc_bind_tid_prep')).not.toContain('S14');
    expect(labels(w, 'qc_bind_tid_commit').filter((l) => /^S\d+$/.test(l))).toEqual(['S8', 'S13', 'S14']);
    expect(labels(w, 'qc_bind_tid_commit')).toContain('S8.1');
    const rows = (fn: string): ProgramStep[] =>
      programAt(w.reader, w.block, 0).find((p) => p.fn === fn)!.steps;
    const states = (fn: string): string[] => rows(fn).map((s) => s.state);
    w.x.apply({ kind: 'rebind', conn: 0, tid: to });
    const said: string[] = [];
    const at: string[] = [];
    while (w.stage().conns[0]!.owner === w.owner && w.x.run(1) > 0) {
      if (w.stage().conns[0]!.owner !== w.owner) break;
      said.push(w.says(0));
      const next = rows('qc_bind_tid_commit').find((s) => s.state === 'next');
      if (next) at.push(next.label);
      if (w.stage().conns[0]!.rebind?.prepared) {
        const prep = rows('qc_bind_tid_prep').filter((s) => !s.label.startsWith('S-err'));
        expect(prep.every((s) => s.state === 'done')).toBe(true);
        expect(w.stage().conns[0]!.flagNames).toContain('TID_REBIND');
      }
    }
    expect(distinct(said).slice(-2)).toEqual([
      `A belongs to T${w.owner}. T${w.owner} prepares to hand it to T${to}.`,
      `A belongs to T${w.owner}. It is prepared for T${to}; T${w.owner} still owns it.`,
    ]);
    expect(at).toEqual(expect.arrayContaining(['K1', 'S8', 'S13', 'S14']));
    expect(rows('qc_bind_tid_commit').find((s) => s.state === 'next')!.label).toBe('K2');
    w.x.run(1);
    expect(new Set(states('qc_bind_tid_commit'))).toEqual(new Set(['done']));
    expect(new Set(states('qc_bind_tid_reset'))).toEqual(new Set(['skipped']));
  });

  it('shows the reset, and no commit, when the ring is full', () => {
    const w = watchCapture('v07', { revision: '3be58fc72', ringSize: 2 });
    for (const conn of w.stage().clients.keys()) w.x.apply({ kind: 'accept-target', conn, tid: 3 });
    w.runTo(() => w.stage().conns.some((c) => c.accepted === 'waiting'));
    w.x.apply({ kind: 'hold', tid: 3 });
    const { m, W } = w.x;
    let t = -1;
    w.runTo(() => {
      t = [0, 1, 2].find((u) => w.x.at(u).proc.name === 'qc_bind_tid_reset') ?? -1;
      return t >= 0;
    });
    const qc = m.ld(m.ld(W.th(t) + ThreadCtx.fp) + FRAME_HEAD);
    const index = m.ld(qc + QuicConn.capConn);
    const of = (fn: string) => programAt(w.reader, w.block, index).find((p) => p.fn === fn)!;
    const all = (fn: string, state: string) => of(fn).steps.every((s) => s.state === state);
    expect(of('qc_bind_tid_reset').steps[0]!.state).toBe('next');
    expect(all('qc_bind_tid_commit', 'todo')).toBe(true);
    w.runTo(() => all('qc_bind_tid_reset', 'done'));
    expect(all('qc_bind_tid_commit', 'skipped')).toBe(true);
    expect(of('qc_bind_tid_reset').ranOn).toBe(t);
    expect(w.x.owner(qc)).toBe(t);
    // And it stays so when the connection has long been accepted where it was.
    w.runTo(() => w.stage().conns.find((c) => c.index === index)?.accepted === 'yes');
    w.x.run(400);
    expect(all('qc_bind_tid_reset', 'done')).toBe(true);
    expect(all('qc_bind_tid_commit', 'skipped')).toBe(true);
    expect(of('qc_bind_tid_reset').ranOn).toBe(t);
  });

  it('a move to its own thread is done when it is done', () => {
    const w = watchCapture('v07', { revision: '1acbbca17' });
    for (const conn of w.stage().clients.keys()) w.x.apply({ kind: 'accept-target', conn, tid: 1 });
    const own = () => w.stage().conns.find((c) => c.accepted === 'yes' && c.rebind === null && c.owner === 1);
    let seen = false;
    w.runTo(() => {
      const c = own();
      const p = c && programAt(w.reader, w.block, c.index);
      seen = p?.[0]?.ranOn === 1;
      return seen;
    });
    const c = own()!;
    const program = programAt(w.reader, w.block, c.index);
    for (const title of [`Rebind ${c.name.letter}`, 'Finish the move']) {
      const steps = program.find((p) => p.title === title)!.steps;
      expect(steps.every((s) => s.state === 'done' || s.state === 'skipped')).toBe(true);
    }
    expect(w.says(c.index)).not.toContain('has not finished');
  });

  it('goes forward a step at a time: what is done stays done, one thread stands in it', () => {
    const w = accepted({ socketOwner: 'connection' });
    w.x.apply({ kind: 'rebind', conn: 0, tid: (w.owner + 1) % 4 });
    let done: string[] = [];
    let commits = 0;
    let steps = 0;
    while (w.x.run(1) > 0) {
      const p = programAt(w.reader, w.block, 0)[0]!;
      const here = p.steps.filter((s) => s.state === 'next' || s.state === 'running');
      if (here.length === 0 && steps > 0) break;
      if (here.length === 0) continue;
      steps++;
      expect(p.ranOn).toBe(w.owner);
      const now = p.steps.filter((s) => s.state === 'done').map((s) => s.label);
      expect(done.filter((l) => !now.includes(l))).toEqual([]);
      done = now;
      expect(p.steps.filter((s) => s.state === 'next').length).toBeLessThanOrEqual(1);
      const moved = w.stage().conns[0]!.owner !== w.owner;
      expect(done.includes('S14')).toBe(moved);
      if (p.steps.some((s) => s.commit && s.state === 'next')) commits++;
    }
    expect(commits).toBe(1);
    expect(steps).toBeGreaterThan(15);
    expect(programAt(w.reader, w.block, 0)[0]!.steps.find((s) => s.label === 'S14')!.state).toBe('done');
  });
});
