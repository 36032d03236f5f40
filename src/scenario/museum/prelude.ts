/** The way to where a search begins: by the clock, with a few choices, written down as it goes so that it can be replayed. */
import { Global } from '../../haproxy/model/layouts.ts';
import { type CompiledStep, hasRole } from '../../haproxy/step/compile.ts';
import { silent } from '../../haproxy/step/events.ts';
import type { AnyProcedure } from '../../haproxy/step/proc.ts';
import type { Role } from '../../haproxy/step/roles.ts';
import type { Choice } from '../../machine/choice.ts';
import { Machine } from '../../machine/machine.ts';
import type { WorldOptions } from '../../machine/options.ts';
import type { Departure } from '../../machine/schedule.ts';
import { setUp } from '../../machine/setup.ts';
import { PlainMem } from '../../memory/plain.ts';
import type { WorldData } from '../data.ts';
import { makeWorld } from '../make.ts';
import type { Made } from '../world.ts';

/** A step of the world's program. Throws where the program has none of that label. */
export function placeOf(x: Machine, proc: AnyProcedure, label: string): CompiledStep {
  const step = x.P.steps.find((s) => s.proc.key === proc.key && s.label === label);
  if (!step) throw new Error(`${proc.key} has no step ${label} in this program`);
  return step;
}

/** Happenings after which a way that leads nowhere is given up. */
const LIMIT = 20_000;

export class Prelude {
  readonly x: Machine;
  readonly made: Made;
  readonly departures: Departure[] = [];

  constructor(data: WorldData, options: WorldOptions) {
    this.made = makeWorld(data, options, 1);
    const m = new PlainMem(new Int32Array(this.made.W.layout.words));
    setUp(m, this.made.W, this.made.P);
    this.x = new Machine(m, this.made.W, this.made.P, silent);
    this.x.boot();
  }

  /** Does a choice and writes it down. */
  choose(c: Choice): this {
    const at = this.x.happened;
    const why = this.x.apply(c);
    if (why) throw new Error(`${c.kind}: ${why}`);
    this.departures.push({ at, choice: c });
    return this;
  }

  /** Runs by the clock until `when`. */
  until(when: (x: Machine) => boolean): this {
    for (let i = 0; i < LIMIT; i++) {
      if (when(this.x)) return this;
      const p = this.x.pick();
      if (!p) break;
      this.x.take(p);
    }
    throw new Error('the way to the beginning leads nowhere');
  }

  /** Runs by the clock until every thread sleeps, `arrived` datagrams having been delivered. */
  rest(arrived: number): this {
    return this.until((x) => {
      const next = x.pick();
      const done = next === null || next.kind !== 'step';
      return done && x.m.ld(x.W.global + Global.netNext) >= arrived;
    });
  }

  /** Lets thread `t` alone take steps until it stands at a step. */
  stepTo(t: number, proc: AnyProcedure, label: string): this {
    const { pc } = placeOf(this.x, proc, label);
    for (let i = 0; i < LIMIT; i++) {
      if (this.x.at(t).pc === pc) return this;
      this.choose({ kind: 'step', tid: t });
    }
    throw new Error(`T${t} never comes to ${proc.key} ${label}`);
  }

  /** Lets thread `t` alone take steps until it stands at one of that role. */
  stepToRole(t: number, role: Role): this {
    for (let i = 0; i < LIMIT; i++) {
      if (hasRole(this.x.at(t), role)) return this;
      this.choose({ kind: 'step', tid: t });
    }
    throw new Error(`T${t} never comes to a step of role ${role}`);
  }

  /** Lets thread `t` alone take steps until it sleeps. */
  sleep(t: number): this {
    for (let i = 0; i < LIMIT; i++) {
      if (this.x.waiting(t) && !this.x.enabled(t)) return this;
      this.choose({ kind: 'step', tid: t });
    }
    throw new Error(`T${t} never sleeps`);
  }
}
