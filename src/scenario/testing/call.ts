import { ThreadCtx } from '../../haproxy/model/layouts.ts';
import type { AnyProcedure, Edge } from '../../haproxy/step/proc.ts';
import type { Machine } from '../../machine/machine.ts';

/** Lets sleeping thread `t` call `proc`, as if the packet that asks for it had been read. Throws when it does not sleep. */
export function call(x: Machine, t: number, proc: AnyProcedure, ...args: number[]): void {
  const th = x.W.th(t);
  if (!x.waiting(t)) throw new Error(`T${t} does not sleep`);
  x.m.st(th + ThreadCtx.waiting, 0);
  const fp = x.m.ld(th + ThreadCtx.fp);
  const pc = x.m.ld(fp) as Edge;
  Object.assign(x.x, { t, th, fp, pc, frameSize: x.P.steps[pc]!.frameSize });
  x.x.callId(pc, proc.id, ...args);
}
