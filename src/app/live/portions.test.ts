import { expect, it } from 'vitest';
import { Board, CONN } from '../../hosts/live/board.ts';
import { LiveReading } from '../../hosts/live/reading.ts';
import { createDrawn, readAgain } from './drawn.ts';
import { PORTION } from './reading.ts';

/** A board with three portions of places, each of its connections owned by T0. */
function many(): { board: Board; places: number; own(c: number, tid: number): void } {
  const places = 2 * PORTION + 100;
  const board = new Board(Board.parts(4, places));
  const own = (c: number, tid: number): void => {
    board.words[board.conn(c) + CONN.owner] = tid;
  };
  for (let c = 0; c < places; c++) own(c, 0);
  return { board, places, own };
}

it('of more places than one reading takes all are seen after a few, each in its column once', () => {
  const { board, places, own } = many();
  const drawn = createDrawn(new LiveReading(board));
  const seen = [1, 2, 3].map((n) => {
    readAgain(drawn, n * 100);
    return drawn.sediment.column(0).length;
  });
  expect(seen).toEqual([PORTION, 2 * PORTION, places]);
  own(5, 2);
  own(places - 1, 3);
  for (const n of [4, 5, 6]) readAgain(drawn, n * 100);
  expect(drawn.sediment.column(0).length).toBe(places - 2);
  expect([...drawn.sediment.column(2), ...drawn.sediment.column(3)]).toEqual([5, places - 1]);
  expect([drawn.sediment.went(0), drawn.sediment.came(2), drawn.sediment.came(3)]).toEqual([2, 1, 1]);
});

it('rates of each portion are taken over its own time', () => {
  const { board, places } = many();
  const drawn = createDrawn(new LiveReading(board));
  const last = places - 1;
  for (let n = 1; n <= 33; n++) {
    for (const c of [0, last]) board.words[board.conn(c) + CONN.datagrams]! += 10;
    readAgain(drawn, n * 100);
  }
  expect(drawn.sediment.rate(0)).toBeCloseTo(100);
  expect(drawn.sediment.rate(last)).toBeCloseTo(100);
  expect(drawn.sediment.rate(1)).toBe(0);
  expect(drawn.sediment.mean()).toBeCloseTo(200 / places);
});
