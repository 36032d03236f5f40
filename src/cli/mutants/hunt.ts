/** Looks for what breaks in a world, level by level, up to a number of states. */
import { Shard } from '../../hosts/explorer/shard.ts';
import type { Broken, SymptomKind } from '../../machine/explorable.ts';
import type { MachineWorld } from '../../machine/explore/machine-world.ts';

/** Bytes for one search. */
const MEMORY = 2 ** 29;
const PORTION = 1 << 11;

export interface Hunt {
  /** What broke first that is not known to break; null where nothing did. */
  readonly found: Broken | null;
  /** Everything that broke, by symptom and rule. */
  readonly broken: ReadonlySet<string>;
  readonly states: number;
  /** Every state was seen. */
  readonly whole: boolean;
}

/** As what is known to break: whatever it is, the search goes on. */
export const ALL: ReadonlySet<string> = new (class extends Set<string> {
  override has(): boolean {
    return true;
  }
})();

/** `known`: what breaks in this world as it is, by symptom and rule; it is passed over. */
export function hunt(x: MachineWorld, states: number, known: ReadonlySet<string> = new Set()): Hunt {
  const shard = new Shard(x, { me: 0, of: 1, memory: MEMORY, reduction: false }, () => {
    throw new Error('one shard has nobody to send to');
  });
  const unknown = (): string | undefined => [...shard.broken].find((b) => !known.has(b));
  const fresh = (): boolean => unknown() !== undefined;
  shard.level();
  let more = shard.open > 0;
  while (more && shard.visited.count < states && !fresh()) {
    if (!shard.expand(PORTION)) {
      shard.level();
      more = shard.open > 0 && !shard.budget.full;
    }
  }
  return {
    found: told(shard.find?.broken, unknown()),
    broken: shard.broken,
    states: shard.visited.count,
    whole: !more,
  };
}

/** What is not known, in words where it is what broke first. */
function told(first: Broken | undefined, key: string | undefined): Broken | null {
  if (!first || key === undefined) return null;
  if (key === keyOf(first)) return first;
  const [symptom, ...rule] = key.split(' ');
  return { symptom: symptom as SymptomKind, rule: rule.join(' '), text: 'it breaks as well' };
}

/** A symptom and its rule, as what breaks in a world is named. */
const keyOf = ({ symptom, rule }: Broken): string => `${symptom} ${rule}`;
