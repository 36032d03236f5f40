/** What is remembered between visits. Read field by field; what is wrong is left at its default. */
import type { Choices } from './store.ts';

/** What is chosen in a figure is the figure's, and no page’s. */
const keyOf = (embed: boolean): string => (embed ? 'rebind.embed' : 'rebind.settings');

type Check = (value: unknown) => boolean;

const oneOf =
  (...words: readonly string[]): Check =>
  (value) =>
    words.includes(value as string);
const isOn: Check = (value) => typeof value === 'boolean';
/** px; 0: as the layout has it. */
const isSize: Check = (value) =>
  Number.isInteger(value) && (value as number) >= 0 && (value as number) <= 2000;
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

// Checked by hand: they are read before anything is drawn, and nothing else there needs a library of schemas.
const FIELDS = {
  theme: oneOf('system', 'light', 'dark'),
  detail: oneOf('simple', 'full'),
  singleKeys: isOn,
  sizes: (value: unknown) => isObject(value) && isSize(value.inspector) && isSize(value.bottom),
} as const satisfies Record<string, Check>;

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
  if (!isObject(raw)) return {};
  const out: Record<string, unknown> = {};
  for (const [name, fits] of Object.entries(FIELDS)) if (fits(raw[name])) out[name] = raw[name];
  if (isObject(out.sizes)) out.sizes = { inspector: out.sizes.inspector, bottom: out.sizes.bottom };
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
