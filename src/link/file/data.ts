/** What a frozen world begins with, between `WorldData` and the head of a file: everything but its columns. */
import type { Address, ConnScript, ScriptedSend, SentPacket } from '../../haproxy/model/script.ts';
import { UNREAD } from '../../haproxy/model/unread.ts';
import { suiteByTls } from '../../quic/index.ts';
import type { KeyMaterial, WorldData, WorldSizes } from '../../scenario/data.ts';
import { type ColumnName, type Columns, type ColumnType, ints, someBytes } from './columns.ts';
import { bool, bytes, FileProblem, fields, hex, int, list, text, tuple } from './fields.ts';
import { MOST } from './format.ts';

const U32 = 2 ** 32 - 1;
const I32 = 2 ** 31 - 1;
const ANY = Number.MAX_SAFE_INTEGER;
const CID = 20;

type PoolSlots = WorldSizes['slots'];
const SLOTS = Object.keys({
  conn: 0,
  cid: 0,
  task: 0,
  tasklet: 0,
  hand: 0,
  rxPacket: 0,
  txPacket: 0,
  dgram: 0,
} satisfies Record<keyof PoolSlots, 0>) as (keyof PoolSlots)[];

/** The head's part about the data. Lists of sends that connections share are written once. */
export function dataHead(d: WorldData): Record<string, unknown> {
  const sends = new Map<readonly ScriptedSend[], number>();
  const sendsOf = (s: readonly ScriptedSend[]): number => {
    const known = sends.get(s);
    if (known !== undefined) return known;
    sends.set(s, sends.size);
    return sends.size - 1;
  };
  const conns = d.conns.map((c) => [
    hex(c.odcid),
    c.saddr,
    hex(c.clientCid),
    c.version,
    c.scids.map(hex),
    sendsOf(c.sends),
    c.clientHelloEnd,
    c.finishedEnd,
    c.maxIdleTimeout,
    c.maxAckDelay,
    c.ackDelayExponent,
    c.activeConnectionIdLimit,
    c.hasKeys,
    c.notes,
  ]);
  return {
    name: d.name,
    count: d.datagrams.count,
    addresses: d.addresses.map((a) => [a.text, hex(a.bytes)]),
    conns,
    sends: [...sends.keys()].map((s) => s.map(sendHead)),
    keys: d.keys.map((k) => [
      hexOr(k.initialDcid),
      k.suite,
      hexOr(k.handshake),
      hexOr(k.application),
      k.version,
    ]),
    bootSeed: hex(d.bootSeed),
    cidLength: d.cidLength,
    forceRetry: d.forceRetry,
    anyFixedBit: d.anyFixedBit,
    serverAddress: d.serverAddress,
    servers: d.servers ? d.servers.map((s) => [s.text, s.datagrams]) : null,
    notes: d.notes,
    withKeys: d.withKeys,
    sizes: d.sizes ?? null,
  };
}

const hexOr = (b: Uint8Array | null): string | null => (b ? hex(b) : null);

function sendHead(s: ScriptedSend): unknown[] {
  return [
    s.cause,
    s.bytes,
    s.needsMux,
    s.closes,
    s.frame,
    s.packets.map((p) => [p.space, p.pn, p.ackEliciting, p.ack, p.length]),
  ];
}

/** The columns of the datagrams, as `readData` wants them. */
export function dataColumns({ datagrams: d }: WorldData): Columns {
  const { bytes, offset, length, ms, ns, saddr, conn, frame, unread, quiet, order } = d;
  return {
    bytes,
    offset,
    length,
    ms,
    ns,
    saddr,
    conn,
    frame,
    ...(unread ? { unread } : {}),
    ...(quiet ? { quiet } : {}),
    ...(order ? { order } : {}),
  };
}

