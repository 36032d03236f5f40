/** What a message of the page around a figure orders: read field by field, as all that comes from outside. */

export type Heard =
  | { do: 'play' }
  | { do: 'pause' }
  /** A step, or a position by name. */
  | { do: 'seek'; to: number | string }
  /** A connection's letter; a datagram's number as it stands on screen. */
  | { do: 'select'; conn: string | null; dgram: string | null }
  | { do: 'theme'; theme: 'auto' | 'light' | 'dark' };

/** A name longer than this is none. */
const LONGEST = 200;

const text = (v: unknown): string | null =>
  typeof v === 'string' && v.length <= LONGEST ? v : typeof v === 'number' ? String(v) : null;

/** The order in `data`, whatever that is; null where it is none. Never throws. */
export function orderIn(data: unknown): Heard | null {
  if (typeof data !== 'object' || data === null) return null;
  const { do: what, to, conn, dgram, theme } = data as Record<string, unknown>;
  switch (what) {
    case 'play':
    case 'pause':
      return { do: what };
    case 'seek': {
      if (typeof to === 'number') return Number.isSafeInteger(to) && to >= 0 ? { do: what, to } : null;
      const name = text(to);
      return name === null ? null : { do: what, to: name };
    }
    case 'select':
      return { do: what, conn: text(conn), dgram: text(dgram) };
    case 'theme':
      return theme === 'auto' || theme === 'light' || theme === 'dark' ? { do: what, theme } : null;
    default:
      return null;
  }
}
