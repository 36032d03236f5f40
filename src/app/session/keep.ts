/**
 * A picture is read anew for every frame, and most of it is as before. What equals its counterpart is replaced by it, so
 * that whoever draws from a part can tell by identity whether that part changed.
 */

type Plain = Record<string, unknown>;

const isPlain = (v: unknown): v is Plain =>
  typeof v === 'object' && v !== null && Object.getPrototypeOf(v) === Object.prototype;

/** `now`, with each part that is deeply equal to the same part of `before` replaced by that. Changes `now` in place. */
export function keep<T>(before: unknown, now: T): T {
  if (Object.is(before, now)) return now;
  if (Array.isArray(now)) return Array.isArray(before) ? (keptList(before, now) as T) : now;
  if (isPlain(now)) return isPlain(before) ? (keptPlain(before, now) as T) : now;
  return now;
}

function keptList(before: readonly unknown[], now: unknown[]): readonly unknown[] {
  let same = before.length === now.length;
  for (let i = 0; i < now.length; i++) {
    const is = now[i];
    const kept = keep(before[i], is);
    if (!Object.is(kept, is)) now[i] = kept;
    if (!Object.is(kept, before[i])) same = false;
  }
  return same ? before : now;
}

function keptPlain(before: Plain, now: Plain): Plain {
  let same = true;
  let n = 0;
  for (const key in now) {
    n++;
    const was = before[key];
    const is = now[key];
    if (was === undefined && !(key in before)) same = false;
    if (Object.is(was, is)) continue;
    // A property that is written to, even with what it holds, costs more than all else here.
    const kept = typeof is === 'object' && is !== null ? keep(was, is) : is;
    if (!Object.is(kept, is)) now[key] = kept;
    if (!Object.is(kept, was)) same = false;
  }
  if (!same) return now;
  for (const _ in before) n--;
  return n === 0 ? before : now;
}

/** Deep equality of plain data; parts that are the same object are not looked into. */
export function equal(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (Array.isArray(a)) {
    if (!Array.isArray(b) || a.length !== b.length) return false;
    for (let i = 0; i < a.length; i++) if (!equal(a[i], b[i])) return false;
    return true;
  }
  if (!isPlain(a) || !isPlain(b)) return false;
  let n = 0;
  for (const key in a) {
    n++;
    if (!(key in b) || !equal(a[key], b[key])) return false;
  }
  for (const _ in b) n--;
  return n === 0;
}
