/** Addresses as numbers and as text. */

/**
 * Gives each network address a small number in order of first appearance, so that a table of datagrams can hold
 * addresses as integers and compare them by value.
 */
export class AddressBook {
  private readonly texts: string[] = [];
  private readonly ids = new Map<string | number, number>();

  /** The number of the address of `len` (4 or 16) bytes at `off`. */
  intern(bytes: Uint8Array, off: number, len: number): number {
    const key = len === 4 ? ipv4Number(bytes, off) : ipv6Text(bytes, off);
    const known = this.ids.get(key);
    if (known !== undefined) return known;
    const id = this.texts.length;
    this.ids.set(key, id);
    this.texts.push(typeof key === 'string' ? key : ipv4Text(bytes, off));
    return id;
  }

  /** The address as text, in the form of RFC 5952 for IPv6. */
  text(id: number): string {
    const text = this.texts[id];
    if (text === undefined) throw new RangeError(`no address ${id}`);
    return text;
  }

  get size(): number {
    return this.texts.length;
  }
}

function ipv4Number(bytes: Uint8Array, off: number): number {
  return ((bytes[off]! << 24) | (bytes[off + 1]! << 16) | (bytes[off + 2]! << 8) | bytes[off + 3]!) >>> 0;
}

function ipv4Text(bytes: Uint8Array, off: number): string {
  return `${bytes[off]}.${bytes[off + 1]}.${bytes[off + 2]}.${bytes[off + 3]}`;
}

/** RFC 5952: lower case, no leading zeros, the longest run of two or more zero groups (the first of equals) as "::". */
export function ipv6Text(bytes: Uint8Array, off: number): string {
  const groups: number[] = [];
  for (let i = 0; i < 8; i++) groups.push((bytes[off + 2 * i]! << 8) | bytes[off + 2 * i + 1]!);
  if (groups.slice(0, 5).every((g) => g === 0) && groups[5] === 0xffff)
    return `::ffff:${ipv4Text(bytes, off + 12)}`;
  let best = 0;
  let bestLen = 1;
  for (let i = 0; i < 8; i++) {
    let run = i;
    while (run < 8 && groups[run] === 0) run++;
    if (run - i > bestLen) {
      best = i;
      bestLen = run - i;
    }
  }
  const hex = groups.map((g) => g.toString(16));
  if (bestLen < 2) return hex.join(':');
  return `${hex.slice(0, best).join(':')}::${hex.slice(best + bestLen).join(':')}`;
}

/** An address and a port as people write them: IPv6 in brackets. */
export function endpointText(address: string, port: number): string {
  return `${address.includes(':') ? `[${address}]` : address}:${port}`;
}

/** The same in the one way that `endpointText` writes it, from whatever spelling; undefined if it is none. */
export function readEndpoint(text: string): string | undefined {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([0-9.]+)):(\d{1,5})$/.exec(text.trim());
  const port = Number(match?.[3]);
  if (!match || port < 1 || port > 65535) return undefined;
  const bytes = match[1] === undefined ? ipv4Bytes(match[2]!) : ipv6Bytes(match[1]);
  if (!bytes) return undefined;
  return endpointText(bytes.length === 4 ? ipv4Text(bytes, 0) : ipv6Text(bytes, 0), port);
}

/** Four bytes of dotted decimal, or undefined. */
export function ipv4Bytes(text: string): Uint8Array | undefined {
  const parts = text.split('.');
  const good = parts.length === 4 && parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) < 256);
  return good ? Uint8Array.from(parts, Number) : undefined;
}

/** Sixteen bytes of an IPv6 address in any spelling of RFC 4291 section 2.2, or undefined. */
export function ipv6Bytes(text: string): Uint8Array | undefined {
  const [head = '', tail, ...more] = text.split('::');
  if (more.length > 0) return undefined;
  const left = groups(head);
  const right = tail === undefined ? [] : groups(tail);
  if (!left || !right) return undefined;
  const missing = 8 - left.length - right.length;
  if (tail === undefined ? missing !== 0 : missing < 1) return undefined;
  const all = [...left, ...new Array<number>(missing).fill(0), ...right];
  return Uint8Array.from(all.flatMap((group) => [group >> 8, group & 255]));
}

/** The 16-bit groups of one side of "::"; the last may be an IPv4 address. */
function groups(text: string): number[] | undefined {
  if (text === '') return [];
  const out: number[] = [];
  const parts = text.split(':');
  for (const [i, part] of parts.entries()) {
    const four = i === parts.length - 1 ? ipv4Bytes(part) : undefined;
    if (four) out.push((four[0]! << 8) | four[1]!, (four[2]! << 8) | four[3]!);
    else if (/^[0-9a-fA-F]{1,4}$/.test(part)) out.push(Number.parseInt(part, 16));
    else return undefined;
  }
  return out;
}
