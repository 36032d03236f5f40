import { describe, expect, it } from 'vitest';
import { startNodeSearch } from '../../hosts/explorer/node-start.ts';
import { MUSEUM } from '../../scenario/museum/index.ts';
import { type Asked, type Asking, ask, type Look, worldsFor } from './question.ts';
import type { Question } from './types.ts';
import { answerWords } from './words.ts';

const asking = (revision: string, proc: string, label: string): Asking => ({
  program: { revision },
  idea: `drop ${proc}/${label}`,
  proc,
  words: `What if ${label} of ${proc} were missing?`,
  step: 'Leave this thread’s connection list',
  of: 'HAProxy',
});

/** Searches for real; nothing is wanted any more once so many worlds have been asked. */
const looking = (most: number): Look => {
  const worlds = new Set<string>();
  return (spec, bounds) => {
    worlds.add(spec.world);
    if (worlds.size > most) return Promise.resolve(null);
    return new Promise((answer) =>
      startNodeSearch(spec, {
        workers: 1,
        memoryMB: 64,
        bounds,
        reduction: false,
        order: 'breadth',
      }).onVerdict(answer),
    );
  };
};

async function asked(of: Asking, most: number) {
  const all: Asked[] = [];
  const noticed = await ask(of, looking(most), (a) => all.push(a));
  return { noticed, all: all.map((a) => `${a.world} ${a.outcome}`) };
}

describe('what if a step were missing', () => {
  it('is answered by the first world that breaks only without it', async () => {
    const { noticed, all } = await asked(asking('50872daa6', 'qc_set_tid_affinity', 'S9'), 1);
    expect(all).toEqual(['M01 notices']);
    expect(noticed?.spec).toEqual({
      world: 'M01',
      fixed: true,
      revision: '50872daa6',
      ideas: ['drop qc_set_tid_affinity/S9'],
    });
    expect(noticed?.verdict.broken.rule).toBe('I10');
  });

  it('is not answered by a world that breaks as it is, and goes on until it is no longer wanted', async () => {
    const { noticed, all } = await asked(asking('1acbbca17', 'qc_new_conn', '7b'), 1);
    expect(all).toEqual(['M09 breaks anyway']);
    expect(noticed).toBeNull();
  });

  it('passes over what a world breaks as it is', async () => {
    // The world's own bug is one of that revision's; no rebind happens in it.
    const proc = 'quic_build_post_handshake_frames';
    const { all } = await asked({ ...asking('1acbbca17', 'qc_set_tid_affinity', 'S9'), proc }, 1);
    expect(all).toEqual(['M15 unreached']);
  });

  it('says of a world that it has no beginning', async () => {
    const { all } = await asked(asking('50872daa6', 'quic_lstnr_dghdlr', '2'), 1);
    expect(all).toEqual(['M19 no beginning']);
  });

  it('asks each world that is no hypothesis once, first those whose own change is in the same procedure', () => {
    const worlds = worldsFor('qc_set_tid_affinity');
    expect(worlds[0]).toBe('M01');
    expect([...worlds].sort()).toEqual(
      MUSEUM.filter((w) => !w.hypothesis)
        .map((w) => w.id)
        .sort(),
    );
  });
});

describe('the answer in words', () => {
  const of = (outcomes: readonly Asked['outcome'][], part: Partial<Question> = {}): Question => ({
    asking: asking('50872daa6', 'qc_set_tid_affinity', 'S9'),
    worlds: outcomes.length,
    asked: outcomes.map((outcome, i) => ({ world: `M0${i + 1}`, outcome, states: 9 })),
    at: '',
    state: 'ended',
    run: -1,
    ...part,
  });

  it('says nothing of worlds that did not come to the step', () => {
    const w = answerWords(of(['safe', 'bound', 'unreached', 'breaks anyway']));
    expect(w.heading).toBe('Nothing here would notice');
    expect(w.detail).toMatch(
      /^2 worlds came to it: in 1 every order was tried, in 1 the first 20.000 states/,
    );
    expect(answerWords(of(['unreached', 'unreached so far', 'no beginning'])).tone).toBe('unreached');
  });

  it('names who notices, and how far an unfinished question went', () => {
    expect(answerWords(of(['safe', 'notices'])).heading).toBe('M02 would notice');
    expect(answerWords(of(['safe'], { state: 'cancelled', worlds: 36 })).detail).toContain('1 world of 36');
    expect(answerWords(of(['safe'], { state: 'asking', worlds: 36, at: 'M02' })).heading).toBe(
      'Asking world 2 of 36, M02',
    );
  });
});
