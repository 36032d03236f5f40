import { NOTHING_MORE } from '../../machine/explore/bounds.ts';
import { handshake, pushedToAccept, sentAfter } from './ways.ts';
import type { MuseumWorld } from './world.ts';

export const H01: MuseumWorld = {
  id: 'H01',
  title: 'A kill request lost in the rebind',
  trouble:
    'A send fails for good in the callback that has just pushed the connection to be accepted. Its idle task is woken to end it; the accept comes first, and the rebind kills that task. The connection is accepted on its new thread, and lives on, mute.',
  hypothesis: {
    cure: 'H01',
    standing: 'seen in the model, not confirmed in HAProxy',
    rescue:
      'A further error that kills it again; else its idle timeout, some 30 s later. A mux that sends meets such an error while the cause lasts.',
    confirm:
      'Sends that fail between the client’s Finished and the accept, only then: the connection is listed as open, with an idle task that expires in half a minute and no traffic.',
  },
  threads: 2,
  conns: 1,
  socketOwner: 'listener',
  furtherCids: true,
  sends: [sentAfter(0, false)],
  datagrams: handshake(0, 0),
  bounds: { ...NOTHING_MORE, socketFailures: 1 },
  spared: {},
  on: ['F-R4k'],
  breaks: 'F-R4k',
  /** T0 has pushed the connection to be accepted, for T1, and is in the callback that will answer the client's Finished. */
  prelude(p) {
    pushedToAccept(p).choose({ kind: 'accept-target', conn: 0, tid: 1 });
  },
};
