/**
 * Compiles the steps: every body that the sources write, for plain memory, for shared, and for programs on shared memory that somebody has changed; a list of what is where; and, for the bench, what finds a datagram's owner. `tsx build.ts OUT`.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { PROCEDURES } from '../../src/haproxy/catalogue.ts';
import { FIXES } from '../../src/haproxy/fixes/index.ts';
import { LEVEL, PKT } from '../../src/haproxy/model/flags.ts';
import { Global, QuicConn, ThreadCtx } from '../../src/haproxy/model/layouts.ts';
import { AT } from '../../src/haproxy/model/places.ts';
import { LISTENER_FD } from '../../src/haproxy/model/world.ts';
import { MUTATIONS } from '../../src/haproxy/mutations/index.ts';
import { everyOp, MORE } from '../../src/haproxy/revisions.ts';
import { EV } from '../../src/haproxy/step/events.ts';
import type { Op } from '../../src/haproxy/step/patch.ts';
import { BLOCK, CALLED, RETRY_STEP, RETURN, type StepDef } from '../../src/haproxy/step/proc.ts';
import {
  ABSENT,
  CFG_WORDS,
  MOST_EDGES,
  PLACE,
  POOL_BYTES,
  POOL_NAMES,
  ROW,
  WORLD_WORDS,
} from '../../src/machine/compiled/layout.ts';
import { collect, stepFiles } from './collect.ts';
import { Faults } from './faults.ts';
import { Unfit, Values } from './fold.ts';
import { inOrder, keyOf, takes } from './order.ts';
import { Printer } from './print.ts';
import { type Node, Sources } from './source.ts';
import { answersOf } from './words.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const HAPROXY = join(ROOT, 'src/haproxy');

/** Steps by who wrote them, the procedure they were written over, and label. */
function definitions(): ReadonlyMap<string, StepDef> {
  const found = new Map<string, StepDef>();
  const add = (wrote: string, proc: string, steps: readonly StepDef[]): void => {
    for (const s of steps) found.set(`${wrote} ${proc} ${s.label}`, s);
  };
  const addOps = (wrote: string, ops: readonly Op[]): void => {
    for (const op of ops) {
      if (op.op === 'replace') add(wrote, op.at.proc.key, [op.step]);
      else if ('steps' in op) add(wrote, 'at' in op ? op.at.proc.key : op.proc.key, op.steps);
    }
  };
  for (const p of PROCEDURES) add('seed', p.key, p.steps);
  for (const f of FIXES) addOps(f.id, everyOp({ ...f, ...MORE[f.id] }));
  for (const m of MUTATIONS) for (const form of m.forms) addOps(m.id, everyOp(form));
  return found;
}

