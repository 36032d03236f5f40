/**
 * The executor of a program that somebody has changed. In HAProxy's own revisions no step follows a NULL pointer or frees an object
 * twice; once a step is taken out one may, and C would end there, or later. So it is: the run stops as at a crash, and no word behind
 * NULL, and no free object, is touched.
 */
import { NULL } from '../../memory/mem.ts';
import type { Field, Part, Ptr } from '../../memory/struct.ts';
import { BUG, BUG_NULL } from '../model/bugs.ts';

import type { PoolName, Slot } from '../model/world.ts';
import type { CompiledStep, Guard } from './compile.ts';
import { Exec } from './exec.ts';

export class Stop extends Error {
  /** `bug`: place in BUGS. */
  constructor(readonly bug: number) {
    super();
  }
}

function seen<S extends string>(p: Ptr<S>): Ptr<S> {
  if (p === NULL) throw new Stop(BUG_NULL);
  return p;
}

class GuardedExec extends Exec {
  override ld<S extends string, V extends number>(p: Ptr<S>, f: Field<NoInfer<S>, V>): V {
    return super.ld(seen(p), f);
  }

  override st<S extends string, V extends number>(p: Ptr<S>, f: Field<NoInfer<S>, V>, v: V): void {
    super.st(seen(p), f, v);
  }

  override rld<S extends string, V extends number>(p: Ptr<S>, f: Field<NoInfer<S>, V>): V {
    return super.rld(seen(p), f);
  }

  override ast<S extends string, V extends number>(p: Ptr<S>, f: Field<NoInfer<S>, V>, v: V): void {
    super.ast(seen(p), f, v);
  }

  override cas<S extends string, V extends number>(
    p: Ptr<S>,
    f: Field<NoInfer<S>, V>,
    expected: V,
    v: V,
  ): boolean {
    return super.cas(seen(p), f, expected, v);
  }

  override add<S extends string>(p: Ptr<S>, f: Field<NoInfer<S>>, v: number): number {
    return super.add(seen(p), f, v);
  }

  override or<S extends string>(p: Ptr<S>, f: Field<NoInfer<S>>, v: number): number {
    return super.or(seen(p), f, v);
  }

  override and<S extends string>(p: Ptr<S>, f: Field<NoInfer<S>>, v: number): number {
    return super.and(seen(p), f, v);
  }

  override xchg<S extends string, V extends number>(p: Ptr<S>, f: Field<NoInfer<S>, V>, v: V): V {
    return super.xchg(seen(p), f, v);
  }

  override inc<S extends string>(p: Ptr<S>, f: Field<NoInfer<S>>, by: number): void {
    super.inc(seen(p), f, by);
  }

  override free<N extends PoolName>(pool: N, p: Ptr<Slot[N]>): void {
    if (this.isSlot(pool, seen(p)) && this.isFree(pool, p)) throw new Stop(BUG.FREED_OBJECT);
    super.free(pool, p);
  }

  /** Of NULL, C would still have an address; what the step does with it would not. */
  override part<S extends string, T extends string>(p: Ptr<S>, f: Field<NoInfer<S>, Part<T>>): Ptr<T> {
    return super.part(seen(p), f);
  }
}

type Run = CompiledStep['run'];

/** A body at whose NULL pointer, or second free, the run stops. */
const guardedRun =
  (run: Run): Run =>
  (x, l, at) => {
    try {
      return run(x, l, at);
    } catch (error) {
      if (!(error instanceof Stop)) throw error;
      x.bugOn(true, error.bug);
      return x.halt();
    }
  };

export const GUARD: Guard = { Exec: GuardedExec, run: guardedRun };
