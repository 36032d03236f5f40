/**
 * The end of a session. The mux is scripted; what HAProxy's mux does when it is told to go, or is done, a tasklet of ours does on
 * its thread: the counts that were raised for the session go down (semantics 3, A1).
 */
import { listAppend } from '../../memory/list.ts';
import { NULL } from '../../memory/mem.ts';
import type { Ptr } from '../../memory/struct.ts';
import { MUX, TASK } from '../model/flags.ts';
import { QuicConn, Task, ThreadCtx } from '../model/layouts.ts';
import type { Exec } from '../step/exec.ts';
import { localQueue } from './tasks.ts';

/**
 * The mux lets go of its connection, and its tasklet is queued on this thread, which is the connection's owner. `told`: it has been told that the connection
 * ends, and may stay (a setting of the world).
 */
export function muxLetsGo(x: Exec, qc: Ptr<'quic_conn'>, told?: boolean): void {
  if (told && x.cfg.muxStays) return;
  x.st(qc, QuicConn.muxState, MUX.RELEASED);
  const tl = x.ld(qc, QuicConn.mux);
  if (!tl) return;
  x.st(qc, QuicConn.mux, NULL);
  const state = x.or(tl, Task.state, TASK.IN_LIST);
  listAppend(x.m, localQueue(x, state), x.part(tl, Task.list));
  x.add(x.th, ThreadCtx.rqTotal, 1);
}
