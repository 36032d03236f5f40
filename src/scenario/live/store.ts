/**
 * A datagram store whose places come round again, over shared memory, and the world data of a run without an end that stands
 * on it.
 */
import type { DatagramStore, PacketOpener } from '../../haproxy/model/script.ts';
import { planWorld, type World, type WorldConfig } from '../../haproxy/model/world.ts';
import type { WorldOptions } from '../../machine/options.ts';
import type { KeyMaterial, WorldData, WorldSizes } from '../data.ts';
import { applicationSecret, bootSeedOf, type ClientSpec, handshakeSecret, WorkedOut } from './clients.ts';
import { SCRIPT_NUMBERS, scriptNumbers, scriptsOf } from './script-numbers.ts';

/** Parts of shared memory, and sizes, as they go to workers. */
export interface StoreParts {
  /** Places for datagrams. */
  slots: number;
  /** Bytes of an area for a datagram of a connection's beginning or end, or of a capture; and how many of those. */
  control: number;
  controls: number;
  /**
   * Bytes of an area for a datagram of an established client of our own. One for each place where packets are opened: each
   * datagram has bytes of its own. Where they are not, one for each client, as long as there are no more clients than places.
   */
  stride: number;
  bytes: Uint8Array<SharedArrayBuffer>;
  /** offset, length, ms, ns, client, frame, order, address: one column after the other. */
  columns: Int32Array<SharedArrayBuffer>;
  /**
   * How many clients each place has had; and then, for each place, which client of the capture it is, or the number of its
   * 1-RTT key.
   */
  generations: Int32Array<SharedArrayBuffer>;
  /** See `scriptNumbers`. */
  scripts: Int32Array<SharedArrayBuffer>;
}

const CONTROL = 1280;
const COLUMNS = 8;
/** Places are as many as a multiple of this. */
const ROUND = 1024;

/** Receive buffer of one thread, bytes, as HAProxy's. */
const RXBUF = 262_144;

/** Where parts of shared memory are taken from: somewhere in a buffer, on a multiple of 64 bytes, all zero. */
export type Room = (bytes: number) => { buffer: SharedArrayBuffer; at: number };

/** Each part in a buffer of its own. */
export const apart: Room = (bytes) => ({ buffer: new SharedArrayBuffer(bytes), at: 0 });

type Sizes = Pick<StoreParts, 'slots' | 'control' | 'controls' | 'stride'> & { bytes: number };

function sizesOf(spec: ClientSpec, threads: number): Sizes {
  const { replay } = spec;
  const perInbox = Math.ceil(RXBUF / spec.size);
  const longest = replay ? Math.max(...replay.datagrams.map((d) => d.bytes.length)) : CONTROL;
  const control = Math.ceil(longest / 64) * 64;
  const slots = Math.ceil(Math.min(262_144, 16_384 + threads * perInbox) / ROUND) * ROUND;
  const controls = replay ? slots : 8192;
  const stride = replay ? 0 : Math.ceil(spec.size / 64) * 64;
  const areas = spec.opening ? slots : Math.min(slots, spec.places);
  return { slots, control, controls, stride, bytes: controls * control + areas * stride };
}

/** Bytes that `storeParts` takes, all in all. */
export function storeBytes(spec: ClientSpec, threads: number): number {
  const { slots, bytes } = sizesOf(spec, threads);
  const scripts = scriptsOf(spec) * SCRIPT_NUMBERS * 4;
  const parts = [bytes, slots * COLUMNS * 4, spec.places * 8, scripts];
  return parts.reduce((sum, n) => sum + Math.ceil(n / 64) * 64, 0);
}

export function storeParts(spec: ClientSpec, threads: number, room: Room = apart): StoreParts {
  const { bytes, ...sizes } = sizesOf(spec, threads);
  const words = (n: number): Int32Array<SharedArrayBuffer> => {
    const { buffer, at } = room(n * 4);
    return new Int32Array(buffer, at, n);
  };
  const { buffer, at } = room(bytes);
  const scripts = words(scriptsOf(spec) * SCRIPT_NUMBERS);
  scripts.set(scriptNumbers(spec));
  return {
    ...sizes,
    scripts,
    bytes: new Uint8Array(buffer, at, bytes),
    columns: words(sizes.slots * COLUMNS),
    generations: words(spec.places * 2),
  };
}