/** What a head says of the data: everything but the columns of its datagrams, which are all zero. Throws FileProblem. */
export function readDataHead(head: unknown): WorldData {
  const h = fields(head, 'what the world begins with');
  const addresses = list(h.addresses, MOST.conns, 'the list of addresses').map(address);
  const sends = list(h.sends, MOST.conns, 'the list of sends').map((s) =>
    list(s, MOST.sends, 'the list of sends').map(send),
  );
  const conns = list(h.conns, MOST.conns, 'the list of connections').map((c, i) =>
    conn(c, i, addresses.length, sends),
  );
  const keys = tuple(h.keys, conns.length, 'the list of keys').map(material);
  const sizes = h.sizes === null ? undefined : sizesOf(h.sizes);
  if (!sizes)
    int(
      conns.reduce((n, c) => n + c.sends.length, 0),
      0,
      MOST.allSends,
      'the list of sends',
    );
  return {
    name: text(h.name, 1000, 'its name'),
    datagrams: unread(int(h.count, 0, MOST.datagrams, 'the number of datagrams')),
    addresses,
    conns,
    keys,
    bootSeed: bytes(h.bootSeed, 20, 'the seed'),
    cidLength: int(h.cidLength, 0, CID, 'the length of CIDs'),
    forceRetry: bool(h.forceRetry, 'the list of conditions'),
    anyFixedBit: bool(h.anyFixedBit, 'the list of conditions'),
    serverAddress: text(h.serverAddress, 100, 'the server’s address'),
    // Files of before do not have it.
    ...(h.servers === undefined || h.servers === null
      ? {}
      : { servers: list(h.servers, MOST.conns, 'the list of servers').map(server) }),
    notes: notes(h.notes),
    withKeys: int(h.withKeys, 0, conns.length, 'the number of keys'),
    ...(sizes ? { sizes } : {}),
  };
}

/** So many datagrams of which nothing is known yet: one column of zeros for all. */
function unread(count: number): WorldData['datagrams'] {
  const zeros = new Int32Array(count);
  const [length, ms, ns, saddr, conn, frame] = new Array<Int32Array>(6).fill(zeros);
  return {
    count,
    bytes: new Uint8Array(0),
    offset: zeros,
    length,
    ms,
    ns,
    saddr,
    conn,
    frame,
  } as WorldData['datagrams'];
}

/** Columns of the datagrams, and how long each is: `bytes` as the file has it. */
export function datagramColumns(
  count: number,
): { name: ColumnName; types: readonly ColumnType[]; length: number; optional: boolean }[] {
  const of = (name: ColumnName, types: readonly ColumnType[], optional = false) => ({
    name,
    types,
    length: count,
    optional,
  });
  const numbers = (['length', 'ms', 'ns', 'saddr', 'conn', 'frame'] as const).map((name) =>
    of(name, ['i32']),
  );
  return [
    of('offset', ['i32', 'u32', 'f64']),
    ...numbers,
    of('order', ['i32'], true),
    of('unread', ['u8'], true),
    of('quiet', ['u8'], true),
  ];
}

/** The same data with the datagrams of these columns. Every number that leads somewhere leads within it. Throws FileProblem. */
export function withDatagrams(data: WorldData, columns: Columns): WorldData {
  const most = { addresses: data.addresses.length, conns: data.conns.length };
  return { ...data, datagrams: datagrams(data.datagrams.count, columns, most) };
}

const notes = (v: unknown): string[] =>
  list(v, MOST.notes, 'the list of notes').map((n) => text(n, 10_000, 'the list of notes'));

function datagrams(
  count: number,
  columns: Columns,
  most: { addresses: number; conns: number },
): WorldData['datagrams'] {
  const { bytes, offset } = columns;
  const length = ints(columns, 'length', count, 0, 65_535);
  if (!(bytes instanceof Uint8Array) || !offset || offset instanceof Uint8Array || offset.length !== count)
    throw new FileProblem('The file is not what it says: the bytes of its datagrams cannot be read.');
  for (let i = 0; i < count; i++) int(offset[i], 0, bytes.length - length[i]!, 'the place of a datagram');
  const unread = someBytes(columns, 'unread', count, UNREAD.length - 1);
  const quiet = someBytes(columns, 'quiet', count, 1);
  return {
    count,
    bytes,
    offset,
    length,
    ms: ints(columns, 'ms', count, -I32, I32),
    ns: ints(columns, 'ns', count, -I32, I32),
    saddr: ints(columns, 'saddr', count, 0, Math.max(0, most.addresses - 1)),
    conn: ints(columns, 'conn', count, -1, most.conns - 1),
    frame: ints(columns, 'frame', count, -1 - I32, I32),
    ...(unread ? { unread } : {}),
    ...(quiet ? { quiet } : {}),
    ...(columns.order ? { order: ints(columns, 'order', count, -1, I32) } : {}),
  };
}

