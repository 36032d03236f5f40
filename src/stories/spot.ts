/** What a beat lights: parts of the stage by name. Everything else steps back. */
export type SpotPart =
  | 'lane'
  | 'inbox'
  | 'entry'
  | 'wire'
  | 'chip'
  | 'client'
  | 'datagram'
  | 'trunk'
  | 'commit'
  | 'socket'
  | 'table';

export interface Spot {
  part: SpotPart;
  /** A cast word or a letter, '' where there is only one of the kind. */
  of: string;
}

const PARTS: Readonly<Record<SpotPart, boolean>> = {
  lane: true,
  inbox: true,
  entry: true,
  wire: true,
  chip: true,
  client: true,
  datagram: true,
  trunk: false,
  commit: false,
  socket: false,
  table: false,
};

/** `lane:old`, `entry:A`, `datagram:late`, `trunk`; null for what is no part. */
export function parseSpot(text: string): Spot | null {
  const [part = '', of = '', more] = text.split(':');
  if (!(part in PARTS) || more !== undefined) return null;
  const named = PARTS[part as SpotPart];
  if (named !== (of !== '')) return null;
  return { part: part as SpotPart, of };
}
