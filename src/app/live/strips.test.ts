import { expect, test } from 'vitest';
import { stripFor } from './strips.ts';

/** What is drawn of `values`, 100 px wide and 10 px high above 0, as the calls that a canvas gets. */
function drawn(values: number[], part: 'line' | 'area'): string[] {
  const calls: string[] = [];
  const point =
    (letter: string) =>
    (x: number, y: number): void => {
      calls.push(`${letter}${x},${y}`);
    };
  const context = {
    beginPath: () => {},
    moveTo: point('M'),
    lineTo: point('L'),
    closePath: () => calls.push('Z'),
  } as unknown as CanvasRenderingContext2D;
  stripFor(20, 0, 10, values.length).draw(context, Float64Array.from(values), 0, 100, part);
  return calls;
}

test('a line goes through its points, an area down to the foot at both ends', () => {
  expect(drawn([0, 10, 20], 'line')).toEqual(['M0,0', 'L50,-5', 'L100,-10']);
  expect(drawn([10, 0, 20], 'area')).toEqual(['M0,0', 'L0,-5', 'L50,0', 'L100,-10', 'L100,0', 'Z']);
});

test('what is not known leaves a gap', () => {
  const n = Number.NaN;
  expect(drawn([n, 10, 20, n, 20], 'line')).toEqual(['M25,-5', 'L50,-10', 'M100,-10']);
  expect(drawn([n, 20, n, n, n], 'area')).toEqual(['M25,0', 'L25,-10', 'L25,0', 'Z']);
  expect(drawn([n, n], 'area')).toEqual([]);
});

test('of a level stretch both ends are drawn', () => {
  expect(drawn([20, 20, 20, 20, 0], 'line')).toEqual(['M0,-10', 'L75,-10', 'L100,0']);
});
