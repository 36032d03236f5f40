/** The clients' addresses of a world. */
import { endpointText, ipv4Bytes, ipv6Bytes } from '../capture/index.ts';
import type { Address } from '../haproxy/model/script.ts';

/** Source addresses as numbers, with the bytes that the first CID is derived from. */
export class Addresses {
  readonly list: Address[] = [];
  private readonly byText = new Map<string, number>();

  number(ip: string, port: number): number {
    const text = endpointText(ip, port);
    let n = this.byText.get(text);
    if (n === undefined) {
      n = this.list.length;
      this.byText.set(text, n);
      this.list.push({ text, bytes: bytesOf(ip, port) });
    }
    return n;
  }
}

/** IP bytes (4 or 16) and port in network order. */
function bytesOf(ip: string, port: number): Uint8Array {
  const bytes = ipv4Bytes(ip) ?? ipv6Bytes(ip);
  if (!bytes) throw new RangeError(`not an address: ${ip}`);
  return Uint8Array.from([...bytes, port >> 8, port & 0xff]);
}
