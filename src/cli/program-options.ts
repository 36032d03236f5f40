/**
 * What a person changes of a program on the command line, the same for every command: fixes taken out, mutations put in, steps
 * dropped, moved, swapped.
 */
import * as v from 'valibot';
import { readInput, UnusableInput } from './input.ts';

export const CHANGE_USAGE =
  '[--without FIX]… [--mutation X]… [--drop STEP]… [--move STEP:before|after:STEP]… [--swap STEP,STEP]… [--patch FILE]…';

/** For `parseArgs`. */
export const CHANGE_OPTIONS = {
  without: { type: 'string', multiple: true },
  mutation: { type: 'string', multiple: true },
  drop: { type: 'string', multiple: true },
  move: { type: 'string', multiple: true },
  swap: { type: 'string', multiple: true },
  patch: { type: 'string', multiple: true },
} as const;

type Given = { readonly [K in keyof typeof CHANGE_OPTIONS]?: readonly string[] | undefined };

/** What is chosen beside the revision; empty lists are absent. */
export interface ProgramChange {
  without?: string[];
  mutations?: string[];
  /** In words of `haproxy/ideas.ts`. */
  ideas?: string[];
}

/** Reads the options of `CHANGE_OPTIONS`. Throws UnusableInput on what is none, and on a patch file that is not as it should be. */
export function programChange(given: Given): ProgramChange {
  const ideas = [
    ...(given.drop ?? []).map((s) => `drop ${s}`),
    ...(given.move ?? []).map(moveOf),
    ...(given.swap ?? []).map(swapOf),
    ...(given.patch ?? []).flatMap(patchFile),
  ];
  return {
    ...(given.without?.length ? { without: [...given.without] } : {}),
    ...(given.mutation?.length ? { mutations: [...given.mutation] } : {}),
    ...(ideas.length ? { ideas } : {}),
  };
}

function moveOf(text: string): string {
  const m = /^([^:]+):(before|after):([^:]+)$/.exec(text);
  if (!m) throw new UnusableInput(`--move takes STEP:before:STEP or STEP:after:STEP, not ${text}`);
  return `move ${m[1]} ${m[2]} ${m[3]}`;
}

function swapOf(text: string): string {
  const m = /^([^,]+),([^,]+)$/.exec(text);
  if (!m) throw new UnusableInput(`--swap takes STEP,STEP, not ${text}`);
  return `swap ${m[1]} ${m[2]}`;
}

const MOST_BYTES = 65_536;
const step = v.pipe(v.string(), v.regex(/^\S{1,120}$/, 'is a step, as in S9 or qc_set_tid_affinity/S9'));

/** A file for `--patch`: see docs/ideas.md. */
const patchSchema = v.strictObject({
  operations: v.pipe(
    v.array(
      v.variant('op', [
        v.strictObject({ op: v.literal('drop'), step }),
        v.strictObject({ op: v.literal('move'), step, before: step }),
        v.strictObject({ op: v.literal('move'), step, after: step }),
        v.strictObject({ op: v.literal('swap'), step, with: step }),
        v.strictObject({ op: v.literal('edge'), step, edge: step, to: step }),
      ]),
    ),
    v.minLength(1, 'holds no operation'),
  ),
});

function patchFile(path: string): string[] {
  const bytes = readInput(path);
  if (bytes.length > MOST_BYTES) throw new UnusableInput(`${path}: A patch has at most ${MOST_BYTES} bytes.`);
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    throw new UnusableInput(`${path}: The file is no JSON.`);
  }
  const read = v.safeParse(patchSchema, json);
  if (!read.success) {
    const first = read.issues[0];
    throw new UnusableInput(`${path}: ${v.getDotPath(first) ?? 'the file'}: ${first.message}`);
  }
  return read.output.operations.map((o) => {
    if (o.op === 'drop') return `drop ${o.step}`;
    if (o.op === 'swap') return `swap ${o.step} ${o.with}`;
    if (o.op === 'edge') return `edge ${o.step}.${o.edge} ${o.to}`;
    return 'before' in o ? `move ${o.step} before ${o.before}` : `move ${o.step} after ${o.after}`;
  });
}
