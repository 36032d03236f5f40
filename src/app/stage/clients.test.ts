import { describe, expect, it } from 'vitest';
import { conn, dgram, stageWith } from '../testing/stage.ts';
import { clientsInView, MOST_CLIENTS } from './clients.ts';

const many = (n: number) => stageWith({ conns: Array.from({ length: n }, (_, i) => conn(i, i % 4)) });

describe('clients on the stage', () => {
  it('are all there while they fit', () => {
    const view = many(MOST_CLIENTS);
    expect(clientsInView(view, 3)).toBe(view.clients);
  });

  it('are those that matter when there are more: the selected one’s and all with something in flight, in order', () => {
    const view = many(1000);
    const sending = [500, 7, 999].map((i) => view.clients[i]!);
    view.flights = sending.map((c, i) => ({
      dgram: dgram(i, c.connIndex, 0),
      clientAddr: c.addr,
      connIndex: c.connIndex,
      toServer: true,
      progress: 0.5,
      keptBack: false,
    }));
    const shown = clientsInView(view, 640).map((c) => c.connIndex);
    expect(shown).toHaveLength(MOST_CLIENTS);
    expect(shown).toEqual(expect.arrayContaining([7, 500, 640, 999]));
    expect(shown).toEqual([...shown].sort((a, b) => a - b));
  });
});
