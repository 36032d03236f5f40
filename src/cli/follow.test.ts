/** `run --link`: the terminal stands at the moment that a link names. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { crowd } from '../capture/testing/crowd.ts';
import { samplePath } from '../capture/testing/samples.ts';
import { encodeMoment, type Moment, plainMoment, toHash } from '../link/index.ts';
import { sha256Hex } from '../quic/sha256.ts';
import { dataOf, machineOf, OPTIONS } from '../scenario/testing/worlds.ts';
import type { FollowReport } from './follow.ts';
import { readInput } from './input.ts';
import { run } from './run.ts';
import { command as commandOf } from './testing/command.ts';

const command = commandOf(run);

afterEach(() => {
  vi.restoreAllMocks();
});

const x = machineOf(dataOf('v01'));
x.run(500);
expect(x.apply({ kind: 'hold', tid: 1 })).toBe('');
x.run(300);

/** The moment at which `x` stands. */
const moment = (scenario: Moment['scenario']): Moment => ({
  ...plainMoment(),
  scenario,
  options: OPTIONS,
  fingerprint: x.P.fingerprint,
  departures: [{ at: 500, choice: { kind: 'hold', tid: 1 } }],
  end: 900,
  playhead: { at: 800, undone: 0, hash: x.hash() },
});

const sample: Moment['scenario'] = { kind: 'sample', id: 'one' };

describe('a link', () => {
  test('to a sample leads to its state', async () => {
    const { code, out } = await command('--link', toHash(encodeMoment(moment(sample))), '--json');
    const r = JSON.parse(out) as FollowReport;
    expect(r).toMatchObject({ hash: x.hash(), at: 800, same: true });
    expect(code).toBe(0);
  });

  test('as a whole address too', async () => {
    const address = `https://example.org/rebind/${toHash(encodeMoment(moment(sample)))}`;
    expect((await command('--link', address)).out).toContain(`hash ${x.hash()}`);
  });

  test('of another state says so, with exit code 1', async () => {
    const m = moment(sample);
    m.playhead.hash = '0123456789abcdef';
    const { code, out } = await command('--link', toHash(encodeMoment(m)));
    expect(code).toBe(1);
    expect(out).toContain('step 800, another state than was copied');
  });

  test('to a capture of one’s own takes the file with that hash, and no other', async () => {
    const path = samplePath('v01-ngtcp2-haproxy34.pcap');
    const keys = samplePath('v01-ngtcp2-haproxy34.keys');
    const sha256 = sha256Hex(readInput(path));
    const link = toHash(encodeMoment(moment({ kind: 'capture', sha256, name: 'mine.pcap', withKeys: true })));
    expect((await command('--link', link, path, '--keys', keys)).out).toContain(`hash ${x.hash()}`);
    expect(await command('--link', link)).toMatchObject({ code: 2 });
    const other = await command('--link', link, samplePath('v02-chromium-haproxy34.pcap'));
    expect(other.code).toBe(2);
    expect(other.err).toContain(`the link needs ${sha256}`);
  });

  test('to one server of several takes that one; one of before takes all, and says so', async () => {
    const { file, keys } = crowd(3, 2);
    const folder = mkdtempSync(join(tmpdir(), 'follow-'));
    const [path, keyPath] = [join(folder, 'two.pcap'), join(folder, 'two.keys')];
    writeFileSync(path, file);
    writeFileSync(keyPath, keys);
    const scenario = { kind: 'capture' as const, sha256: sha256Hex(file), name: 'two.pcap', withKeys: true };
    const run = async (server?: string): Promise<FollowReport> => {
      const m = { ...plainMoment(), scenario: server ? { ...scenario, server } : scenario };
      const { out } = await command('--link', toHash(encodeMoment(m)), path, '--keys', keyPath, '--json');
      return JSON.parse(out);
    };
    const one = await run('198.51.100.2:8443');
    expect([one.unread, one.notes.join(' ')]).toEqual([
      { 'other-server': 9 },
      expect.stringContaining('HAProxy stands for 198.51.100.2:8443, the others are left out.'),
    ]);
    const all = await run();
    expect(all.unread).toEqual({});
    expect(all.notes.join(' ')).toContain('HAProxy stands for all of them as one.');
  });

  test('that is none is one line and exit code 2', async () => {
    expect(await command('--link', 'nonsense')).toMatchObject({
      code: 2,
      err: 'run: The link is not one of ours.',
    });
  });
});
