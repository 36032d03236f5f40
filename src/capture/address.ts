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
