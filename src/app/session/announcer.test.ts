import { describe, expect, it } from 'vitest';
import { happening } from '../testing/stage.ts';
import { createAnnouncer, POLITE_MS } from './announcer.ts';

const receive = (n: number) => happening('receive', `T1 received datagram ${n} for A.`);
const commit = happening('commit', 'Commit. A now belongs to T2.');
const bug = happening('bug', 'Violation.');

describe('the live region', () => {
  it('says every step while paused', () => {
    const a = createAnnouncer();
    expect(a.next([receive(1)], '', false, 0)?.text).toContain('datagram 1');
    expect(a.next([receive(2)], '', false, 1)?.text).toContain('datagram 2');
  });

  it('says the sentence when nothing happened, once', () => {
    const a = createAnnouncer();
    expect(a.next([], 'A belongs to T0.', false, 0)?.text).toBe('A belongs to T0.');
    expect(a.next([], 'A belongs to T0.', false, 5000)).toBeNull();
  });

  it('says at most one thing a second while playing, commits first', () => {
    const a = createAnnouncer();
    expect(a.next([receive(1)], '', true, 0)).not.toBeNull();
    expect(a.next([commit], '', true, 100)).toBeNull();
    expect(a.next([receive(3)], '', true, 200)).toBeNull();
    expect(a.next([receive(4)], '', true, POLITE_MS)?.text).toBe(commit.text);
  });

  it('interrupts for a violation at any time', () => {
    const a = createAnnouncer();
    a.next([receive(1)], '', true, 0);
    expect(a.next([commit, bug], '', true, 1)).toEqual({ text: bug.text, urgent: true });
  });
});
