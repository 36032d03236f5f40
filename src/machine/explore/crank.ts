/** A step without time: fetch and execute as the machine does, and no clock moves. */
import { ThreadCtx } from '../../haproxy/model/layouts.ts';
import { BLOCK, CALLED, RETRY_STEP, RETURN } from '../../haproxy/step/proc.ts';
import type { Machine } from '../machine.ts';

/** Takes one step of thread `t`. Throws what a step throws when it is led astray by memory that is not what it was. */
export function stepWithoutTime(machine: Machine, t: number): void {
  const { m, x, P } = machine;
  const th = machine.th[t]!;
  const fp = m.ld(th + ThreadCtx.fp);
  const pc = m.ld(fp);
  const s = P.steps[pc]!;
  x.t = t;
  x.th = th;
  x.fp = fp;
  x.pc = pc;
  const { locals: frame } = x;
  frame.fp = fp;
  frame.slots = s.slots;
  const r = s.run(x, frame, s.at);
  if (r >= 0) m.st(fp, r);
  else if (r === RETURN) {
    m.st(th + ThreadCtx.fp, m.ld(fp + 1));
    for (let i = 0; i < s.frameSize; i++) m.st(fp + i, 0);
  } else if (r !== RETRY_STEP && r !== CALLED && r !== BLOCK)
    throw new Error(`${s.proc.name} ${s.label} answered ${r}`);
}
