import type { FoundRun } from '../hosts/explorer/contract.ts';
import { encodeMoment, plainMoment } from '../link/index.ts';
import { AnchorReader } from '../machine/anchor.ts';
import { happens } from '../machine/choice.ts';
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
  const departures = [...beginning.departures];
  let end = beginning.end;
  for (const choice of run.choices) {
    departures.push({ at: end, choice });
    if (happens(choice)) end++;
  }
  const playhead = { at: beginning.end, undone: 0 };
  const machine = booted(world);
  const anchors = new AnchorReader(machine, departures, playhead).read(Number.MAX_SAFE_INTEGER)!;
  const withAnchor = <T extends object, A>(o: T, anchor: A | undefined): T & { anchor?: A } =>
    anchor === undefined ? o : { ...o, anchor };
  const text = encodeMoment({
    ...plainMoment(),
    scenario: { kind: 'world', world: spec.world, fixed: spec.fixed, bounds: spec.bounds ?? {} },
    options,
    fingerprint: machine.P.fingerprint,
    departures: departures.map((d, i) => withAnchor(d, anchors.departures[i])),
    end,
    playhead: withAnchor(playhead, anchors.playhead),
  });
  return `#${text}`;
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
