import { describe, expect, it } from 'vitest';
import { BUG, BUG_NULL, BUGS, bugText, fatalText } from './bugs.ts';

describe('what stopped a run', () => {
  it('is an assertion only where HAProxy has one', () => {
    const others = BUGS.flatMap((b, i) => (b.kind === 'assertion' ? [] : [i]));
    expect(others).toEqual([
      BUG.SEGV_EL_TH_CTX,
      BUG.FREED_OBJECT,
      BUG.CONSUMED_DGRAM,
      BUG_NULL,
      BUG.SEGV_NO_SESSION,
    ]);
    for (const i of others) {
      const b = BUGS[i]!;
      expect(`${bugText(b, 1)} ${fatalText(b, 1)}`).not.toMatch(/BUG_ON|FATAL|bug condition/);
    }
  });

  it('is told in HAProxy’s words, with its place where that is known', () => {
    const b = BUGS[BUG.REBIND_ONE_CID];
    expect(bugText(b, 2)).toBe('BUG_ON on T2: !node || eb64_next(node)');
    expect(fatalText(b, 2)).toBe('FATAL: bug condition "!node || eb64_next(node)"');
    expect(fatalText(b, 2, b.pair)).toBe(
      'FATAL: bug condition "!node || eb64_next(node)" matched at src/quic_conn.c:8508',
    );
  });

  it('or by what the thread does', () => {
    expect(bugText(BUGS[BUG.CONSUMED_DGRAM], 0)).toBe(
      'T0 crashes: segmentation fault: the bytes of a consumed datagram',
    );
    expect(fatalText(BUGS[BUG.FREED_OBJECT], 3)).toBe(
      'T3 uses a freed object; what HAProxy would do is not determined',
    );
  });
});
