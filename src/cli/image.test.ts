/** `run --image`: the terminal goes on from a moment of a real run of threads at once. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { LIVE_DEFAULTS } from '../hosts/live/contract.ts';
import { startNodeLive } from '../hosts/live/node.ts';
import { encodeFrozen } from '../link/file/index.ts';
import { plainMoment } from '../link/index.ts';
import { Machine } from '../machine/machine.ts';
import { PlainMem } from '../memory/plain.ts';
import { RunLog } from '../report/run.ts';
import type { Frozen } from '../scenario/frozen.ts';
import { makeWorld } from '../scenario/make.ts';
import type { FollowReport } from './follow.ts';
import { run } from './run.ts';
import { command as commandOf } from './testing/command.ts';

const command = commandOf(run);

const folder = mkdtempSync(join(tmpdir(), 'rebind-'));
const file = join(folder, 'frozen.rebind');
let frozen: Frozen;

/** Three threads, with opening, frozen while datagrams wait. */
beforeAll(async () => {
  const live = startNodeLive({
    ...LIVE_DEFAULTS,
    options: { threads: 3, revision: 'newest', socketOwner: 'listener', withholdPostHandshake: true },
    size: 100,
    capacity: 60,
    settings: {
      connections: 40,
      datagramsPerSecond: Number.POSITIVE_INFINITY,
      churnPerSecond: 20,
      rebindsPerSecond: 100,
      rebindPolicy: 'random',
    },
  });
  await live.until(() => (live.reading?.total('rebound') ?? 0) > 5);
  live.order({ kind: 'freeze' });
  const s = await live.until((s) => s.stopped !== '' || (s.phase === 'paused' && live.frozen.length > 0));
  live.close();
  expect(s.message).toBe('');
  frozen = live.frozen[0]!;
  writeFileSync(file, await encodeFrozen(frozen));
}, 120_000);

afterEach(() => {
  vi.restoreAllMocks();
});
afterAll(() => rmSync(folder, { recursive: true }));

/** The frozen moment as it was in memory. */
function machine(): Machine {
  const { data, options, image } = frozen.begin;
  const { W, P } = makeWorld(data, options, 1);
  const m = new PlainMem(new Int32Array(W.layout.words));
  m.w.set(image.words.subarray(0, W.events.base));
  return new Machine(m, W, P, new RunLog());
}

test('it comes to the same end as the moment that was never saved, and every rule holds', async () => {
  const x = machine();
  while (!x.quiet) x.run(1);
  const { code, out } = await command('--image', file, '--json');
  const r = JSON.parse(out) as FollowReport;
  expect(r).toMatchObject({ hash: x.hash(), at: 0, same: null, rulesBroken: [] });
  expect(r.datagrams.queued).toBe(0);
  expect(r.threads).toHaveLength(3);
  expect(r.notes[0]).toMatch(
    /^The run was [\d.]+ s old when it was frozen: 3 threads, .*socket owner listener\.$/,
  );
  expect(code).toBe(0);
});

test('it goes on from where whoever saved it had come to, and says so when that is another state', async () => {
  const x = machine();
  x.run(200);
  expect(x.apply({ kind: 'hold', tid: 1 })).toBe('');
  x.run(60);
  expect(x.apply({ kind: 'release', tid: 1 })).toBe('');
  x.run(40);
  const here = {
    ...plainMoment(),
    options: frozen.begin.options,
    departures: [
      { at: 200, choice: { kind: 'hold' as const, tid: 1 } },
      { at: 260, choice: { kind: 'release' as const, tid: 1 } },
    ],
    end: 400,
    playhead: { at: 300, undone: 0, hash: x.hash() },
  };
  const later = join(folder, 'later.rebind');
  writeFileSync(later, await encodeFrozen(frozen, here));
  const there = await command('--image', later, '--json');
  expect(JSON.parse(there.out)).toMatchObject({ at: 300, same: true });
  expect(there.code).toBe(0);
  here.playhead.hash = '0123456789abcdef';
  writeFileSync(later, await encodeFrozen(frozen, here));
  const other = await command('--image', later);
  expect(other.code).toBe(1);
  expect(other.out).toContain('step 300 was another state than was saved');
});

test('a moment that was packed by gzip as a whole is the same moment; where a capture is wanted it is called what it is', async () => {
  const packed = join(folder, 'frozen.rebind.gz');
  writeFileSync(packed, gzipSync(await encodeFrozen(frozen)));
  expect(await command('--image', packed, '--json')).toEqual(await command('--image', file, '--json'));
  for (const path of [file, packed])
    expect(await command(path)).toEqual({
      code: 2,
      out: '',
      err: `run: ${path}: This is a moment that was saved by Rebind, not a capture; the page opens it, and so does run --image.`,
    });
});

test('a file that is none, an order that cannot be, other options: one line and exit code 2', async () => {
  const none = join(folder, 'none');
  writeFileSync(none, 'not one of ours');
  expect(await command('--image', none)).toEqual({
    code: 2,
    out: '',
    err: `run: ${none}: This is no moment that was saved by Rebind.`,
  });
  const conns = frozen.begin.data.conns.length;
  const wrong = await command('--image', file, '--rebind', `${conns}:0@1`);
  expect(wrong).toMatchObject({
    code: 2,
    err: `run: There is no connection ${conns}; the file has ${conns}, from 0.`,
  });
  expect(await command('--image', file, '--threads', '2')).toMatchObject({ code: 2 });
});
