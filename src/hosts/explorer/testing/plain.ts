/** The simplest search there is, to compare the others with: states by their words, in a Map, no hash, no packing. */
import type { Explorable } from '../../../machine/explorable.ts';
import { stateBroken } from '../retrace.ts';

export interface PlainResult {
  states: number;
  transitions: number;
  /** Everything that broke: symptom and rule. */
  broken: Set<string>;
  /** Choices of a shortest run that breaks something; -1: nothing does. */
  shortest: number;
  /** The smallest of those runs. */
  run: number[];
  facts: number[];
}

/** All states, level by level, each run in the order of codes; what breaks is not followed further. */
export function plainSearch(x: Explorable): PlainResult {
  const { mem } = x;
  const kinds = mem.kinds;
  const text = (): string => mem.w.filter((_, i) => kinds[i] === 1).join();
  const codes = new Int32Array(x.maxEnabled);
  const saved = new Int32Array(5);
  const result: PlainResult = {
    states: 1,
    transitions: 0,
    broken: new Set(),
    shortest: -1,
    run: [],
    facts: x.factNames.map(() => 0),
  };
  const seen = new Set([text()]);
  let level: { words: Int32Array; run: number[] }[] = [{ words: mem.w.slice(), run: [] }];
  const note = (symptom: string, rule: string, run: number[]): void => {
    result.broken.add(`${symptom} ${rule}`);
    if (result.shortest >= 0 && result.shortest <= run.length) return;
    result.shortest = run.length;
    result.run = run;
  };
  while (level.length > 0) {
    const next: typeof level = [];
    for (const { words, run } of level) {
      mem.w.set(words);
      mem.restart();
      x.moved?.();
      const facts = x.facts();
      result.facts = result.facts.map((n, k) => n + ((facts >> k) & 1));
      const here = stateBroken(x, codes, new Int32Array(5));
      if (here) note(here.symptom, here.rule, run);
      mem.save(saved);
      const choices = [...codes.subarray(0, x.enabled(codes))];
      for (const code of choices) {
        x.take(code);
        result.transitions++;
        const broken = x.broken();
        if (broken) note(broken.symptom, broken.rule, [...run, code]);
        else if (!seen.has(text())) {
          seen.add(text());
          result.states++;
          next.push({ words: mem.w.slice(), run: [...run, code] });
        }
        mem.restore(saved);
      }
    }
    level = next;
  }
  return result;
}

/**
 * Whether some run goes on for ever and leaves no thread out that could always step: every state and transition is kept, and what
 * can be come back to is found by walking from each state. For small worlds.
 */
export function goesOnForEver(x: Explorable): boolean {
  const { mem } = x;
  const text = (): string => mem.w.filter((_, i) => mem.kinds[i] === 1).join();
  const codes = new Int32Array(x.maxEnabled);
  const states = new Map<string, { able: Set<number>; edges: { to: string; thread: number }[] }>();
  const open = [{ name: text(), words: mem.w.slice() }];
  for (const { name, words } of open) {
    if (states.has(name)) continue;
    const edges: { to: string; thread: number }[] = [];
    const able = new Set<number>();
    states.set(name, { able, edges });
    const enter = (): void => {
      mem.w.set(words);
      mem.restart();
      x.moved?.();
    };
    enter();
    for (const code of [...codes.subarray(0, x.enabled(codes))]) {
      const thread = x.threadOf(code);
      if (thread >= 0) able.add(thread);
      enter();
      x.take(code);
      edges.push({ to: text(), thread });
      open.push({ name: text(), words: mem.w.slice() });
    }
  }
  const reach = new Map([...states.keys()].map((s) => [s, reachable(s, states)]));
  for (const [s, from] of reach) {
    const part = [...from].filter((t) => reach.get(t)!.has(s));
    const steps = new Set<number>();
    for (const t of part) for (const e of states.get(t)!.edges) if (part.includes(e.to)) steps.add(e.thread);
    if (steps.size === 0) continue;
    const threads = Array.from({ length: x.threads }, (_, t) => t);
    if (threads.every((t) => steps.has(t) || part.some((p) => !states.get(p)!.able.has(t)))) return true;
  }
  return false;
}

function reachable(
  from: string,
  states: ReadonlyMap<string, { edges: readonly { to: string }[] }>,
): Set<string> {
  const seen = new Set([from]);
  for (const s of seen) for (const e of states.get(s)!.edges) seen.add(e.to);
  return seen;
}
