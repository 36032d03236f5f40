/** How long a link is. The figure is the product's: a run by the clock with twenty choices, each with its anchor. */
import { expect, test } from 'vitest';
import { AnchorReader } from '../machine/anchor.ts';
import type { Departure } from '../machine/schedule.ts';
import { dataOf, machineOf, OPTIONS, seeded } from '../scenario/testing/worlds.ts';
import { decodeMoment, encodeMoment, type LinkDeparture, type Moment } from './index.ts';

test('10 000 steps by the clock with 20 choices fit 2 KB, anchors and all', () => {
  const data = dataOf('v07');
  const rnd = seeded(11);
  const x = machineOf(data);
  const chosen: Departure[] = [];
  while (chosen.length < 20) {
    x.run(480);
    const at = x.happened;
    const choice = { kind: 'step', tid: Math.floor(rnd() * 4) } as const;
    const target = { kind: 'accept-target', conn: -1, tid: choice.tid } as const;
    const order = { kind: 'rebind', conn: Math.floor(rnd() * 20), tid: choice.tid } as const;
    for (const c of chosen.length % 2 ? [order, choice, target] : [choice, order, target])
      if (!x.apply(c)) {
        chosen.push({ at, choice: c });
        break;
      }
  }
  x.run(10_000 - x.happened);
  const end = x.happened;
  expect(end).toBe(10_000);
  const read = new AnchorReader(machineOf(data), chosen, { at: end, undone: 0 }).read(1e9)!;
  const departures: LinkDeparture[] = chosen.map((d, i) => {
    const anchor = read.departures[i];
    return anchor ? { ...d, anchor } : d;
  });
  expect(departures.filter((d) => d.anchor).length).toBe(20);
  const m: Moment = {
    scenario: {
      kind: 'capture',
      sha256: 'a5'.repeat(32),
      name: 'a-capture-of-some-length.pcapng',
      withKeys: true,
    },
    options: { ...OPTIONS, without: ['d537ca79d', 'a65dd3a2c'], mutations: ['X02'] },
    fingerprint: x.P.fingerprint,
    departures,
    end,
    playhead: { at: end, undone: 0, hash: x.hash(), ...(read.playhead ? { anchor: read.playhead } : {}) },
    view: { selected: 3, panel: 'show', tab: 'program', mode: 'step' },
  };
  const text = encodeMoment(m);
  expect(decodeMoment(text)).toEqual({ moment: m, notes: [] });
  expect(text.length).toBeLessThanOrEqual(2048);
});
