import { availableParallelism } from 'node:os';
import { counted } from '../door/index.ts';
import type {
  ChangeRun,
  CycleLook,
  SearchOptions,
  SearchOrder,
  SearchVerdict,
} from '../hosts/explorer/contract.ts';
import { startNodeSearch } from '../hosts/explorer/node-start.ts';
import { linkOfFound } from '../link/found.ts';
import { blindIn, blindText } from '../machine/rules/index.ts';
import { changesOf } from '../report/changes.ts';
import { scopeRows } from '../report/scope.ts';
import type { WorldBounds, WorldSpec } from '../scenario/explore.ts';
import { aboutHypothesis, MUSEUM, museumOptions, museumRun, museumWorld } from '../scenario/museum/index.ts';
import { type Scope, scopeOf } from '../scenario/museum/scope.ts';
import { argumentsOf } from './arguments.ts';
import { columns } from './columns.ts';
import { UnusableInput } from './input.ts';
import { CHANGE_OPTIONS, CHANGE_USAGE, programChange } from './program-options.ts';

export const EXPLORE_USAGE = `rebind explore [--world W [--fixed]] [--revision R]
      ${CHANGE_USAGE}
      [--threads N] [--connections N] [--datagrams N] [--rebinds N] [--timers N] [--failures N] [--socket-failures N] [--ring N] [--batch N] [--inbox N]
      [--depth N] [--states N] [--memory MIB] [--workers N] [--order breadth|depth|random] [--seed N]
      [--rule-off I…]… [--unspared] [--json]`;

interface Arguments {
  spec: WorldSpec;
  options: SearchOptions;
  json: boolean;
}

/** What `--json` prints; keys that do not apply are null, or empty. */
export interface ExploreReport {
  world: string;
  revision: string;
  /** What was changed of it, in words; absent where it is as it was. */
  changes?: string[];
  /** Rules that look for steps which the changed program has not. */
  nothingToLookAt?: { rule: string; text: string }[];
  verdict: SearchVerdict['verdict'];
  /** Number of the rule, a BUG_ON's text, or what kind of violation it is. */
  rule: string | null;
  symptom: string | null;
  steps: { thread: number; procedure: string; step: string; label: string }[];
  states: number;
  transitions: number;
  seconds: number;
  /** Hash part of an address that plays the run. */
  link: string | null;
  /** Why a search stopped, or which change no order comes to. */
  message: string | null;
  /** What was changed in the world, and how often each part of it was executed. */
  reached: readonly ChangeRun[];
  cycles: CycleLook;
  /** Chance that two states were taken for one, at most. */
  mistaken: number;
  /** States that had each fact. */
  facts: Readonly<Record<string, number>>;
  bounds: Scope['bounds'];
  rulesOff: Scope['rulesOff'];
  chosenOff: Scope['chosenOff'];
  spared: Scope['spared'];
  /** What the shortest run breaks where nothing is spared. */
  unspared: string | null;
  /** Where the world is about a hypothesis: how it stands, what rescues it, what would confirm it. */
  hypothesis?: string;
  /** Commits that HAProxy has and this revision of the model has not. */
  lacks: Scope['haproxy']['lacks'];
}

/**
 * `explore …`: searches every order of a world's events in worker threads. The exit code is 0 when the world is safe within
 * its bounds, 1 for a violation, 3 when the search stopped at a limit, 4 when no order comes to what was changed, 2 when the
 * arguments cannot be used.
 */
export async function explore(argv: string[]): Promise<number> {
  let a: Arguments;
  try {
    a = readArguments(argv);
  } catch (error) {
    if (!(error instanceof UnusableInput)) throw error;
    console.error(`explore: ${error.message}`);
    return 2;
  }
  const v = await search(a);
  if (a.json) process.stdout.write(`${JSON.stringify(report(a, v))}\n`);
  else process.stdout.write(`${text(a, v)}\n`);
  return { safe: 0, violation: 1, limit: 3, unreached: 4 }[v.verdict];
}

