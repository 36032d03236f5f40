/** A patch in words says each step that it names with its sentence, and nothing that the patch does not do. */
import { describe, expect, it } from 'vitest';
import { FIXES, MUTATIONS, programOf, REVISIONS } from '../haproxy/revisions.ts';
import { byProcedure, dateWords, opWords, programBefore } from './patch-words.ts';

const words = (id: string) => {
  const fix = FIXES.find((f) => f.id === id)!;
  return fix.ops.map((op) => opWords(op, programBefore(fix)));
};

describe('a patch in words', () => {
  it.each(FIXES.map((f) => [f.id, f] as const))(
    '%s: every step that it names has its sentence',
    (id, fix) => {
      const after = programOf(REVISIONS[FIXES.indexOf(fix)]!);
      for (const op of words(id)) {
        expect(op.text).not.toBe('');
        for (const s of op.steps) {
          expect(s.text, `${id} ${s.label}`).not.toBe('');
          const there = after.steps.some((x) => x.proc.key === op.proc!.key && x.label === s.label);
          expect(there, `${id} ${s.label} is ${s.is}`).toBe(s.is !== 'gone');
        }
      }
    },
  );

  it.each(MUTATIONS.flatMap((m) => m.forms.map((form) => [`${m.id} ${form.from ?? ''}`, form] as const)))(
    '%s: so do mutations, in the newest revision, or the last before their second form or their end',
    (_, form) => {
      const m = MUTATIONS.find((x) => x.forms.includes(form))!;
      const next = m.forms[m.forms.indexOf(form) + 1]?.from ?? m.until;
      const until = next ? FIXES.findIndex((f) => f.id === next) : FIXES.length;
      const before = programOf(REVISIONS[until - 1]!);
      for (const op of form.ops.map((o) => opWords(o, before)))
        for (const s of op.steps) expect(s.text, s.label).not.toBe('');
    },
  );

  it('has the dates that are known in the line’s order, and says of the others that they are not', () => {
    const dates = FIXES.flatMap((f) => (f.date === null ? [] : [f.date]));
    for (const d of dates) expect(d).toMatch(/^20\d\d-\d\d-\d\d$/);
    expect(dates).toEqual([...dates].sort());
    const unknown = FIXES.find((f) => f.date === null)!;
    expect(dateWords(unknown)).toBe('date not known to us');
  });

  it('says where the commit of 95f624540 goes, by procedure', () => {
    const groups = byProcedure(words('95f624540'));
    expect(groups.map((g) => g[0]!.proc!.key)).toEqual([...new Set(groups.map((g) => g[0]!.proc!.key))]);
    const rebind = groups.find((g) => g[0]!.proc!.key === 'qc_set_tid_affinity')!;
    expect(rebind.map((o) => o.text)).toContain('Without S14');
    expect(rebind.find((o) => o.text === 'In place of S15')!.steps.map((s) => [s.is, s.label])).toEqual([
      ['gone', 'S15'],
      ['brought', 'S15n'],
    ]);
  });
});
