/** What a capture that was just opened is said to hold, and the sentence where nothing of it is replayed. */
import { expect, test } from 'vitest';
import { parseKeyLog, readCapture } from '../../capture/index.ts';
import { conversation, Peers } from '../../capture/testing/peers.ts';
import { servers, Talk } from '../../capture/testing/talk.ts';
import { QUIC_VERSIONS } from '../../quic/index.ts';
import { WorldReader } from '../../report/reader.ts';
import { beginning } from '../../scenario/beginning.ts';
import { closedOpener } from '../../scenario/closed.ts';
import type { WorldData } from '../../scenario/data.ts';
import { machineOf, OPTIONS } from '../../scenario/testing/worlds.ts';
import { layOutWorld } from '../../scenario/world.ts';
import { contentsOf } from '../../stories/contents.ts';
import { contentsWords } from '../opening/contents-words.ts';
import { contentsNotice } from './notices.ts';

function dataOf(file: Uint8Array): WorldData {
  const r = readCapture(file);
  if (!r.ok) throw new Error(r.error.text);
  return beginning('made', r.capture, parseKeyLog(''));
}

function shown(data: WorldData): { notice: string; sentence: string } {
  const { heading, detail } = contentsNotice(contentsWords(contentsOf(data)), () => {});
  const { W, P, revision } = layOutWorld(data, OPTIONS, closedOpener);
  const reader = new WorldReader(W, P, revision, data.notes);
  const { lead, rest } = reader.sentence(reader.stage(new Int32Array(machineOf(data).m.w)), -1);
  return { notice: `${heading} ${detail}`, sentence: `${lead} ${rest}` };
}

test('nothing can be replayed: why, and that nothing is on its way', () => {
  const version = QUIC_VERSIONS.find(({ name }) => name === 'draft-34')!;
  expect(shown(dataOf(conversation(new Talk(new Peers({ version })).handshake().sent)))).toEqual({
    notice:
      '2 datagrams from clients, none of which can be replayed. No connection that HAProxy would accept begins in the capture: 2 of a version that HAProxy does not speak: it answers Version Negotiation.',
    sentence: 'No connections. No datagram is on its way.',
  });
});

test('some are not replayed: how many, and why', () => {
  const { notice, sentence } = shown(dataOf(servers([443, 'both'], [444, 'both'])));
  expect(notice).toContain('The busiest is A, with 2. Not replayed: 2 to another server. Play runs it');
  expect(sentence).toBe('No connections yet. The first datagram is on its way.');
});
