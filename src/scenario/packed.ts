/**
 * Plain data with typed arrays in it as one run of bytes, and back: what is made at build and loaded by the page. The bytes are
 * our own; whoever unpacks them trusts them.
 */

/** Length of the text in bytes, u32; the text, JSON; then the arrays, each at a place that its elements divide. */
const HEAD = 4;
const ALIGN = 8;

const KINDS = { u8: Uint8Array, i32: Int32Array, u32: Uint32Array, f64: Float64Array } as const;
type Kind = keyof typeof KINDS;
type Packable = InstanceType<(typeof KINDS)[Kind]>;

/** In the text in place of an array: kind, offset behind the text in bytes, elements. */
interface Placed {
  readonly $: readonly [Kind, number, number];
}

const up = (n: number): number => Math.ceil(n / ALIGN) * ALIGN;

function kindOf(v: unknown): Kind | undefined {
  if (!ArrayBuffer.isView(v)) return undefined;
  const kind = (Object.keys(KINDS) as Kind[]).find((k) => v instanceof KINDS[k]);
  if (!kind) throw new Error(`no place for a ${v.constructor.name}`);
  return kind;
}

/** `data`: values that JSON has, and typed arrays of the kinds above. */
export function pack(data: unknown): Uint8Array {
  const arrays: { at: number; from: Packable }[] = [];
  let size = 0;
  const text = JSON.stringify(data, (_, value: unknown) => {
    const kind = kindOf(value);
    if (!kind) return value;
    const from = value as Packable;
    const placed: Placed = { $: [kind, size, from.length] };
    arrays.push({ at: size, from });
    size = up(size + from.byteLength);
    return placed;
  });
  const words = new TextEncoder().encode(text);
  const base = up(HEAD + words.length);
  const out = new Uint8Array(base + size);
  new DataView(out.buffer).setUint32(0, words.length, true);
  out.set(words, HEAD);
  for (const { at, from } of arrays)
    out.set(new Uint8Array(from.buffer, from.byteOffset, from.byteLength), base + at);
  return out;
}

/** What was packed. Each array has memory of its own. */
export function unpack(bytes: Uint8Array): unknown {
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  const base = up(HEAD + length);
  const text = new TextDecoder().decode(bytes.subarray(HEAD, HEAD + length));
  return JSON.parse(text, (_, value: unknown) => {
    const placed = value !== null && typeof value === 'object' ? (value as Partial<Placed>).$ : undefined;
    if (!placed) return value;
    const [kind, at, n] = placed;
    const of = KINDS[kind];
    const own = bytes.slice(base + at, base + at + n * of.BYTES_PER_ELEMENT);
    return new of(own.buffer);
  });
}