/** Places in `columns`, which are `slots` long each. */
export const COLUMN = {
  offset: 0,
  length: 1,
  ms: 2,
  ns: 3,
  client: 4,
  frame: 5,
  order: 6,
  saddr: 7,
} as const;

export interface Store extends DatagramStore {
  readonly offset: Int32Array;
  readonly order: Int32Array;
  readonly generations: Int32Array;
  readonly roles: Int32Array;
}

/** Views over the parts. */
export function storeOver({ slots, bytes, columns, generations }: StoreParts): Store {
  const column = (i: number): Int32Array => columns.subarray(i * slots, (i + 1) * slots);
  const places = generations.length / 2;
  return {
    count: slots,
    bytes,
    offset: column(COLUMN.offset),
    length: column(COLUMN.length),
    ms: column(COLUMN.ms),
    ns: column(COLUMN.ns),
    saddr: column(COLUMN.saddr),
    conn: column(COLUMN.client),
    frame: column(COLUMN.frame),
    order: column(COLUMN.order),
    generations: generations.subarray(0, places),
    roles: generations.subarray(places),
  };
}

/** Room for the clients of `spec` on `threads` threads. */
export function sizesFor(spec: ClientSpec, options: WorldOptions): WorldSizes {
  const { threads } = options;
  // A thread may make more than its share: which one reads a first datagram is chance. Of many it is less than of few.
  const share = spec.places / threads;
  const each = Math.min(spec.places, Math.ceil(1.5 * share + Math.min(share, 4096)) + 64);
  return {
    connections: options.socketOwner === 'connection' ? spec.places * addressesOf(spec) : 1,
    slots: {
      conn: each,
      cid: options.withholdPostHandshake ? each + 16 : each * 5,
      task: each * 4 + 64,
      tasklet: each * 2 + 64,
      hand: 256,
      rxPacket: threads > 16 ? 4096 : 8192,
      txPacket: spec.replay ? Math.max(512, Math.floor(32_768 / threads)) : 1024,
      // A thread may have filled several receive buffers, one after the other.
      dgram: Math.min(
        2 * Math.ceil(RXBUF / Math.min(spec.size, 256)) + 64,
        Math.max(4096, Math.floor(262_144 / threads)),
      ),
    },
  };
}

/** Addresses that each client may come from: number `place + nth * places`. */
const addressesOf = (spec: ClientSpec): number => spec.replay?.addresses ?? 1;

const NO_KEYS: KeyMaterial[] = [];

/** World data over a store that is being written: for the workers of a run. Its keys are in the opener. */
export function liveData(spec: ClientSpec, parts: StoreParts, options: WorldOptions): LiveData {
  return ownData(spec, storeOver(parts), options);
}

type LiveData = WorldData & { clients: WorkedOut };

/** The world of a run that was laid out elsewhere, for who takes no steps in it: no program is compiled. */
export function liveWorld(
  cfg: WorldConfig,
  spec: ClientSpec,
  parts: StoreParts,
  options: WorldOptions,
  opener: PacketOpener,
): World {
  const { datagrams, clients, bootSeed, cidLength, forceRetry, anyFixedBit, serverAddress } = liveData(
    spec,
    parts,
    options,
  );
  return planWorld(cfg, {
    datagrams,
    clients,
    opener,
    bootSeed,
    cidLength,
    forceRetry,
    anyFixedBit,
    serverAddress,
  });
}

function ownData(spec: ClientSpec, store: Store, options: WorldOptions): LiveData {
  const { generations, roles } = store;
  const { replay } = spec;
  return {
    name: 'live',
    datagrams: store,
    addresses: [],
    conns: [],
    clients: new WorkedOut(spec, generations, roles, addressesOf(spec)),
    keys: NO_KEYS,
    bootSeed: bootSeedOf(spec),
    cidLength: replay?.cidLength ?? 8,
    forceRetry: replay?.forceRetry ?? false,
    anyFixedBit: replay?.anyFixedBit ?? false,
    serverAddress: '192.0.2.1:443',
    notes: [],
    withKeys: spec.opening ? spec.places : 0,
    sizes: sizesFor(spec, options),
  };
}