function server(v: unknown): { text: string; datagrams: number } {
  const [t, n] = tuple(v, 2, 'a server');
  return { text: text(t, 100, 'a server'), datagrams: int(n, 0, ANY, 'a server') };
}

function address(v: unknown): Address {
  const [t, b] = tuple(v, 2, 'an address');
  return { text: text(t, 100, 'an address'), bytes: bytes(b, 18, 'an address') };
}

function send(v: unknown): ScriptedSend {
  const what = 'a scripted send';
  const [cause, size, needsMux, closes, frame, packets] = tuple(v, 6, what);
  return {
    cause: int(cause, -1, I32, what),
    bytes: int(size, 0, 65_535, what),
    needsMux: bool(needsMux, what),
    closes: bool(closes, what),
    frame: int(frame, -1, ANY, what),
    packets: list(packets, MOST.packets, what).map(packet),
  };
}

function packet(v: unknown): SentPacket {
  const what = 'a packet of a scripted send';
  const [space, pn, ackEliciting, ack, length] = tuple(v, 5, what);
  return {
    space: int(space, 0, 2, what) as SentPacket['space'],
    pn: int(pn, -1, ANY, what),
    ackEliciting: bool(ackEliciting, what),
    ack: bool(ack, what),
    length: int(length, 0, 65_535, what),
  };
}

function conn(v: unknown, index: number, addresses: number, sends: readonly ScriptedSend[][]): ConnScript {
  const what = `connection ${index}`;
  const t = tuple(v, 14, what);
  return {
    index,
    odcid: bytes(t[0], CID, what),
    saddr: int(t[1], 0, addresses - 1, what),
    clientCid: bytes(t[2], CID, what),
    version: int(t[3], 0, U32, what),
    scids: list(t[4], MOST.notes, what).map((c) => bytes(c, CID, what)),
    sends: sends[int(t[5], 0, sends.length - 1, what)]!,
    clientHelloEnd: int(t[6], 0, ANY, what),
    finishedEnd: int(t[7], 0, ANY, what),
    maxIdleTimeout: int(t[8], 0, ANY, what),
    maxAckDelay: int(t[9], 0, ANY, what),
    ackDelayExponent: int(t[10], 0, ANY, what),
    activeConnectionIdLimit: int(t[11], 0, ANY, what),
    hasKeys: bool(t[12], what),
    notes: notes(t[13]),
  };
}

function material(v: unknown): KeyMaterial {
  const what = 'the keys of a connection';
  const [dcid, suite, handshake, application, version] = tuple(v, 5, what);
  const s = int(suite, 0, 65_535, what);
  const known = suiteByTls(s);
  // The cipher suite says how long a secret is; where it is not known, the length says the suite.
  const lengths = known ? [known.secretLength] : [32, 48];
  const secret = (of: unknown): Uint8Array | null => {
    if (of === null) return null;
    const b = bytes(of, 48, what);
    int(lengths.indexOf(b.length), 0, 1, what);
    return b;
  };
  return {
    initialDcid: dcid === null ? null : bytes(dcid, CID, what),
    suite: s,
    handshake: secret(handshake),
    application: secret(application),
    version: int(version, 0, U32, what),
  };
}

function sizesOf(v: unknown): WorldSizes {
  const what = 'the sizes of its pools';
  const { connections, slots } = fields(v, what);
  const s = fields(slots, what);
  return {
    connections: int(connections, 0, MOST.slots, what),
    // Of a pool that has come since there are as many as of tasks, of which a connection has several.
    slots: Object.fromEntries(
      SLOTS.map((k) => [k, int(s[k] === undefined ? s.task : s[k], 0, MOST.slots, what)]),
    ) as unknown as PoolSlots,
  };
}
