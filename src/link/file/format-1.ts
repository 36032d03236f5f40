/**
 * Format 1 said nothing of the memory that it held. What it was laid out like, and which steps its program had, is known of the
 * edition that wrote it last (`origin.ts`); its head becomes one of format 2 by that.
 */
import type { WorldOptions } from '../../machine/options.ts';
import { BlockPlan } from '../../memory/plan.ts';
import type { Pool } from '../../memory/pool.ts';
import { planRing } from '../../memory/ring.ts';
import { type FieldShape, f, HASHED, type Leads, type StructMeta, struct } from '../../memory/struct.ts';
import type { WorldData, WorldSizes } from '../../scenario/data.ts';
import { readDataHead } from './data.ts';
import { laidOut, type Proc } from './edition.ts';
import { fields, list, text } from './fields.ts';
import { MOST } from './format.ts';
import { layoutPrint } from './image.ts';
import { readOptions } from './options.ts';
import { FIXES, PROCEDURES, STRUCTS } from './origin.ts';
import { editionHead } from './table.ts';

/** Pools in the order of the sizes in a head, and in the block. */
const SLOTS = ['conn', 'cid', 'task', 'tasklet', 'hand', 'rxPacket', 'txPacket', 'dgram'] as const;

/** A head of format 1 as one of format 2; without a table when the edition that wrote it is not known. Throws FileProblem. */
export function fromFormat1(head: Record<string, unknown>): Record<string, unknown> {
  const data = fields(head.data, 'what the world begins with');
  const sizes = data.sizes === null ? null : list(data.sizes, 1 + SLOTS.length, 'the sizes of its pools');
  const named = sizes && {
    connections: sizes[0],
    slots: Object.fromEntries(SLOTS.map((name, i) => [name, sizes[i + 1]])),
  };
  const now = { ...head, data: { ...data, sizes: named } };
  return { ...now, edition: editionOfFormat1(now) };
}

function editionOfFormat1(head: Record<string, unknown>): unknown {
  const options = readOptions(head.options);
  const procs = proceduresOf(options, text(head.revision, MOST.revision, 'the revision'), head.program);
  const plan = planned(options, readDataHead(head.data));
  if (!procs || layoutPrint(plan.layout) !== head.layout) return null;
  return editionHead(laidOut(plan.layout, plan.pools, plan.words, procs, 1));
}

/** The steps of its program; null when it had no such revision, or the fingerprint is another's. */
export function proceduresOf(options: WorldOptions, named: string, program: unknown): Proc[] | null {
  const fixes = FIXES.split('\n').map((l) => l.split(' '));
  const last = named.split(' ')[0]!.split('+').at(-1);
  const n = fixes.findIndex(([id]) => id === last);
  if (n < 0) return null;
  const has = new Set(fixes.slice(0, n + 1).map(([id]) => id!));
  for (const id of options.without ?? []) has.delete(id);
  for (const id of options.mutations ?? []) has.add(id);
  // The fingerprint of a revision with something taken out or put in was of its sentences too, which are not kept.
  if (has.size === n + 1 && fixes[n]![1] !== program) return null;
  return PROCEDURES.trim()
    .split('\n')
    .map((line) => {
      const [key, locals, steps] = line.split('|');
      return {
        key: key!,
        locals: locals!.split(' ').map(local),
        labels: steps!.split(' ').flatMap((s) => labelIn(s, has)),
      };
    });
}

function local(word: string): Proc['locals'][number] {
  const [name, leads] = word.split('?');
  const [n, of] = name!.split('>');
  return { name: n!, holds: leads ?? (of === undefined ? '' : `>${of}`) };
}

/** The label of a step, if it was part of a program of these fixes and mutations. */
function labelIn(step: string, has: ReadonlySet<string>): string[] {
  const [, label, when] = /^(.*?)((?:[+-](?:[0-9a-f]{9}|X\d\d))*)$/.exec(step)!;
  const there = [...when!.matchAll(/([+-])(\w+)/g)].every(([, sign, id]) => has.has(id!) === (sign === '+'));
  return there ? [label!] : [];
}

