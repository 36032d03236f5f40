import { expect, it } from 'vitest';
import { LIVE_DEFAULTS, type LiveBegin } from '../../hosts/live/contract.ts';
import { freeze } from '../../hosts/live/freeze.ts';
import { OneRealm } from '../../hosts/live/testing/one-realm.ts';
import { WorldReader } from '../../report/reader.ts';
import { MOST_CONNS, SampledReader } from '../../report/sample.ts';
import { closedOpener } from '../../scenario/closed.ts';
import { layOutWorld } from '../../scenario/world.ts';

const THREADS = 4;
const CONNECTIONS = MOST_CONNS + 200;

const begin: LiveBegin = {
  ...LIVE_DEFAULTS,
  opening: false,
  size: 50,
  capacity: 1000,
  options: { threads: THREADS, revision: 'newest', socketOwner: 'listener', withholdPostHandshake: true },
  settings: {
    connections: CONNECTIONS,
    datagramsPerSecond: 2000,
    churnPerSecond: 0,
    rebindsPerSecond: 0,
    rebindPolicy: 'random',
  },
};

it('of a moment with more connections than can be told apart a picture has some, counts the others by thread, and says so', () => {
  const x = new OneRealm(begin);
  x.until('connections', () => x.run.reading.total('accepted') >= CONNECTIONS - 20);
  const { data, options, image } = freeze(x.run, 'asked').begin;
  const { W, P, revision } = layOutWorld(data, options, closedOpener);
  const words = new Int32Array(W.layout.words);
  words.set(image.words);
  const whole = new WorldReader(W, P, revision, [], { generated: true }).stage(words);
  const reader = new SampledReader(W, P, revision, [], { generated: true });
  const some = reader.stage(words);
  expect(whole.beyond).toBeUndefined();
  expect(some.conns.length).toBeLessThan(whole.conns.length);
  const owned = (t: number) => whole.conns.filter((c) => c.owner === t).length;
  const inPicture = (t: number) => some.conns.filter((c) => c.owner === t).length;
  for (let t = 0; t < THREADS; t++) expect(some.beyond![t]! + inPicture(t)).toBe(owned(t));
  expect(some.notes.join(' ')).toContain(`Of ${whole.conns.length} connections ${some.conns.length} stand`);
  // One that is left out stands in the picture as soon as it is selected, and looks as it does among all.
  const out = whole.conns.find((c) => !some.conns.some((s) => s.index === c.index))!;
  const chosen = reader.stage(words, out.index).conns.find((c) => c.index === out.index);
  expect(chosen).toEqual(out);
}, 60_000);
