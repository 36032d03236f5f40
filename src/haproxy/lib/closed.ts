/** What stands for a closed connection: a smaller object with the words that both have in common (semantics 3, B4). */
import { listInit } from '../../memory/list.ts';
import { NULL } from '../../memory/mem.ts';
import type { Ptr } from '../../memory/struct.ts';
import { QuicConn, QuicConnClosed, Word } from '../model/layouts.ts';
import type { Exec } from '../step/exec.ts';

type Closed = Ptr<'quic_conn_closed'>;

/** A closed object as who comes by its CID has it: as a connection, of which there are the common words. */
export const asConn = (cc: Closed): Ptr<'quic_conn'> => cc as number as Ptr<'quic_conn'>;

/** An object as the words that it is. */
const words = (p: number): Ptr<'word'> => p as Ptr<'word'>;

/** Copies the common words to a fresh closed object, which has no CID, no task and no socket yet. */
export function copyCommon(x: Exec, qc: Ptr<'quic_conn'>, cc: Closed): void {
  for (let i = 0; i < QuicConnClosed.$size; i++)
    x.st(x.further(words(cc), i), Word.v, x.ld(x.further(words(qc), i), Word.v));
  listInit(x.m, x.part(cc, QuicConnClosed.cids));
  x.st(cc, QuicConnClosed.tasklet, NULL);
  x.st(cc, QuicConnClosed.idleTask, NULL);
  x.st(cc, QuicConnClosed.fd, -1);
}

/** Whether a client that is not validated has been sent all that it may be. */
export const nothingLeft = (x: Exec, qc: Ptr<'quic_conn'>): boolean =>
  !x.ld(qc, QuicConn.validated) && x.ld(qc, QuicConn.txBytes) >= 3 * x.ld(qc, QuicConn.rxBytes);
