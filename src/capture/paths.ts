import { endpointText } from './address.ts';
import type { DatagramTable } from './table.ts';

/** Endpoints have numbers below this, so that two of them make one number that is exact. */
const MOST = 0x400_0000;

/**
 * Numbers for endpoints (address and UDP port) and for pairs of them. Rows must be taken once, in order, before anything is asked
 * about them.
 */
export class Paths {
  private readonly numbers = new Map<number, number>();
  /** By endpoint: its address in the table's address book, its port, and how many datagrams came from it or went to it. */
  private readonly addresses: number[] = [];
  private readonly ports: number[] = [];
  private readonly counts: number[] = [];
  private readonly srcs: Uint32Array;
  private readonly dsts: Uint32Array;

  constructor(private readonly table: DatagramTable) {
    this.srcs = new Uint32Array(table.length);
    this.dsts = new Uint32Array(table.length);
  }

  /** Numbers the two ends of row `i`. */
  take(i: number): void {
    const { table } = this;
    this.srcs[i] = this.endpoint(table.srcId(i), table.sport(i));
    this.dsts[i] = this.endpoint(table.dstId(i), table.dport(i));
    this.counts[this.srcs[i]!]!++;
    this.counts[this.dsts[i]!]!++;
  }

  /** The endpoint that row `i` came from, and the one it went to. */
  src(i: number): number {
    return this.srcs[i]!;
  }
  dst(i: number): number {
    return this.dsts[i]!;
  }

  /** The pair of endpoints of row `i`, the same in both directions. */
  of(i: number): number {
    return this.between(this.srcs[i]!, this.dsts[i]!);
  }

  between(a: number, b: number): number {
    return a < b ? a * MOST + b : b * MOST + a;
  }

  /** How many endpoints there are; their numbers are 0 and up, by first appearance. */
  get size(): number {
    return this.addresses.length;
  }

  address(endpoint: number): string {
    return this.table.addresses.text(this.addresses[endpoint]!);
  }
  port(endpoint: number): number {
    return this.ports[endpoint]!;
  }
  datagrams(endpoint: number): number {
    return this.counts[endpoint]!;
  }
  text(endpoint: number): string {
    return endpointText(this.address(endpoint), this.port(endpoint));
  }

  private endpoint(address: number, port: number): number {
    const key = address * 65536 + port;
    let number = this.numbers.get(key);
    if (number === undefined) {
      number = this.addresses.length;
      this.numbers.set(key, number);
      this.addresses.push(address);
      this.ports.push(port);
      this.counts.push(0);
    }
    return number;
  }
}
