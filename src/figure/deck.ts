/** All that the controls of a figure know of what is played: a tape, or the machine that goes on from it. */
import type { StoreApi } from 'zustand/vanilla';

export interface DeckState {
  playing: boolean;
  /** Where it stands, 0 to 1 along the scrubber. */
  share: number;
  /** Position, happenings before it. */
  step: number;
  /** What the mark that it stands at is called; ''. */
  name: string;
  atEnd: boolean;
  marks: readonly DeckMark[];
}

export interface DeckMark {
  share: number;
  kind: 'commit' | 'redispatch' | 'handled' | 'wrong' | 'other';
  words: string;
}

export interface Deck {
  readonly state: StoreApi<DeckState>;
  play(): void;
  pause(): void;
  /** One picture on (1) or back (-1). */
  step(by: 1 | -1): void;
  /** To the next (1) or previous (-1) mark, or the end there. */
  mark(by: 1 | -1): void;
  seek(share: number): void;
  /** Goes back to where it began. */
  rewind(): void;
  close(): void;
}

export const kindOfMark = (kind: string): DeckMark['kind'] =>
  kind === 'commit' || kind === 'redispatch' || kind === 'handled'
    ? kind
    : kind === 'refused' || kind === 'violation'
      ? 'wrong'
      : 'other';
