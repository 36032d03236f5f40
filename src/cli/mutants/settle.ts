/** A program made to run apart from any schedule: some threads in turn until they sleep. */
import { ThreadCtx } from '../../haproxy/model/layouts.ts';
import type { World } from '../../haproxy/model/world.ts';
import type { Program } from '../../haproxy/step/compile.ts';
import { type EventSink, silent } from '../../haproxy/step/events.ts';
import { Machine } from '../../machine/machine.ts';
import { setUp } from '../../machine/setup.ts';
import { PlainMem } from '../../memory/plain.ts';

/** Rounds of steps after which whoever is to come to rest, or to a step, is given up. */
export const LONGEST = 2000;

/** A machine at the beginning of a world, all its threads asleep. Throws where the program lets one never sleep. */
export function bootedOf(W: World, P: Program, sink: EventSink = silent): Machine {
  const m = new PlainMem(new Int32Array(W.layout.words));
  setUp(m, W, P);
  const x = new Machine(m, W, P, sink);
  x.boot();
  return x;
}

/** These threads take steps in turn until each of them sleeps. `each` is told after each step, whose it was. */
export function settle(x: Machine, threads: readonly number[], each: (tid: number) => void = () => {}): void {
  for (let i = 0; threads.some((t) => x.enabled(t)); i++) {
    if (i > LONGEST) throw new Error('it does not come to rest');
    for (const tid of threads) {
      if (!x.enabled(tid)) continue;
      x.apply({ kind: 'step', tid });
      each(tid);
    }
  }
}

/** Whether that procedure is among those that thread `t` is in. */
export function isIn({ m, W, P }: Machine, t: number, key: string): boolean {
  for (let fp = m.ld(W.th(t) + ThreadCtx.fp); fp !== 0; fp = m.ld(fp + 1))
    if (P.steps[m.ld(fp)]!.proc.key === key) return true;
  return false;
}

/** An answer in words, or what went wrong instead. */
export function told(answer: () => string): string {
  try {
    return answer();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
