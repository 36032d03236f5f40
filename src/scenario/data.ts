/**
 * What a world begins with, as plain data: it can be cloned to workers, and every worker builds the same world from it.
 */
import type { Address, Clients, ConnScript, DatagramStore } from '../haproxy/model/script.ts';
import type { PoolSlots } from '../haproxy/model/world.ts';

/** Secrets of one connection's client side; absent ones leave packets of that level unopened. */
export interface KeyMaterial {
  /** DCID that the Initial keys come from. */
  initialDcid: Uint8Array | null;
  /** TLS number of the cipher suite, 0 when it is not known. */
  suite: number;
  handshake: Uint8Array | null;
  application: Uint8Array | null;
  /** Version whose labels the 1-RTT keys use. */
  version: number;
}

export interface WorldData {
  name: string;
  datagrams: DatagramStore;
  addresses: Address[];
  conns: ConnScript[];
  /** Where clients are worked out and not listed: in the place of `addresses` and `conns`, which are empty then. */
  clients?: Clients;
  keys: KeyMaterial[];
  bootSeed: Uint8Array;
  cidLength: number;
  forceRetry: boolean;
  anyFixedBit: boolean;
  /** The server that HAProxy stands for; and every server of the capture with its datagrams, where there is a choice. */
  serverAddress: string;
  servers?: { text: string; datagrams: number }[];
  /** What a person should know about this beginning, a sentence each. */
  notes: string[];
  /** How many connections have keys that open their 1-RTT packets. */
  withKeys: number;
  /** Sizes of a world whose traffic does not end; absent: they follow from the datagrams. */
  sizes?: WorldSizes;
}

/** Lengths of the server's connection IDs by connection, where they are not all alike. */
export function cidLengthsOf({ conns, cidLength }: WorldData): number[] | undefined {
  const lengths = conns.map(({ scids }) => scids.find((id) => id !== undefined)?.length || cidLength);
  return lengths.every((length) => length === cidLength) ? undefined : lengths;
}

/** The clients of a world, whether they are listed or worked out. */
export const clientsOf = ({ clients, conns, addresses }: WorldData): Clients =>
  clients ?? {
    conns: conns.length,
    addresses: addresses.length,
    conn: (i) => conns[i],
    address: (i) => addresses[i],
  };

/** What a world has room for when its datagrams do not say so. */
export interface WorldSizes {
  connections: number;
  slots: PoolSlots;
}
