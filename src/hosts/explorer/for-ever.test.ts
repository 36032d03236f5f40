/** What goes on for ever breaks no rule of a state: it is found all the same, and never called safe. */
import { describe, expect, test } from 'vitest';
import { finalizeRebind } from '../../haproxy/fixes/739de3f11.ts';
import { QuicConn } from '../../haproxy/model/layouts.ts';
import { getCidTid } from '../../haproxy/proc/cid-owner.ts';
import { connAppIoCb } from '../../haproxy/proc/io.ts';
import { retrieveFromCid } from '../../haproxy/proc/retrieve.ts';
import { taskletWakeup } from '../../haproxy/proc/task.ts';
import { COST } from '../../haproxy/step/cost.ts';
import { before, move, type Op, remove, replace } from '../../haproxy/step/patch.ts';
import type { MachineWorld } from '../../machine/explore/machine-world.ts';
import { patchedWorld } from '../../scenario/museum/patched.ts';
import { CycleSearch } from './cycles.ts';
import { DepthFirst } from './depth-first.ts';
import { retrace } from './retrace.ts';
import { FOR_EVER } from './solo.ts';
import { searchHere } from './testing/here.ts';

const MEMORY = 2 ** 28;

/** On T1, where connections are rebound to, the I/O tasklet wakes itself whenever it has run. */
const wakesItself: Op[] = [
  before(
    connAppIoCb,
    '9',
    connAppIoCb.step('w', 'Wakes itself', { ref: '', cost: COST.local, touches: 'shared' }, (x, l, at) =>
      x.t === 1 ? x.call(at.next, taskletWakeup, x.ld(l.qc, QuicConn.tasklet)) : at.next,
    ),
  ),
];

/** Each of two threads says that a connection is the other's. */
const pingPong: Op[] = [
  replace(
    retrieveFromCid,
    '5',
    retrieveFromCid.step(
      '5x',
      'It is always the other’s',
      { ref: '', cost: COST.atomic, touches: 'shared', to: { another: '7' } },
      (x, l, at) => {
        l.other = -1 - (1 - x.t);
        return at.another;
      },
    ),
  ),
];

/** The level-by-level search sees nothing wrong with any state; what it finds is a run that repeats itself. */
function goesOn(make: () => MachineWorld): string[] {
  const shard = searchHere(make());
  expect(shard.find).toBe(null);
  expect(shard.back).toBeGreaterThan(0);
  const search = new CycleSearch(make, MEMORY, false);
  while (search.expand(1 << 16));
  const { codes, from } = search.found!;
  const run = retrace(make, { codes, reduction: false, broken: FOR_EVER, inState: false, cycleFrom: from });
  return run.rows.slice(from).map((r) => `${r.procedure} ${r.step}`);
}

describe.each(['X25', 'X21', 'M04'])('in %s, a rebound tasklet that wakes itself', (world) => {
  const make = (): MachineWorld => patchedWorld({ world, fixed: true }, 'wakes itself', wakesItself);

  test('is found level by level', () => {
    expect(goesOn(make)).toContain('quic_conn_app_io_cb w');
  });

  test('is found depth first', () => {
    const search = new DepthFirst(make(), MEMORY, false, Number.POSITIVE_INFINITY);
    while (search.expand(1 << 16));
    expect(search.find?.broken).toEqual(FOR_EVER);
  });
});

test('two threads that pass a datagram to and fro, with I14 off: hops do not make a state new', () => {
  const make = (): MachineWorld =>
    patchedWorld(
      {
        world: 'M04',
        fixed: true,
        revision: '5a8728d03',
        bounds: { rebinds: 0, batchLimit: 1 },
        rulesOff: ['I14'],
      },
      'to and fro',
      pingPong,
    );
  const search = new DepthFirst(make(), MEMORY, false, Number.POSITIVE_INFINITY);
  while (search.expand(1 << 16));
  const { broken, codes, cycleFrom } = search.find!;
  expect(broken).toEqual(FOR_EVER);
  const run = retrace(make, { codes, reduction: false, broken, inState: false, cycleFrom: cycleFrom! });
  const pushes = run.rows
    .slice(cycleFrom)
    .filter((r) => `${r.procedure} ${r.step}` === 'quic_dgram_parse 3b');
  expect(new Set(pushes.map((r) => r.thread))).toEqual(new Set([0, 1]));
  expect(pushes.length).toBeGreaterThan(3);
});

describe('what a patch takes away shows in a rule', () => {
  const broken = (world: MachineWorld): string | undefined => searchHere(world).find?.broken.rule;

  test('finalize without its wake, in M04: packets wait for ever (F-R4)', () => {
    const ops = remove(finalizeRebind, 'F4');
    expect(broken(patchedWorld({ world: 'M04', fixed: true }, 'drop F4', ops))).toBe('F-R4');
  });

  test('the tid of an entry read after the unlock, in M12: the role goes with the step (I3)', () => {
    const ops = [move(getCidTid, '2b', 'before', '8n')];
    // In M12's own revision I3 is off, for M13.
    const spec = { world: 'M12', fixed: true, revision: 'newest', rulesOff: ['race'] };
    expect(broken(patchedWorld(spec, 'move 2b before 8n', ops))).toBe('I3');
  });
});
