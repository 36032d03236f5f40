import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Crank } from './crank.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => void vi.useRealTimers());

/** Until the crank's bell, if it was rung, has been heard. */
const heard = (): Promise<void> =>
  new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(0);
  });

test('a crank that rests turns no further until its time is over, whatever else it is told; what is paused stays so', async () => {
  let turned = 0;
  const crank = new Crank(
    () => {},
    (why) => expect.unreachable(why),
  );
  let most = 3;
  crank.run(() => ++turned < most);
  await vi.waitUntil(() => turned === most);
  most = Number.POSITIVE_INFINITY;
  crank.rest(100);
  crank.run(() => ++turned < most);
  await heard();
  crank.resume();
  await heard();
  expect(turned).toBe(3);
  crank.rest(100);
  vi.advanceTimersByTime(99);
  await heard();
  expect(turned).toBe(3);
  vi.advanceTimersByTime(1);
  await vi.waitUntil(() => turned > 3);
  crank.rest(100);
  crank.pause();
  await heard();
  const then = turned;
  vi.advanceTimersByTime(1000);
  await heard();
  expect(turned).toBe(then);
  most = turned + 5;
  crank.resume();
  await vi.waitUntil(() => turned === most);
});
