/** One finished operation of a recorded history. Times come from a clock all threads share. */
export interface Op {
  readonly name: string;
  readonly a: number;
  readonly b: number;
  readonly result: number;
  readonly start: number;
  readonly end: number;
}

/** What one thread at a time would see: a state that is never changed in place, and what an operation makes of it. */
export interface Model<S> {
  readonly initial: S;
  /** The state after `op`, or null if `op` could not have had its result here. */
  apply(state: S, op: Op, thread: number): S | null;
}

/**
 * Looks for one order of all operations that respects real time and that the model accepts (Wing and Gong's search,
 * with states already tried left out).
 *
 * @param threads each thread's operations in the order it made them
 */
export function isLinearizable<S>(model: Model<S>, threads: readonly (readonly Op[])[]): boolean {
  const tried = new Set<string>();

  function search(done: readonly number[], state: S): boolean {
    const pending = threads.flatMap((ops, t) => (done[t]! < ops.length ? [t] : []));
    if (pending.length === 0) return true;
    const key = JSON.stringify([done, state]);
    if (tried.has(key)) return false;
    tried.add(key);
    const firstEnd = Math.min(...pending.map((t) => threads[t]![done[t]!]!.end));
    return pending.some((t) => {
      const op = threads[t]![done[t]!]!;
      if (op.start > firstEnd) return false;
      const next = model.apply(state, op, t);
      return (
        next !== null &&
        search(
          done.map((d, i) => (i === t ? d + 1 : d)),
          next,
        )
      );
    });
  }

  return search(
    threads.map(() => 0),
    model.initial,
  );
}

/** A history for people: one row an operation, in the order they began, one column a thread. */
export function historyText(threads: readonly (readonly Op[])[]): string {
  return threads
    .flatMap((ops, t) => ops.map((op) => ({ t, op })))
    .sort((x, y) => x.op.start - y.op.start)
    .map(
      ({ t, op }) =>
        `${' '.repeat(40 * t)}${op.start}..${op.end} ${op.name}(${op.a}, ${op.b}) = ${op.result}`,
    )
    .join('\n');
}
