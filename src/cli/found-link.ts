import type { FoundRun } from '../hosts/explorer/contract.ts';
import { encodeMoment, runMoment, toHash, withAnchors } from '../link/index.ts';
import { AnchorReader } from '../machine/anchor.ts';
import { Machine } from '../machine/machine.ts';
import { setUp } from '../machine/setup.ts';
import { recording } from '../machine/sink.ts';
import { PlainMem } from '../memory/plain.ts';
import type { WorldSpec } from '../scenario/explore.ts';
import { makeWorld } from '../scenario/make.ts';
import { type MuseumRun, museumRun } from '../scenario/museum/index.ts';

/** The hash part of an address at which a run that was found lies ahead, ready to be played. */
export function linkOf(spec: WorldSpec, run: FoundRun): string {
  const world = museumRun(spec);
  const { options, beginning } = world;
  const machine = booted(world);
  const { fingerprint } = machine.P;
  const moment = runMoment({ spec, options, fingerprint, beginning }, run.choices);
  const anchors = new AnchorReader(machine, moment.departures, moment.playhead).read(
    Number.MAX_SAFE_INTEGER,
  )!;
  return toHash(encodeMoment(withAnchors(moment, anchors)));
}

/** The world before its first datagram. */
function booted({ data, options }: MuseumRun): Machine {
  const { W, P } = makeWorld(data, options, 1);
  const m = new PlainMem(new Int32Array(W.layout.words));
  setUp(m, W, P);
  const machine = new Machine(m, W, P, recording);
  machine.boot();
  return machine;
}
