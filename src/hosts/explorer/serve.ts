/** A search's worker: builds the world from its description and searches it as it is told. */
import type { Explorable } from '../../machine/explorable.ts';
import type { Port } from '../port.ts';
import { Crank } from './crank.ts';
import { CycleSearch } from './cycles.ts';
import { DepthFirst } from './depth-first.ts';
import { LevelWorker } from './level-worker.ts';
import type { BeginSearch, FromWorker, Tally, ToWorker } from './messages.ts';
import { RandomWalk } from './random-walk.ts';
import { retrace } from './retrace.ts';
import type { Solo } from './solo.ts';

/** Serves one search on `port`; `make` gives a fresh world, always the same for the same description. */
export function serveSearch<Spec>(
  port: Port<ToWorker<Spec>, FromWorker>,
  make: (spec: Spec) => Explorable,
): void {
  let begin: BeginSearch<Spec> | undefined;
  let levels: LevelWorker | undefined;
  let tally: (() => Tally) | undefined;
  const failed = (why: string): void => port.post({ kind: 'failed', why });
  const crank = new Crank(() => {
    if (tally) port.post({ kind: 'progress', tally: tally() });
  }, failed);

  const start = (b: BeginSearch<Spec>): void => {
    begin = b;
    const x = make(b.spec);
    const { options, me } = b;
    if (options.order === 'breadth') {
      const worker = new LevelWorker(x, b, crank, {
        ready: (open) => port.post({ kind: 'ready', open, tally: worker.tally() }),
        ended: (limit) => port.post({ kind: 'ended', limit, codes: [], tally: worker.tally() }),
        failed,
      });
      levels = worker;
      tally = () => worker.tally();
      worker.start();
      return;
    }
    const memory = options.memoryMB * 2 ** 20;
    const depth = options.bounds.depth;
    const solo =
      options.order === 'depth'
        ? new DepthFirst(x, memory, options.reduction, depth ?? Number.POSITIVE_INFINITY)
        : new RandomWalk(x, options.reduction, depth, (options.seed ?? 1) + me);
    tally = () => soloTally(solo, x);
    const most = (options.bounds.states ?? Number.POSITIVE_INFINITY) / b.of;
    crank.run((transitions) => soloSlice(solo, x, options.order === 'random', most, transitions));
  };

  const soloSlice = (
    solo: Solo,
    x: Explorable,
    random: boolean,
    most: number,
    transitions: number,
  ): boolean => {
    const more = solo.expand(transitions);
    const seen = random ? solo.transitions : solo.states;
    if (more && seen < most) return true;
    const limit = solo.find
      ? 'found'
      : solo.full
        ? 'memory'
        : more
          ? random
            ? 'walks'
            : 'states'
          : solo.cut
            ? 'depth'
            : 'done';
    const { find } = solo;
    const cycle = find?.cycleFrom === undefined ? {} : { cycleFrom: find.cycleFrom };
    port.post({ kind: 'ended', limit, codes: find?.codes ?? [], ...cycle, tally: soloTally(solo, x) });
    return false;
  };

  const lookForCycles = (): void => {
    if (!begin) throw new Error('a search for cycles before the search');
    const { options, spec } = begin;
    const search = new CycleSearch(() => make(spec), options.memoryMB * 2 ** 20, options.reduction);
    crank.run((transitions) => {
      if (search.expand(transitions)) return true;
      port.post({ kind: 'cycles', lasso: search.found, limit: search.full && !search.found });
      return false;
    });
  };

  const hear = (message: ToWorker<Spec>): void => {
    switch (message.kind) {
      case 'begin':
        start(message.begin);
        break;
      case 'level':
        levels!.level();
        break;
      case 'pause':
        crank.pause();
        break;
      case 'resume':
        crank.resume();
        break;
      case 'rest':
        crank.rest(message.ms);
        break;
      case 'trail':
        port.post({ kind: 'trail', ...trail(levels!, begin!, message.state) });
        break;
      case 'retrace': {
        const { spec } = begin!;
        port.post({ kind: 'run', run: retrace(() => make(spec), message.trail) });
        break;
      }
      case 'cycles':
        lookForCycles();
        break;
    }
  };

  port.onMessage((message) => {
    try {
      hear(message);
    } catch (e) {
      failed(e instanceof Error ? e.message : String(e));
    }
  });
}

function soloTally(solo: Solo, x: Explorable): Tally {
  const { find } = solo;
  return {
    states: solo.states,
    transitions: solo.transitions,
    depth: solo.deepest,
    frontier: solo.depth,
    memoryBytes: solo.memoryBytes,
    facts: solo.facts,
    factNames: x.factNames,
    changes: x.changes ?? [],
    executed: [...(x.executed ?? [])],
    back: solo.back,
    find: find && {
      length: find.codes.length,
      key: 0,
      state: -1,
      code: -1,
      inState: find.inState,
      broken: find.broken,
    },
  };
}

/** The choices that led to `state`, as far back as this worker's own states go. */
function trail(
  levels: LevelWorker,
  { me, of }: BeginSearch<unknown>,
  state: number,
): { from: number; codes: number[] } {
  const { visited } = levels.shard;
  const codes: number[] = [];
  let at = state;
  while (at >= 0 && at % of === me) {
    const id = (at - me) / of;
    const parent = visited.parent(id);
    if (parent >= 0) codes.push(visited.code(id));
    at = parent;
  }
  return { from: at, codes: codes.reverse() };
}