function search(a: Arguments): Promise<SearchVerdict> {
  return new Promise((resolve) => {
    const run = startNodeSearch(a.spec, a.options);
    const tty = process.stderr.isTTY && !a.json;
    run.onProgress((p) => {
      if (!tty) return;
      const rate = Math.round(p.rate / 1000);
      process.stderr.write(`\rdepth ${p.depth}, ${p.states} states, ${rate} k/s, ${p.frontier} waiting  `);
    });
    const cancel = (): void => run.cancel();
    process.once('SIGINT', cancel);
    run.onVerdict((v) => {
      process.off('SIGINT', cancel);
      if (tty) process.stderr.write('\r\x1b[K');
      resolve(v);
    });
  });
}

/** The verdict as the `--json` report. */
export function report({ spec }: Arguments, v: SearchVerdict): ExploreReport {
  const found = v.verdict === 'violation' ? v : undefined;
  const changes = changesOf(museumOptions(spec));
  const blind = blindRules(spec);
  const scope = scopeOf(spec);
  const about = aboutHypothesis(museumWorld(spec.world)!);
  return {
    world: spec.world,
    revision: museumOptions(spec).revision,
    ...(changes.length > 0 ? { changes } : {}),
    ...(blind.length > 0 ? { nothingToLookAt: blind } : {}),
    verdict: v.verdict,
    rule: found ? found.broken.rule || found.broken.symptom : null,
    symptom: found ? found.broken.text : null,
    steps: (found?.run.rows ?? []).map(({ thread, procedure, step, label }) => ({
      thread,
      procedure,
      step,
      label,
    })),
    states: v.states,
    transitions: v.transitions,
    seconds: v.seconds,
    link: found ? linkOfFound(spec, found.run.choices) : null,
    message: 'message' in v ? v.message : null,
    reached: v.changes,
    cycles: v.cycles,
    mistaken: v.mistaken,
    facts: v.facts,
    bounds: scope.bounds,
    rulesOff: scope.rulesOff,
    chosenOff: scope.chosenOff,
    spared: scope.spared,
    unspared: scope.unspared || null,
    ...(about ? { hypothesis: about } : {}),
    lacks: scope.haproxy.lacks,
  };
}

function blindRules(spec: WorldSpec): { rule: string; text: string }[] {
  const { P } = museumRun(spec).explorable;
  return blindIn(P).map((b) => ({ rule: b.rule, text: blindText(b) }));
}

function text({ spec }: Arguments, v: SearchVerdict): string {
  const world = museumWorld(spec.world)!;
  const o = museumOptions(spec);
  const lines = [`${world.id}, ${world.title} (${o.revision})`, ...changesOf(o).map((c) => `  ${c}`)];
  if (v.verdict === 'violation') {
    const { broken, run } = v;
    lines.push(columns(run.rows, Math.max(o.threads, 1), process.stdout.columns ?? 0));
    const length = `Violation in ${counted(v.length, 'step')}`;
    lines.push(v.shortest ? length : `${length}; a shorter run may exist`);
    lines.push(broken.rule && broken.symptom !== 'bug' ? `${broken.rule}: ${broken.text}` : broken.text);
  } else if (v.verdict === 'safe') {
    lines.push(`Safe within bounds: every order tried, depth ${v.depth}`);
  } else if (v.verdict === 'unreached') lines.push(`Not reached. ${v.message}`);
  else lines.push(v.message);
  const about = aboutHypothesis(world);
  if (about) lines.push(`  ${about}`);
  for (const b of blindRules(spec)) lines.push(`  ${b.rule}: ${b.text}`);
  for (const { name, text } of scopeRows(scopeOf(spec), v, String)) lines.push(`  ${name}: ${text}`);
  lines.push(
    `${counted(v.states, 'state')}, ${counted(v.transitions, 'transition')}, ${v.seconds.toFixed(1)} s`,
  );
  return lines.join('\n');
}

