/**
 * JSON merge patches, RFC 7396. Of our own since it has to be a few hundred bytes in a figure, and to keep what did not change as
 * it is: whoever draws tells by that what to draw again.
 */

export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

const isObject = (v: Json | undefined): v is JsonObject =>
  typeof v === 'object' && v !== null && !Array.isArray(v);

/** `target` with `patch` applied; parts that the patch does not name are the same objects. */
export function patched(target: Json | undefined, patch: Json): Json {
  if (!isObject(patch)) return patch;
  const out: Record<string, Json> = isObject(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete out[key];
    else out[key] = patched(out[key], value);
  }
  return out;
}

/** The patch that makes `after` of `before`; undefined where they say the same. Neither holds a null in an object. */
export function patchBetween(before: Json | undefined, after: Json): Json | undefined {
  if (!isObject(after) || !isObject(before))
    return JSON.stringify(before) === JSON.stringify(after) ? undefined : after;
  const out: Record<string, Json> = {};
  for (const key of Object.keys(before)) if (!(key in after)) out[key] = null;
  for (const [key, value] of Object.entries(after)) {
    const part = patchBetween(before[key], value);
    if (part !== undefined) out[key] = part;
  }
  return Object.keys(out).length > 0 ? out : undefined;
}
