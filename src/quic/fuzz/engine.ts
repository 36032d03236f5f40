import { toHex } from '../bytes.ts';
import type { ReasonName } from '../reason.ts';
import { MARGIN, Mutant, type Mutation } from './mutate.ts';
import { Random } from './random.ts';
import type { Seed, Target } from './seed.ts';
import { Reader, Verdict } from './targets.ts';

/** What a run of the fuzzer found: no news is good news, so it counts what was reached. */
export interface FuzzReport {
  readonly inputs: number;
  readonly byTarget: ReadonlyMap<Target, number>;
  /** Packets, payloads and messages that were read to their end. */
  readonly accepted: number;
  readonly reasons: ReadonlyMap<ReasonName, number>;
  readonly mutations: Readonly<Record<Mutation, number>>;
}

/**
 * An input that a parser does not take as it should. It can be made again with the same seeds, `seed` and
 * `index`.
 */
export class FuzzFailure extends Error {
  readonly index: number;
  readonly input: string;

  constructor(target: Target, seed: number, index: number, input: Uint8Array, cause: unknown) {
    super(
      `${target}, seed ${seed}, input ${index}: ${cause instanceof Error ? cause.message : String(cause)}`,
      {
        cause,
      },
    );
    this.index = index;
    this.input = toHex(input);
  }
}

type Group = Target | 'long header';

/**
 * How often each kind of seed has its turn. Long headers have more fields to break than short ones and are
 * rarer in captures; sealing costs more than all else.
 */
const TURNS: readonly Group[] = [
  ...repeat<Group>('long header', 5),
  ...repeat<Group>('datagram', 2),
  ...repeat<Group>('frames', 4),
  'sealed',
  'clientHello',
  'serverHello',
  'handshake',
  'parameters',
];

function repeat<T>(item: T, times: number): T[] {
  return Array.from({ length: times }, () => item);
}

function groupOf(seed: Seed): Group {
  return seed.target === 'datagram' && seed.fields.length > 1 ? 'long header' : seed.target;
}

/** What reads the inputs. It throws when a parser breaks a promise. */
export type InputReader = Pick<Reader, 'read'>;

/** Makes inputs from seeds and reads them; `step` does a portion, so that a caller can show how far it is. */
export class Fuzzer {
  readonly byTarget = new Map<Target, number>();
  readonly verdict = new Verdict();
  private readonly second = new Verdict();
  private readonly random = new Random();
  private readonly mutant = new Mutant();
  private readonly copy = new Uint8Array(this.mutant.buf.length);
  private readonly groups: readonly (readonly Seed[])[];
  private next: number;

  /** `seed` is any 32-bit number; `first` is the index of the first input; `reader` the parsers under test. */
  constructor(
    seeds: readonly Seed[],
    private readonly seed: number,
    first = 0,
    private readonly reader: InputReader = new Reader(),
  ) {
    this.groups = TURNS.map((wanted) => seeds.filter((one) => groupOf(one) === wanted)).filter(
      (group) => group.length > 0,
    );
    this.next = first;
  }

  /** Reads `count` further inputs. Throws `FuzzFailure` on the first that is not taken as it should. */
  step(count: number): void {
    for (let i = 0; i < count; i++) this.one(this.next++);
  }

  get report(): FuzzReport {
    const inputs = [...this.byTarget.values()].reduce((sum, n) => sum + n, 0);
    const { accepted, reasons } = this.verdict;
    return { inputs, byTarget: this.byTarget, accepted, reasons, mutations: this.mutant.counts };
  }

  private one(index: number): void {
    const { random, mutant } = this;
    random.begin(this.seed, index);
    const group = random.pick(this.groups);
    const seed = random.pick(group);
    mutant.make(seed, group, random);
    const choice = random.next();
    this.byTarget.set(seed.target, (this.byTarget.get(seed.target) ?? 0) + 1);
    try {
      this.readTwice(seed, choice, index);
    } catch (cause) {
      const input = mutant.buf.slice(MARGIN, MARGIN + mutant.length);
      throw new FuzzFailure(seed.target, this.seed, index, input, cause);
    }
  }

  /** The same input with other bytes around it must give the same: nothing outside of it is read. */
  private readTwice(seed: Seed, choice: number, index: number): void {
    const { mutant, reader, verdict, second } = this;
    const { buf } = mutant;
    const end = MARGIN + mutant.length;
    const stop = Math.min(buf.length, end + 64);
    buf.fill(0x00, 0, MARGIN);
    buf.fill(0x00, end, stop);
    verdict.fingerprint = second.fingerprint = 0;
    if (index % 16 === 0) this.copy.set(buf.subarray(0, stop));
    reader.read(seed, buf, MARGIN, end, choice, verdict);
    if (index % 16 === 0) this.unchanged(stop);
    buf.fill(0xff, 0, MARGIN);
    buf.fill(0xff, end, stop);
    reader.read(seed, buf, MARGIN, end, choice, second);
    if (verdict.fingerprint !== second.fingerprint) throw new Error('bytes outside of the input matter');
  }

  private unchanged(stop: number): void {
    for (let i = 0; i < stop; i++) {
      if (this.copy[i] !== this.mutant.buf[i]) throw new Error(`the parser changed byte ${i} of its input`);
    }
  }
}
