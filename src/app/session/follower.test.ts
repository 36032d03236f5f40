import { expect, test } from 'vitest';
import { createFollower } from './follower.ts';
import { createPicture } from './store.ts';

function followed() {
  const waiting: (() => void)[] = [];
  const picture = createPicture({ lines: 1 });
  const follower = createFollower(picture, (work) => waiting.push(work));
  const painted = () => waiting.splice(0).map((work) => work()).length;
  return { picture, follower, painted };
}

test('what stands beside the stage has its picture when that has been painted', () => {
  const { picture, follower, painted } = followed();
  expect(follower.getState()).toEqual(picture.getState());
  picture.setState({ lines: 2 });
  expect(follower.getState().lines).toBe(1);
  painted();
  expect(follower.getState()).toEqual(picture.getState());
});

test('of pictures that come faster than they are painted it has the last', () => {
  const { picture, follower, painted } = followed();
  const seen: number[] = [];
  follower.subscribe((p) => seen.push(p.lines));
  for (let lines = 2; lines < 6; lines++) picture.setState({ lines });
  expect(painted()).toBe(1);
  picture.setState({ lines: 9 });
  expect(painted()).toBe(1);
  expect(seen).toEqual([5, 9]);
});