/** Its structs. */
function structs(): (name: string) => StructMeta {
  const made = new Map<string, StructMeta>();
  for (const [name, def] of Object.entries(STRUCTS)) {
    const shapes = def
      .trim()
      .split(/\s+/)
      .map((word): [string, FieldShape] => {
        const [, kind, field, n, sign, holds] = /^(\w)\.(\w+)(?:\*(\d+))?(?:([>?=])(\w+))?$/.exec(word)!;
        if (sign === '=') return [field!, f.part(made.get(holds!)!)];
        const shape = KINDS[kind as keyof typeof KINDS];
        const more = sign === '>' ? { of: holds! } : sign === '?' ? { leads: holds as Leads } : {};
        return [field!, { ...shape, words: n === undefined ? shape.words : Number(n), ...more }];
      });
    made.set(name, struct(name, Object.fromEntries(shapes)));
  }
  return (name) => made.get(name)!;
}

const KINDS = { w: f.word, a: f.atomic, t: f.time, l: f.list, m: f.mtlist, r: f.raw } as const;

/** Where it put what, for a world. */
function planned(options: WorldOptions, data: WorldData) {
  const of = structs();
  const T = options.threads;
  const { count } = data.datagrams;
  const D = Math.max(1, count);
  const rows = !data.sizes && count <= 65_536 ? Math.max(D, 2 * count + 1) : D;
  const connections = data.sizes?.connections ?? Math.max(data.conns.length, data.addresses.length);
  const n = connections + 4;
  const conns = n <= 64 ? n : Math.min(n, Math.ceil((2 * n) / T) + 64);
  const fds = n + 4;
  const epoll = (fds + 31) >> 5;
  const plan = new BlockPlan();
  const words = (name: string, n: number, more = {}): number => plan.words(name, n, HASHED, more);
  const each = (name: string, n: number): number => words(name, n * T, { rows: T });
  plan.region(of('global'));
  plan.array(of('thread_ctx'), T);
  each('stack', 160);
  each('fd_updt', fds);
  each('epoll ready', epoll);
  each('epoll events', epoll);
  plan.array(of('quic_dghdlr'), T);
  plan.array(of('quic_accept_queue'), T);
  plan.array(of('accept_queue_ring'), T);
  words('ring entries', (options.ringSize ?? 1023) * T, { rows: T, of: 'connection' });
  plan.region(of('listener'));
  plan.array(of('li_per_thread'), T);
  plan.array(of('fdtab'), fds);
  plan.array(of('quic_cid_tree'), 256);
  words('connected sockets', Math.max(1, data.addresses.length));
  words('datagrams held', data.sizes ? rows : 0);
  words('datagram ledger', rows);
  words('kernel queue links', rows);
  words('network links', rows);
  words('accept targets', Math.max(1, data.conns.length));
  words('explorer budget', 4);
  words('drops', 16);
  words('packet drops', 16);
  const pools = poolsOf(plan, of, T, data.sizes?.slots ?? slotsFor(data, conns, D));
  const events = planRing(plan, 'events', 1, 12);
  return { layout: plan.build(), pools, words: events.base };
}

type SlotsOf1 = Pick<WorldSizes['slots'], (typeof SLOTS)[number]>;

function slotsFor(data: WorldData, conns: number, D: number): SlotsOf1 {
  const scripted = data.conns.reduce((n, c) => n + c.sends.reduce((k, s) => k + s.packets.length, 0), 0);
  return {
    conn: conns,
    cid: conns * 6,
    task: conns * 6 + 8,
    tasklet: conns * 4 + 16,
    hand: 16,
    rxPacket: Math.min(8192, D * 3 + 64),
    txPacket: Math.min(16_384, 64 + scripted),
    dgram: Math.min(4096, D + 16),
  };
}

function poolsOf(
  plan: BlockPlan,
  of: (name: string) => StructMeta,
  T: number,
  n: SlotsOf1,
): Record<string, Pool> {
  return {
    conn: plan.pool(of('quic_conn'), T, n.conn),
    cid: plan.pool(of('quic_connection_id'), T, n.cid, { align: 16 }),
    task: plan.pool(of('task'), T, n.task),
    tasklet: plan.pool(of('task'), T, n.tasklet),
    hand: plan.pool(of('task'), T, n.hand),
    connection: plan.pool(of('connection'), T, n.conn),
    rxPacket: plan.pool(of('quic_rx_packet'), T, n.rxPacket),
    txPacket: plan.pool(of('quic_tx_packet'), T, n.txPacket),
    dgram: plan.pool(of('quic_dgram'), T, n.dgram),
    rxbuf: plan.pool(of('quic_receiver_buf'), T, 1),
  };
}