/** As `liveData`, for laying a world out alone: how many there are of everything, and nothing of what they are. */
export function liveShape(spec: ClientSpec, options: WorldOptions): WorldData {
  const { slots } = sizesOf(spec, options.threads);
  const none = { slots, control: 0, controls: 0, stride: 0, bytes: new Uint8Array(new SharedArrayBuffer(0)) };
  const columns = new Int32Array(new SharedArrayBuffer(slots * COLUMNS * 4));
  const generations = new Int32Array(new SharedArrayBuffer(0));
  return liveData(spec, { ...none, columns, generations, scripts: generations }, options);
}

/** Longest address and CID, bytes. */
const ADDRESS = 18;
const CID = 20;

/** Short arrays of bytes in one piece of shared memory: a message with a hundred thousand of their own takes seconds to be read. */
class Arena {
  private readonly bytes: Uint8Array;
  private end = 0;

  constructor(bytes: number) {
    this.bytes = new Uint8Array(new SharedArrayBuffer(bytes));
  }

  put(some: Uint8Array): Uint8Array {
    const from = this.end;
    this.end += some.length;
    this.bytes.set(some, from);
    return this.bytes.subarray(from, this.end);
  }
}

/** A copy in shared memory, which workers need not copy once more. */
function sharedCopy(bytes: Uint8Array): Uint8Array {
  const out = new Uint8Array(new SharedArrayBuffer(bytes.length));
  out.set(bytes);
  return out;
}

/** The same as plain data of its own, at a moment when nobody writes: for a world that goes on from an image. */
export function frozenData(spec: ClientSpec, parts: StoreParts, options: WorldOptions): WorldData {
  const d = storeOver(parts);
  const { clients, ...live } = ownData(spec, d, options);
  const places = Array.from({ length: spec.places }, (_, i) => i);
  const arena = new Arena(clients.addresses * ADDRESS + 2 * spec.places * CID);
  const odcids = places.map((i) => arena.put(clients.conn(i)!.odcid));
  const none: never[] = [];
  const handshake = handshakeSecret(spec);
  const application = new Map<number, Uint8Array>();
  for (const number of d.roles)
    if (!application.has(number)) application.set(number, applicationSecret(spec, number));
  return {
    ...live,
    name: 'frozen from Live',
    datagrams: {
      count: d.count,
      bytes: sharedCopy(d.bytes),
      offset: d.offset.slice(),
      length: d.length.slice(),
      ms: d.ms.slice(),
      ns: d.ns.slice(),
      saddr: d.saddr.slice(),
      conn: d.conn.slice(),
      frame: d.frame.slice(),
      order: d.order.slice(),
    },
    addresses: Array.from({ length: clients.addresses }, (_, i) => {
      const { text, bytes } = clients.address(i)!;
      return { text, bytes: arena.put(bytes) };
    }),
    conns: places.map((i) => {
      const s = clients.conn(i)!;
      return {
        index: i,
        odcid: odcids[i]!,
        saddr: i,
        clientCid: arena.put(s.clientCid),
        version: s.version,
        scids: none,
        sends: s.sends,
        clientHelloEnd: s.clientHelloEnd,
        finishedEnd: s.finishedEnd,
        maxIdleTimeout: s.maxIdleTimeout,
        maxAckDelay: s.maxAckDelay,
        ackDelayExponent: s.ackDelayExponent,
        activeConnectionIdLimit: s.activeConnectionIdLimit,
        hasKeys: s.hasKeys,
        notes: none,
      };
    }),
    keys: places.map((i) =>
      spec.replay
        ? { ...spec.replay.keys[d.roles[i]! % spec.replay.keys.length]!, initialDcid: odcids[i]! }
        : {
            initialDcid: odcids[i]!,
            suite: 0x1301,
            handshake: spec.opening ? handshake : null,
            application: spec.opening ? application.get(d.roles[i]!)! : null,
            version: 1,
          },
    ),
    notes: [
      spec.replay
        ? 'Frozen from Live. The capture was sent in a loop, each time with other addresses and CIDs.'
        : 'Frozen from Live. The clients are of our own making: packets sealed with keys from the seed, the server’s half a flight as HAProxy’s in a bundled capture.',
    ],
  };
}
