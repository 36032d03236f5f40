import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ReadyMaker } from './ready-maker.ts';

class FakeWorker {
  static all: FakeWorker[] = [];
  readonly posted: unknown[] = [];
  ended = false;
  onerror: (e: { message: string }) => void = () => {};

  constructor(
    readonly script: string,
    readonly options: { name: string },
  ) {
    FakeWorker.all.push(this);
  }

  postMessage(message: unknown): void {
    this.posted.push(message);
  }

  terminate(): void {
    this.ended = true;
  }
}

beforeEach(() => {
  FakeWorker.all = [];
  vi.stubGlobal('Worker', FakeWorker);
});
afterEach(() => vi.unstubAllGlobals());

/** A maker with two workers ahead, and the line on which its leader asks. */
function made(): { maker: ReadyMaker; asks: MessagePort } {
  const leader = new FakeWorker('leader.js', { name: 'leader' });
  const maker = new ReadyMaker(leader as unknown as Worker, 'live.js', ['traffic', 'T0']);
  return { maker, asks: leader.posted[0] as MessagePort };
}

const names = (): string[] => FakeWorker.all.slice(1).map((w) => w.options.name);

/** Asks for a worker of that name; resolves once the page has heard it. */
async function ask(asks: MessagePort, id: number, name: string): Promise<void> {
  const line = new MessageChannel().port1;
  asks.postMessage({ kind: 'make', id, name, line }, [line]);
  await vi.waitFor(() => expect(FakeWorker.all.reduce((n, w) => n + w.posted.length, 0)).toBe(id + 2));
}

test('workers that are asked for first are there, each is given once', async () => {
  const { maker, asks } = made();
  expect(names()).toEqual(['traffic', 'T0']);
  await ask(asks, 0, 'T0');
  expect(names()).toEqual(['traffic', 'T0']);
  expect(FakeWorker.all[2]!.posted).toHaveLength(1);
  await ask(asks, 1, 'T0');
  expect(names()).toEqual(['traffic', 'T0', 'T0']);
  maker.close();
  expect(FakeWorker.all.map((w) => w.ended)).toEqual([false, true, true, true]);
});

test('one that failed before it was asked for is told to have ended', async () => {
  const { maker, asks } = made();
  const heard: unknown[] = [];
  asks.onmessage = (e: MessageEvent) => heard.push(e.data);
  FakeWorker.all[1]!.onerror({ message: 'no script' });
  const line = new MessageChannel().port1;
  asks.postMessage({ kind: 'make', id: 7, name: 'traffic', line }, [line]);
  await vi.waitFor(() => expect(heard).toEqual([{ kind: 'ended', id: 7, why: 'no script' }]));
  maker.close();
});
