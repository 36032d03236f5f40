import { expect, it } from 'vitest';
import { parseKeyLog, readCapture } from '../../capture/index.ts';
import { conversation, Peers } from '../../capture/testing/peers.ts';
import { Talk } from '../../capture/testing/talk.ts';
import type { Frame } from '../../hosts/engine.ts';
import { WorldReader as Reader } from '../../report/reader.ts';
import { beginning } from '../../scenario/beginning.ts';
import { closedOpener } from '../../scenario/closed.ts';
import { machineOf, OPTIONS } from '../../scenario/testing/worlds.ts';
import { layOutWorld } from '../../scenario/world.ts';
import type { WorldReader } from '../opening/contract.ts';
import { stageWith } from '../testing/stage.ts';
import { createPainter } from './painter.ts';
import { createChoices, createPicture } from './store.ts';

it('says what is true while another world begins: its first picture is still to come', () => {
  const sentence = { conn: null, lead: 'A belongs to T2.', rest: 'Nothing is unfinished.' };
  for (const stage of [null, stageWith()]) {
    const picture = createPicture({ stage, sentence });
    const painter = createPainter({
      choices: createChoices({}),
      picture,
      say() {},
      now: () => 0,
      reducedMotion: () => false,
      later() {},
      painted() {},
      arrived() {},
      revive() {},
    });
    painter.begin({} as WorldReader, null);
    const { lead, rest } = picture.getState().sentence;
    // Before the very first one the page shows the picture that came with it.
    if (stage) expect(`${lead} ${rest}`).toMatch(/being laid out.*what was before/);
    else expect(lead).toBe('');
  }
});

it('keeps the hash on screen while frames come that change nothing, and takes it anew for another moment', () => {
  const r = readCapture(conversation(new Talk(new Peers()).handshake().sent));
  if (!r.ok) throw new Error(r.error.text);
  const data = beginning('made', r.capture, parseKeyLog(''));
  const { W, P, revision } = layOutWorld(data, OPTIONS, closedOpener);
  const machine = machineOf(data);
  const waiting: (() => void)[] = [];
  const picture = createPicture({});
  const painter = createPainter({
    choices: createChoices({}),
    picture,
    say() {},
    now: () => 0,
    reducedMotion: () => false,
    later: (work) => void waiting.push(work),
    painted: (work) => void waiting.push(work),
    arrived() {},
    revive() {},
  });
  painter.begin(new Reader(W, P, revision, data.notes), null);
  const status = {
    sharing: 'shared',
    playing: false,
    lost: [],
    silent: [],
    stopped: '',
    message: '',
    resting: false,
  } as const;
  const frame = (): Frame => ({
    block: new Int32Array(machine.m.w),
    steps: machine.happened,
    departures: [],
    line: 0,
    end: machine.happened,
    undone: 0,
    kept: null,
    marks: [],
    status: { ...status, lost: [], silent: [] },
  });
  const settle = (): string => {
    while (waiting.length > 0) waiting.shift()!();
    return picture.getState().hash;
  };
  painter.draw(frame());
  expect(picture.getState().hash).toBe('');
  const first = settle();
  expect(first).toBe(machine.hash());
  painter.draw(frame());
  expect(picture.getState().hash).toBe(first);
  expect(waiting).toHaveLength(0);
  machine.run(50);
  painter.draw(frame());
  expect(settle()).toBe(machine.hash());
  expect(machine.hash()).not.toBe(first);
});
