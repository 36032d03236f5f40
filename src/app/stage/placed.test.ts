import { describe, expect, it } from 'vitest';
import { nextTrunks } from '../session/trunks.ts';
import { conn, dgram, happening, stageWith, thread } from '../testing/stage.ts';
import { stageLayout } from './layout.ts';
import { outcome } from './outcome.ts';
import { along, rounded } from './paths.ts';
import { placeDatagrams, placedTrunks } from './placed.ts';

const layout = stageLayout('full', 4, 1);
const moved = { ...conn(0, 2), ghostTid: 0 };

/**
 * T0                      T2
 * inbox: 42 43 (late)     inbox: -
 * in hand: 41, to push
 */
const before = stageWith({
  conns: [moved],
  threads: [
    thread(0, {
      inbox: [dgram(42, 0, 2), dgram(43, 0, 2)],
      hand: dgram(41, 0, 2),
      redispatching: { dgram: dgram(41, 0, 2), to: 2 },
    }),
    thread(1),
    thread(2),
    thread(3),
  ],
});
/** The same after the push. */
const after = stageWith({
  ...before,
  threads: [
    thread(0, { inbox: [dgram(42, 0, 2), dgram(43, 0, 2)] }),
    thread(1),
    thread(2, { inbox: [dgram(41, 0, 2)] }),
    thread(3),
  ],
});
const push = happening('redispatch', '', { dgram: 41, tid: 0, other: 2 });

describe('datagrams', () => {
  it('come along the wire of their own connection, also where two come from one address, and where one has moved', () => {
    const view = stageWith({ conns: [conn(0, 0), conn(1, 1)] });
    const wide = stageLayout('full', 4, 2);
    const clients = view.clients.map((c) => ({ ...c, addr: '192.0.2.7:50007' }));
    const flights = [0, 1].map((of) => ({
      dgram: dgram(of + 1, of, of),
      clientAddr: of === 0 ? '192.0.2.7:50007' : '198.51.100.1:9999',
      connIndex: of,
      toServer: true,
      progress: 0.5,
      keptBack: false,
    }));
    const placed = placeDatagrams(wide, { ...view, clients, flights }, []);
    expect(placed.map(({ y, h }) => y + h / 2)).toEqual(wide.clients!.y.slice(0, 2));
  });

  it('waiting at a socket by the thousand are a column that ends on the stage, and its last says how many more there are', () => {
    const waiting = Array.from({ length: 64 }, (_, i) => dgram(i + 1, 0, 0));
    const socket = { kind: 'listener', fd: 3, conn: null, waiting, addr: '' } as const;
    const column = (count: number) =>
      placeDatagrams(
        layout,
        stageWith({ sockets: [{ ...socket, waiting: waiting.slice(0, count), count }] }),
        [],
      ).filter((p) => p.where === 'socket');
    const all = column(4);
    expect(all.map((p) => p.more)).toEqual([undefined, undefined, undefined, undefined]);
    const many = column(2000);
    expect(many.length).toBeGreaterThan(20);
    expect(many.at(-1)!.more).toBe(2000 - many.length);
    expect(many.filter((p) => p.more).length).toBe(1);
    const ends = many.map((p) => p.y + p.h);
    expect(Math.max(...ends)).toBeLessThan(layout.height);
    expect(Math.min(...ends.slice(1).map((y, i) => y - ends[i]!))).toBeGreaterThanOrEqual(6.9);
  });

  it.each([
    [1, 3],
    [20, 2],
  ])('of a wire among %i lie beside each other; of more than %i the last says how many', (clients, most) => {
    const conns = Array.from({ length: clients }, (_, c) => conn(c, 0));
    const view = stageWith({ conns });
    const wide = stageLayout('full', 4, clients);
    for (const [at, n] of [
      [0, 2],
      [0.5, 6],
      [1, 3],
    ] as const) {
      const flights = Array.from({ length: n }, (_, i) => ({
        dgram: dgram(i + 1, 0, 0),
        clientAddr: view.clients[0]!.addr,
        connIndex: 0,
        toServer: true,
        progress: Math.max(0, at - i * 0.1),
        keptBack: false,
      }));
      const placed = placeDatagrams(wide, { ...view, flights }, []);
      expect(placed.map((p) => p.dgram.id)).toEqual(flights.slice(0, most).map((f) => f.dgram.id));
      expect(placed.at(-1)!.more ?? 0).toBe(Math.max(0, n - most));
      for (const [k, p] of placed.entries()) {
        expect(p.x).toBeGreaterThanOrEqual(wide.flight!(0));
        expect(p.x).toBeLessThanOrEqual(wide.flight!(1));
        if (k > 0) expect(p.x + p.w).toBeLessThanOrEqual(placed[k - 1]!.x);
      }
    }
  });

  it('each stand in one place, the one being passed on in the gutter', () => {
    const trunks = placedTrunks(layout, before, nextTrunks([], before, [], false, 0));
    const placed = placeDatagrams(layout, before, trunks);
    expect(placed.map((p) => [p.dgram.id, p.where, p.late])).toEqual([
      [41, 'gutter', true],
      [42, 'inbox', true],
      [43, 'inbox', true],
    ]);
  });

  it('keep their key when they change hands, so that one mark moves', () => {
    const first = placeDatagrams(
      layout,
      before,
      placedTrunks(layout, before, nextTrunks([], before, [], false, 0)),
    );
    const trunks = nextTrunks([], after, [push], false, 0);
    const second = placeDatagrams(layout, after, placedTrunks(layout, after, trunks));
    const key = first.find((p) => p.dgram.id === 41)!.key;
    const there = second.find((p) => p.key === key)!;
    expect(there).toMatchObject({ where: 'inbox', tid: 2, late: false });
    expect(there.via?.length).toBeGreaterThan(2);
  });
});

