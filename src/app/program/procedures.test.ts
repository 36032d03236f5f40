import { describe, expect, it } from 'vitest';
import { PROCEDURES } from '../../haproxy/catalogue.ts';
import { namesOf } from '../../haproxy/names.ts';
import { REVISIONS } from '../../haproxy/revisions.ts';
import type { WorldOptions } from '../../hosts/engine.ts';
import { isChanged, lastFixOf } from './changes.ts';
import { inOrder, NAMES, procedureOf, type Shown, shownOf, toRevision } from './procedures.ts';

const options = (part: Partial<WorldOptions>): WorldOptions => ({
  threads: 4,
  revision: 'newest',
  socketOwner: 'listener',
  withholdPostHandshake: true,
  ...part,
});
const shown = (part: Partial<WorldOptions>): Shown => shownOf(options(part), []) as Shown;

describe('what the Program tab offers', () => {
  it('has every name that a procedure ever had, and finds the procedure by it', () => {
    for (const p of PROCEDURES) {
      const own = NAMES.filter((n) => n.key === p.key);
      expect(own.length, p.key).toBe(namesOf(p).length);
      for (const n of own) expect(procedureOf(n.key)).toBe(p);
    }
  });

  it('ends each revision with its commit', () => {
    for (const r of REVISIONS) expect(lastFixOf(r.id)).toBe([...r.fixes].at(-1));
    expect(lastFixOf('nowhere')).toBe('');
  });
});

describe('a program that was changed by hand', () => {
  it('says what was changed, and lines in C stay those of its revision', () => {
    const s = shown({ revision: '7cab3a3c3', without: ['9b5f11cd3'], mutations: ['X11'] });
    expect(s.changes).toHaveLength(2);
    expect(s.base.has('9b5f11cd3')).toBe(true);
    expect(s.revision.fixes.has('9b5f11cd3')).toBe(false);
    expect(isChanged(options({ ideas: ['drop S14'] }))).toBe(true);
    expect(isChanged(options({ ideas: [], without: [], mutations: [] }))).toBe(false);
  });

  it('is named with the reason where there can be none', () => {
    expect(shownOf(options({ without: ['25174d51e'] }), [])).toMatch(/cannot be without 25174d51e/);
  });

  it('comes after its revision, and revisions in the order of the line', () => {
    const [seed, newest, changed] = [
      shown({ revision: '25174d51e' }),
      shown({}),
      shown({ mutations: ['X11'] }),
    ] as const;
    expect(inOrder(newest, seed)).toEqual([seed, newest]);
    expect(inOrder(changed, newest)).toEqual([newest, changed]);
    expect(inOrder(newest, changed)).toEqual([newest, changed]);
  });

  it('keeps its changes in another revision only where they can be made there', () => {
    const o = options({ without: ['9b5f11cd3'] });
    expect(toRevision(o, '7cab3a3c3')).toEqual({ revision: '7cab3a3c3' });
    expect(toRevision(o, 'seed')).toMatchObject({ revision: 'seed', without: [] });
  });
});