async function main(out: string): Promise<void> {
  const sources = new Sources();
  const values = new Values(sources);
  for (const p of PROCEDURES) values.procedures.set(p.key, p);
  const files = stepFiles(HAPROXY);
  for (const f of files) await values.load(f);
  const memory = join(ROOT, 'src/memory/pool.ts');
  await values.load(memory);
  const { steps: found, inlines } = collect(sources, values, files);
  const { steps, lines } = inOrder(found);
  const faults = new Faults();
  const index = (names: readonly string[], name: string): number => {
    const i = names.indexOf(name);
    if (i < 0) throw new Unfit(`no ${name}`);
    return i;
  };
  const printer = new Printer({
    values,
    faults,
    pool: (name) => index(POOL_NAMES, name),
    cfg: (name) => index(CFG_WORDS, name),
  });
  const unfit: string[] = [];
  const attempt = (what: string, go: () => string): string | null => {
    try {
      return go();
    } catch (error) {
      if (!(error instanceof Unfit)) throw error;
      unfit.push(`${what}: ${error.message}`);
      return null;
    }
  };
  // Inline functions first: a body that calls one that is not there could not run.
  const choices = new Map<number, { wrote: string; name: string | null }[]>();
  for (const i of inlines) {
    const name = attempt(`inline ${i.key} of ${i.wrote}`, () =>
      printer.inline(i.source, i.node, `inline_${i.id}_${i.wrote.replace(/\W/g, '_')}`),
    );
    choices.set(i.id, [...(choices.get(i.id) ?? []), { wrote: i.wrote, name }]);
  }
  const defs = definitions();
  const bodies: { key: string; name: string; edges: string[] }[] = [];
  for (const s of steps) {
    const proc = PROCEDURES.find((p) => p.key === s.proc)!;
    const key = keyOf(s);
    const def = defs.get(key);
    if (!def || steps.filter((o) => keyOf(o) === key).length > 1) {
      unfit.push(`${key}: ${def ? 'two of one label' : 'its definition is not found'}`);
      continue;
    }
    const edges = Object.keys(def.to).sort();
    if (edges.length + 1 > MOST_EDGES) {
      unfit.push(`${key}: ${edges.length} edges`);
      continue;
    }
    const tag = String(bodies.length);
    const name = attempt(key, () => printer.body(s.source, s.node, { locals: proc.locals, edges, tag }));
    if (name) bodies.push({ key, name, edges });
  }
  const written = new Set(steps.map(keyOf));
  for (const key of defs.keys())
    if (!written.has(key)) unfit.push(`${key}: no file writes it out as a step with a label of its own`);
  const pool = (name: string): string => {
    const f = values.functionOf(sources.of(memory), name)!;
    return printer.inline(f.source, f.node, name);
  };
  for (const f of ['poolAlloc', 'poolFree', 'poolIsFree']) pool(f);
  console.log(
    `${bodies.length} of ${steps.length} bodies compiled${unfit.length ? `; as closures:\n  ${unfit.join('\n  ')}` : ''}`,
  );
  const generated = [
    constants(),
    readFileSync(join(ROOT, 'src/machine/compiled/runtime.as'), 'utf8'),
    printer.text,
    ...[...choices].map(([id, list]) => dispatcher(id, list, inlines.find((i) => i.id === id)!.node)),
    takes(bodies, lines),
  ].join('\n');
  mkdirSync(out, { recursive: true });
  const lookup = await lookupText(values, sources);
  writeFileSync(join(out, 'lookup.wasm'), await compiled(lookup, true, '3'));
  for (const kind of ['plain', 'shared', 'careful'] as const) {
    const shared = kind !== 'plain';
    const text = `const SHARED: i32 = ${shared ? 1 : 0};\nconst CAREFUL: i32 = ${kind === 'careful' ? 1 : 0};\n${generated}`;
    writeFileSync(join(out, `${kind}.as`), text);
    writeFileSync(join(out, `${kind}.wasm`), await compiled(text, shared, kind === 'shared' ? '3' : '2'));
  }
  writeFileSync(
    join(out, 'steps.json'),
    JSON.stringify({
      bodies: bodies.map((b) => b.key),
      inlines: Object.fromEntries(
        [...choices].map(([id, list]) => [id, list.map((c) => (c.name ? c.wrote : null))]),
      ),
      faults: faults.sites,
      closures: unfit,
    }),
  );
}

/** No steps, but what finds a datagram's owner, for the bench. */
async function lookupText(values: Values, sources: Sources): Promise<string> {
  const none = (): number => {
    throw new Unfit('no pool, no configuration');
  };
  const printer = new Printer({ values, faults: new Faults(), pool: none, cfg: none });
  for (const [file, names] of Object.entries({
    pool: ['poolAlloc', 'poolFree', 'poolIsFree'],
    rwlock: ['rdTry', 'rdUnlock'],
    cidtree: ['cidLookup'],
  })) {
    const memory = join(ROOT, `src/memory/${file}.ts`);
    await values.load(memory);
    for (const name of names) {
      const f = values.functionOf(sources.of(memory), name)!;
      printer.inline(f.source, f.node, name);
    }
  }
  return [
    'const SHARED: i32 = 1;\nconst CAREFUL: i32 = 0;',
    constants(),
    readFileSync(join(ROOT, 'src/machine/compiled/runtime.as'), 'utf8'),
    printer.text,
    takes([], []),
    readFileSync(join(import.meta.dirname, 'lookup.as'), 'utf8'),
  ].join('\n');
}

