/** The moment of a link, or of a bundled story, in the program that runs here. */
import { chooseRevision } from '../haproxy/revisions.ts';
import { decodeMoment, fromHash, type Moment } from '../link/index.ts';
import { Machine } from '../machine/machine.ts';
import { setUp } from '../machine/setup.ts';
import { PlainMem } from '../memory/plain.ts';
import type { WorldData } from '../scenario/data.ts';
import { makeWorld } from '../scenario/make.ts';
import { dataOf, placed } from './follow.ts';
import { UnusableInput } from './input.ts';

export interface HereMoment {
  moment: Moment;
  data: WorldData;
  /** What of the link could not be had, a sentence each. */
  said: string[];
}

/** `file` and `keys`: the capture that the link only names. Throws UnusableInput. */
export function momentOfLink(text: string, file: string | undefined, keys: string | undefined): HereMoment {
  const read = decodeMoment(fromHash(text.slice(Math.max(0, text.indexOf('#')))) ?? text);
  if (!read.moment.scenario)
    throw new UnusableInput(read.notes.join(' ') || 'The link does not say where to begin.');
  const why = chooseRevision(read.moment.options);
  if (typeof why === 'string') throw new UnusableInput(`The link’s program cannot be had: ${why}.`);
  const said = [...read.notes];
  const data = dataOf(read.moment.scenario, file, keys);
  return { moment: inThisProgram(read.moment, data, said), data, said };
}

/** Of another program's link the choices are looked for by their places. */
function inThisProgram(m: Moment, data: WorldData, said: string[]): Moment {
  const { W, P } = makeWorld(data, m.options, 1);
  const place = placed(P, m, said, (log) => {
    const x = new Machine(new PlainMem(new Int32Array(W.layout.words)), W, P, log);
    setUp(x.m, W, P);
    x.boot();
    return x;
  });
  const same = place.departures === m.departures;
  return {
    ...m,
    departures: [...place.departures],
    end: same ? m.end : place.at,
    playhead: { at: place.at, undone: place.undone },
  };
}