describe('trunks', () => {
  it('stand until the next step when paused', () => {
    const one = nextTrunks([], after, [push], false, 0);
    expect(one.map((t) => [t.dgram, t.from, t.to, t.arrived])).toEqual([[41, 0, 2, true]]);
    expect(nextTrunks(one, after, [], false, 1)).toEqual([]);
  });

  it('linger while playing, so that none goes by unseen', () => {
    const one = nextTrunks([], after, [push], true, 0);
    expect(nextTrunks(one, after, [], true, 100)).toHaveLength(1);
    expect(nextTrunks(one, after, [], true, 10_000)).toEqual([]);
  });

  it('end at the tail of the inbox they lead to', () => {
    const [t] = placedTrunks(layout, after, nextTrunks([], after, [push], false, 0));
    const [x, y] = t!.points.at(-1)!;
    expect(x).toBeGreaterThan(layout.inbox.x);
    expect(x).toBeLessThan(layout.inbox.x + layout.inbox.w);
    expect(y).toBeGreaterThanOrEqual(layout.lane.y[2]!);
    expect(t!.card[0]).toBe(layout.gutterX);
  });
});

describe('lines', () => {
  it('are travelled from end to end by length', () => {
    const path = [
      [0, 0],
      [10, 0],
      [10, 30],
    ] as const;
    expect(along(path, 0)).toEqual([0, 0]);
    expect(along(path, 0.5)).toEqual([10, 10]);
    expect(along(path, 1)).toEqual([10, 30]);
    expect(rounded(path, 4)).toBe('M0 0L6 0Q10 0 10 4L10 30');
  });
});

describe('letting go of a connection', () => {
  const view = stageWith({
    conns: [conn(0, 0), conn(1, 1, { rebindRefusal: 'it has more than one CID' })],
    threads: [
      thread(0, { held: true, inbox: [dgram(3, 0, 0), dgram(4, 0, 0), dgram(5, 1, 1)] }),
      thread(1),
      thread(2, { state: 'lost' }),
      thread(3),
    ],
  });

  it('says how many datagrams stay behind, and that a held owner is released', () => {
    const o = outcome(view, view.conns[0]!, 1);
    expect(o).toMatchObject({ kind: 'rebind', lead: 'Let go: A goes to T1' });
    expect(o.rest).toBe(
      'Its 2 waiting datagrams stay with T0, which passes them on. T0 is held: this releases it.',
    );
  });

  it('is refused with the reason before the drop', () => {
    expect(outcome(view, view.conns[1]!, 3)).toMatchObject({
      kind: 'refused',
      rest: 'it has more than one CID',
    });
  });

  it('does nothing at home and nothing on a lost worker', () => {
    expect(outcome(view, view.conns[0]!, 0).kind).toBe('home');
    expect(outcome(view, view.conns[0]!, 2).kind).toBe('lost');
  });
});