function dispatcher(id: number, list: readonly { wrote: string; name: string | null }[], node: Node): string {
  const answers = answersOf(node);
  const params = node.params.length - 1;
  const ps = Array.from({ length: params }, (_, i) => `a${i}`);
  const cases = list
    .map((c, i) => {
      if (!c.name) return '';
      const call = `${c.name}(${ps.join(', ')})`;
      return `    case ${i}: ${answers ? `return <i32>${call};` : `{ ${call}; return; }`}`;
    })
    .join('\n');
  return `function inline_${id}(${ps.map((p) => `${p}: i32`).join(', ')}): ${answers ? 'i32' : 'void'} {\n  switch (load<i32>(${PLACE.inlines + 4 * id})) {\n${cases}\n  }\n  ${answers ? 'return ' : ''}unreachable();\n}`;
}

function constants(): string {
  const numbers: Record<string, number> = {
    WORLD: PLACE.world,
    CFG: PLACE.cfg,
    POOLS: PLACE.pools,
    POOL_BYTES,
    BASES: PLACE.bases,
    STRIDES: PLACE.strides,
    ENTRIES: PLACE.entries,
    ROWS: PLACE.rows,
    ROW_BYTES: ROW.bytes,
    ROW_FRAME: ROW.frame,
    ROW_EDGES: ROW.edges,
    BLOCK: PLACE.block,
    ABSENT,
    LISTENER_FD,
    AT_THREAD: AT.thread,
    AT_LISTENER: AT.listener,
    AT_WORKS_ON: AT.worksOn,
    AT_FD: AT.fd,
    AT_TREE_ROOT: AT.treeRoot,
    AT_TREE_LOCK: AT.treeLock,
    RETRY_STEP,
    RETURNS: RETURN,
    CALLED,
    BLOCKS: BLOCK,
    PKT_SHORT: PKT.SHORT,
    LEVEL_INITIAL: LEVEL.INITIAL,
    EV_NO_MEMORY: EV.NO_MEMORY,
    EV_BUG: EV.BUG,
    QuicConn_capConn: QuicConn.capConn,
    Global_bug: Global.bug,
    Global_bugTid: Global.bugTid,
    Global_bugPc: Global.bugPc,
    ThreadCtx_fp: ThreadCtx.fp,
    ThreadCtx_ret: ThreadCtx.ret,
    ThreadCtx_clockMs: ThreadCtx.clockMs,
  };
  WORLD_WORDS.forEach((name, i) => {
    numbers[`W_${name.replace(/[A-Z]/g, (c) => `_${c}`).toUpperCase()}`] = i;
  });
  const sized = new Set([
    'WORLD',
    'CFG',
    'BASES',
    'STRIDES',
    'ENTRIES',
    'ROWS',
    'ROW_BYTES',
    'ROW_FRAME',
    'ROW_EDGES',
    'BLOCK',
  ]);
  return Object.entries(numbers)
    .map(([name, v]) => `const ${name}: ${sized.has(name) ? 'usize' : 'i32'} = ${v};`)
    .join('\n');
}

async function compiled(text: string, shared: boolean, level: '2' | '3'): Promise<Uint8Array> {
  const { default: asc } = await import('assemblyscript/asc');
  let bytes: Uint8Array | undefined;
  // The third level takes four times as long, and a step 7 % less: worth it where threads run free.
  const options = [
    '--optimizeLevel',
    level,
    '--shrinkLevel',
    '0',
    '--noAssert',
    '--runtime',
    'stub',
    '--importMemory',
  ];
  if (shared)
    options.push(
      '--enable',
      'threads',
      '--sharedMemory',
      '--initialMemory',
      '16',
      '--maximumMemory',
      '65536',
    );
  else options.push('--initialMemory', '16');
  const { error, stderr } = await asc.main(['in.ts', '--outFile', 'out.wasm', ...options], {
    readFile: (name) => (name === 'in.ts' ? text : null),
    writeFile: (name, contents) => {
      if (name === 'out.wasm') bytes = contents as Uint8Array;
    },
    listFiles: () => [],
  });
  if (error || !bytes) throw new Error(stderr.toString() || String(error));
  return bytes;
}

await main(resolve(process.argv[2] ?? join(ROOT, 'out/steps')));
