/** One kind of outside input as the fuzzer breaks it. Every input can be made again from a seed and a number. */
import { Random } from '../../quic/fuzz/random.ts';

export interface FuzzedKind<T> {
  readonly name: string;
  make(random: Random): T;
  /** Reads it as the product does; what came of it, in a word or two. Throws what the product must not. */
  read(input: T): string | Promise<string>;
  /** The same, and 10 000 steps on where it can be opened. */
  go?(input: T): string | Promise<string>;
  /** To make a report of: the input as text. */
  show(input: T): string;
}

/** Steps that are taken from what was opened. */
export const STEPS = 10_000;

export class KindFailure extends Error {
  constructor(
    message: string,
    readonly index: number,
  ) {
    super(message);
  }
}

/** How often each outcome came. */
export type Outcomes = Map<string, number>;

/** Makes and reads inputs `from` to `from + inputs`. Throws KindFailure on the first that is not taken as it should. */
export async function fuzz<T>(
  kind: FuzzedKind<T>,
  { seed, from, inputs, go }: { seed: number; from: number; inputs: number; go: boolean },
  outcomes: Outcomes,
): Promise<void> {
  const random = new Random();
  for (let i = from; i < from + inputs; i++) {
    random.begin(seed, i);
    const input = kind.make(random);
    try {
      const outcome = await (go && kind.go ? kind.go(input) : kind.read(input));
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    } catch (error) {
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
      const shown = kind.show(input).slice(0, 2000);
      throw new KindFailure(`${kind.name}, seed ${seed}, input ${i}: ${text}\n${shown}`, i);
    }
  }
}

/** Breaks bytes in up to three places: overwritten, taken out, doubled, cut. */
export function broken(bytes: Uint8Array, random: Random, reach = bytes.length): Uint8Array {
  let out: Uint8Array = bytes.slice();
  for (let n = 1 + random.below(3); n > 0; n--) {
    const at = random.below(Math.max(1, Math.min(out.length, reach)));
    const size = 1 + random.below(random.oneIn(4) ? 64 : 4);
    switch (random.below(6)) {
      case 0:
        out = out.slice(0, at);
        break;
      case 1:
        out = joined(out.subarray(0, at), out.subarray(at + size));
        break;
      case 2:
        out = joined(out.subarray(0, at + size), out.subarray(at));
        break;
      default:
        if (out.length > 0) out[at] = random.oneIn(3) ? random.pick([0, 1, 0x7f, 0x80, 0xff]) : random.next();
    }
  }
  return out;
}

export function joined(...parts: Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((n, p) => n + p.length, 0));
  let at = 0;
  for (const p of parts) {
    out.set(p, at);
    at += p.length;
  }
  return out;
}
