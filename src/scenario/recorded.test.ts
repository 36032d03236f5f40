/** The emulation does what it did: every recorded program over every bundled capture, hash by hash. */
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
  test.each(SOCKETS)('socket owner %s: every revision and mutation', (socketOwner) => {
    for (const p of programs(MUTATIONS.map((m) => m.id))) {
      const key = [capture, socketOwner, p.revision, ...(p.mutations ?? [])].join(' ');
      const { end, crash, hashes } = recordRun(data, { ...p, socketOwner });
      expect([end, crash, digest(hashes)], key).toEqual(recorded[key]);
    }
  });
});
