/**
 * A Live run whose threads and load generator take turns in one realm, for tests of what is sent and what becomes of it. All
 * parts are the real ones, but for the workers around them.
 */

import { ThreadCtx } from '../../../haproxy/model/layouts.ts';
import type { Program } from '../../../haproxy/step/compile.ts';
import type { StepModule } from '../../../machine/compiled/steps.ts';
import { SharedMem } from '../../../memory/shared.ts';
import { ClientOpener } from '../../../scenario/live/opener.ts';
import { liveData, type Store, storeOver } from '../../../scenario/live/store.ts';
import { layOutWorld } from '../../../scenario/world.ts';
import { Board } from '../board.ts';
import { hostClock, RunClock } from '../clock.ts';
import type { LiveBegin, SafePoint } from '../contract.ts';
import { Run } from '../run.ts';
import { lookAtAll } from '../safepoint.ts';
import { NUMBER } from '../slots.ts';
import { LiveThread } from '../thread.ts';
import { Traffic } from '../traffic.ts';

/** Longest sleep of a thread, ms: the others wait meanwhile. */
const SLEEP = 0.1;
/** Steps between two looks whether a thread sleeps, and how often it is looked at in one turn. */
const STEPS = 4;
const LOOKS = 200;

export class OneRealm {
  readonly run: Run;
  readonly store: Store;
  /** Each thread's own. */
  readonly programs: Program[] = [];
  private readonly traffic: Traffic;
  private readonly threads: LiveThread[];

  /** `first` is done before the load generator looks at anything. */
  constructor(begin: LiveBegin, first: (run: Run) => void = () => {}, steps?: StepModule) {
    const run = new Run(begin, steps);
    this.run = run;
    this.store = storeOver(run.parts.store);
    run.fill();
    run.apply();
    first(run);
    run.go();
    const of = () => {
      const board = new Board(run.parts.board);
      const opener = new ClientOpener(run.spec, this.store);
      const { W, P } = layOutWorld(
        liveData(run.spec, run.parts.store, begin.options),
        begin.options,
        opener,
        1,
      );
      const m = new SharedMem(run.parts.block);
      return { board, opener, W, P, m, clock: new RunClock(board, hostClock(run.parts.epoch)) };
    };
    const g = of();
    this.traffic = new Traffic(g.m, g.W, g.board, run.spec, run.parts.store, run.parts.traffic, g.clock);
    this.threads = Array.from({ length: begin.options.threads }, (_, t) => {
      const { m, W, P, board, clock, opener } = of();
      this.programs.push(P);
      return new LiveThread(m, W, P, board, t, clock, () => opener.count, 0, SLEEP, run.parts);
    });
  }

  /** Everybody once. */
  turn(): void {
    this.run.tick();
    this.traffic.tick();
    this.threads.forEach((thread, t) => {
      // A thread that sleeps does not take up the others' time.
      for (let k = 0; k < LOOKS && !(k > 0 && this.sleeps(t)); k++) thread.stretch(STEPS);
    });
  }

  private sleeps(t: number): boolean {
    const { m, W } = this.run.machine;
    return m.ld(W.th(t) + ThreadCtx.waiting) !== 0;
  }

  /** Runs until `test` holds. Throws after `limit` ms. */
  until(what: string, test: () => boolean, limit = 60_000): void {
    const end = performance.now() + limit;
    while (!test()) {
      if (performance.now() > end) throw new Error(`${what}: not within ${limit} ms`);
      this.turn();
    }
  }

  /** No more datagrams: runs until nothing is left to do, and looks at everything. */
  settle(): SafePoint {
    const { run } = this;
    run.numbers[NUMBER.dry] = 1;
    this.until('rest', () => run.machine.quiet);
    return lookAtAll(run.machine, run.revision, run.board, run.numbers, run.booked, run.ms);
  }
}
