/** What is remembered between visits. Read field by field; what is wrong is left at its default. */
import * as v from 'valibot';
import type { Choices } from './store.ts';

/** What is chosen in a figure is the figure's, and no page’s. */
const keyOf = (embed: boolean): string => (embed ? 'rebind.embed' : 'rebind.settings');

/** px; 0: as the layout has it. */
const size = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(2000));

const FIELDS = {
  theme: v.picklist(['system', 'light', 'dark']),
  detail: v.picklist(['simple', 'full']),
  singleKeys: v.boolean(),
  sizes: v.object({ inspector: size, bottom: size }),
} as const;

export type Settings = Pick<Choices, keyof typeof FIELDS>;

/** The stored settings that are well formed. `text` is what was stored, or null. */
export function parseSettings(text: string | null): Partial<Settings> {
  let raw: unknown;
  try {
    raw = JSON.parse(text ?? '{}');
  } catch {
    // Somebody else's or half-written text: as if nothing had been stored.
    return {};
  }
  if (typeof raw !== 'object' || raw === null) return {};
  const out: Record<string, unknown> = {};
  for (const [name, schema] of Object.entries(FIELDS)) {
    const parsed = v.safeParse(schema, (raw as Record<string, unknown>)[name]);
    if (parsed.success) out[name] = parsed.output;
  }
  return out as Partial<Settings>;
}

export function loadSettings(embed: boolean): Partial<Settings> {
  try {
    return parseSettings(localStorage.getItem(keyOf(embed)));
  } catch {
    // Storage is closed to a page in some frames; nothing is remembered there.
    return {};
  }
}

/** Keeps what of the settings has changed. False when the browser keeps nothing for this page. */
export function saveSettings(now: Choices, before: Choices, embed: boolean): boolean {
  const names = Object.keys(FIELDS) as (keyof Settings)[];
  if (names.every((name) => now[name] === before[name])) return true;
  const { theme, detail, singleKeys, sizes } = now;
  try {
    localStorage.setItem(
      keyOf(embed),
      JSON.stringify({ theme, detail, singleKeys, sizes } satisfies Settings),
    );
    return true;
  } catch {
    return false;
  }
}