function readArguments(argv: string[]): Arguments {
  const { values: v, positionals } = parse(argv);
  if (positionals.length > 0) throw new UnusableInput(`what is ${positionals[0]}? usage: ${EXPLORE_USAGE}`);
  const number = (name: keyof typeof v, min: number, max: number): number | undefined => {
    const given = v[name];
    if (typeof given !== 'string') return undefined;
    const n = Number(given);
    if (!/^\d+$/.test(given) || n < min || n > max)
      throw new UnusableInput(`--${name} is a number from ${min} to ${max}, not ${given}`);
    return n;
  };
  const bounds: WorldBounds = dropAbsent({
    threads: number('threads', 1, 8),
    connections: number('connections', 1, 8),
    datagrams: number('datagrams', 0, 64),
    rebinds: number('rebinds', 0, 30),
    timerFirings: number('timers', 0, 64),
    allocationFailures: number('failures', 0, 64),
    socketFailures: number('socket-failures', 0, 9),
    ringSize: number('ring', 2, 1023),
    batchLimit: number('batch', 1, 200),
    inboxRecords: number('inbox', 1, 4),
  });
  const spec = specOf(v, bounds);
  const order = v.order ?? 'breadth';
  if (!isOrder(order)) throw new UnusableInput(`--order is breadth, depth or random, not ${order}`);
  const options: SearchOptions = {
    workers: number('workers', 1, 64) ?? availableParallelism(),
    memoryMB: number('memory', 1, 1 << 20) ?? 1024,
    bounds: dropAbsent({
      depth: number('depth', 1, 1_000_000),
      states: number('states', 1, Number.MAX_SAFE_INTEGER),
    }),
    // No step of the machine is local: reduction would change nothing.
    reduction: false,
    order,
    ...dropAbsent({ seed: number('seed', 0, 2 ** 31) }),
  };
  return { spec, options, json: v.json ?? false };
}

/** Where ideas are tried unless a world is named: a connection changes hands while datagrams for it are on their way. */
const FOR_IDEAS = 'X13';

/** The world that was asked for; without one, the first world that a fix or a mutation belongs to. */
function specOf(v: ReturnType<typeof parse>['values'], bounds: WorldBounds): WorldSpec {
  const change = programChange(v);
  const { without = [], mutations = [] } = change;
  const own = (w: (typeof MUSEUM)[number]): boolean =>
    mutations.includes(w.mutation ?? '?') || without.includes(w.fix ?? '?');
  const standard = change.ideas ? museumWorld(FOR_IDEAS) : MUSEUM[0];
  const world = v.world ?? (MUSEUM.find(own) ?? standard!).id;
  if (!museumWorld(world))
    throw new UnusableInput(`There is no world ${world}; there are: ${MUSEUM.map((w) => w.id).join(', ')}.`);
  const spec: WorldSpec = {
    world,
    fixed: v.world === undefined || (v.fixed ?? false),
    ...change,
    bounds,
    rulesOff: v['rule-off'] ?? [],
    ...dropAbsent({ revision: v.revision, unspared: v.unspared }),
  };
  try {
    museumRun(spec);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new UnusableInput(error.message);
  }
  return spec;
}

const isOrder = (text: string): text is SearchOrder => ['breadth', 'depth', 'random'].includes(text);

/** Without the fields that are undefined. */
function dropAbsent<T extends object>(o: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(o).filter(([, x]) => x !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}

const parse = (argv: string[]) =>
  argumentsOf(argv, EXPLORE_USAGE, {
    world: { type: 'string' },
    fixed: { type: 'boolean' },
    revision: { type: 'string' },
    ...CHANGE_OPTIONS,
    threads: { type: 'string' },
    connections: { type: 'string' },
    datagrams: { type: 'string' },
    rebinds: { type: 'string' },
    timers: { type: 'string' },
    failures: { type: 'string' },
    'socket-failures': { type: 'string' },
    ring: { type: 'string' },
    batch: { type: 'string' },
    inbox: { type: 'string' },
    depth: { type: 'string' },
    states: { type: 'string' },
    memory: { type: 'string' },
    workers: { type: 'string' },
    order: { type: 'string' },
    seed: { type: 'string' },
    'rule-off': { type: 'string', multiple: true },
    unspared: { type: 'boolean' },
    json: { type: 'boolean' },
  });
