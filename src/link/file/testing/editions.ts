/** Other editions for tests: the same sources with other layouts, programs and catalogues, loaded beside these. */
import { vi } from 'vitest';
import type { AnyProcedure } from '../../../haproxy/step/proc.ts';
import type { FieldShape } from '../../../memory/struct.ts';

type Fields = [string, FieldShape][];

export interface Otherwise {
  /** The fields of a struct as this edition has them. */
  fields?(struct: string, fields: Fields): Fields;
  /** The locals of a procedure behind its arguments. */
  locals?(key: string, names: string[]): string[];
  /** The catalogue, in its order. */
  procedures?(all: AnyProcedure[]): AnyProcedure[];
  /** How sessions are counted. */
  counting?: number;
}

const STRUCT = '../../../memory/struct.ts';
const PROC = '../../../haproxy/step/proc.ts';
const CATALOGUE = '../../../haproxy/catalogue.ts';
const LAYOUTS = '../../../haproxy/model/layouts.ts';

/** What a test needs of an edition, from modules of its own. */
export async function edition(other: Otherwise) {
  vi.resetModules();
  vi.doMock(STRUCT, async (original) => {
    const real = await original<typeof import('../../../memory/struct.ts')>();
    const struct = (name: string, def: Record<string, FieldShape>) =>
      real.struct(name, Object.fromEntries(other.fields?.(name, Object.entries(def)) ?? Object.entries(def)));
    return { ...real, struct };
  });
  vi.doMock(PROC, async (original) => {
    const real = await original<typeof import('../../../haproxy/step/proc.ts')>();
    type Head = Parameters<typeof real.procedure>[0];
    const procedure = (head: Head) => {
      const args: readonly string[] = head.args;
      const rest = Object.keys(head.locals).filter((l) => !args.includes(l));
      const order = [...args, ...(other.locals?.(head.key, rest) ?? rest)];
      return real.procedure({
        ...head,
        locals: Object.fromEntries(order.map((l) => [l, head.locals[l] ?? real.int])),
      });
    };
    return { ...real, procedure };
  });
  vi.doMock(CATALOGUE, async (original) => {
    const real = await original<typeof import('../../../haproxy/catalogue.ts')>();
    const { sourceOf } = await import('../../../haproxy/step/compile.ts');
    const all = other.procedures?.([...real.PROCEDURES]) ?? [...real.PROCEDURES];
    all.forEach((p, id) => {
      p.id = id;
    });
    return { ...real, PROCEDURES: all, CATALOGUE: sourceOf(all, real.CATALOGUE.inlines) };
  });
  vi.doMock(LAYOUTS, async (original) => ({
    ...(await original<typeof import('../../../haproxy/model/layouts.ts')>()),
    ...(other.counting === undefined ? {} : { COUNTING: other.counting }),
  }));
  try {
    const worlds = await import('../../../scenario/testing/worlds.ts');
    const files = await import('../index.ts');
    return { ...worlds, ...files };
  } finally {
    for (const path of [STRUCT, PROC, CATALOGUE, LAYOUTS]) vi.doUnmock(path);
    vi.resetModules();
  }
}
