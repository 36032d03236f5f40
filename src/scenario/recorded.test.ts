/** The emulation does what it did: recorded programs over bundled captures, hash by hash; each program over every second capture, in turn. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { MUTATIONS } from '../haproxy/revisions.ts';
import { CAPTURES, programs, recordRun, SOCKETS } from './testing/recorded.ts';
import { dataOf } from './testing/worlds.ts';

/** Key: capture, socket owner, revision, mutation. Value: happenings, what a step threw, digest of the hashes. */
const recorded: Record<string, [number, string, string]> = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../testdata/recorded/hashes.json'), 'utf8'),
);

const digest = (hashes: readonly string[]): string =>
  createHash('sha256').update(hashes.join('\n')).digest('hex').slice(0, 16);

describe.each(CAPTURES)('%s', (capture) => {
  const data = dataOf(capture);
  test.each(SOCKETS)('socket owner %s: revisions and mutations', (socketOwner) => {
    // All of them take minutes, and what one capture tells of two programs that are neighbours in the line is much the same.
    const turn = CAPTURES.indexOf(capture) + SOCKETS.indexOf(socketOwner);
    const mine = programs(MUTATIONS.map((m) => m.id)).filter((_, i) => (i + turn) % 2 === 0);
    for (const p of mine) {
      const key = [capture, socketOwner, p.revision, ...(p.mutations ?? [])].join(' ');
      const { end, crash, hashes } = recordRun(data, { ...p, socketOwner });
      expect([end, crash, digest(hashes)], key).toEqual(recorded[key]);
    }
  });
});
