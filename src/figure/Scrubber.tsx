import { type KeyboardEvent, type PointerEvent, useRef } from 'react';
import { useStore } from 'zustand';
import type { Deck, DeckMark } from './deck.ts';

/** Pixels within which a mark draws the playhead to it. */
const SNAP = 6;

/** The run from left to right, by how long what happens stands: marks never pile up. */
export function Scrubber({ deck, touched }: { deck: Deck; touched(): void }) {
  const node = useRef<HTMLDivElement>(null);
  const { share, step, name, marks } = useStore(deck.state);
  const seekTo = (x: number): void => {
    const box = node.current?.getBoundingClientRect();
    if (!box || box.width === 0) return;
    const at = (x - box.left) / box.width;
    const near = marks.find((m) => Math.abs(m.share - at) * box.width <= SNAP);
    deck.seek(near ? near.share : at);
  };
  const onKey = (e: KeyboardEvent): void => {
    const by =
      e.key === 'ArrowRight' || e.key === 'ArrowUp'
        ? 1
        : e.key === 'ArrowLeft' || e.key === 'ArrowDown'
          ? -1
          : 0;
    if (e.key === 'Home') deck.seek(0);
    else if (e.key === 'End') deck.seek(1);
    else if (by === 0 || e.ctrlKey || e.metaKey || e.altKey) return;
    else if (e.shiftKey) deck.step(by);
    else deck.mark(by);
    e.preventDefault();
    e.stopPropagation();
    touched();
  };
  const onPointer = (e: PointerEvent): void => {
    if (e.type === 'pointerdown') e.currentTarget.setPointerCapture(e.pointerId);
    else if (e.buttons === 0) return;
    touched();
    seekTo(e.clientX);
  };
  return (
    <div
      ref={node}
      className="scrubber"
      role="slider"
      tabIndex={0}
      aria-label="Moment"
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(share * 100)}
      aria-valuetext={`${name ? `${name}, ` : ''}step ${step}`}
      data-testid="scrubber"
      onKeyDown={onKey}
      onPointerDown={onPointer}
      onPointerMove={onPointer}
    >
      <svg aria-hidden="true" width="100%" height="32">
        <rect className="track" y="14" width="100%" height="4" />
        <rect className="done" y="14" width={percent(share)} height="4" />
        {marks.map((m) => (
          <svg
            key={`${m.words} ${m.share}`}
            aria-hidden="true"
            x={percent(m.share)}
            className={`mark ${m.kind} ${m.share > share + 1e-6 ? 'ahead' : ''}`}
          >
            <path d={SHAPES[m.kind]} />
          </svg>
        ))}
        <svg aria-hidden="true" x={percent(share)} className="head">
          <path d="M-6 4h12v7h-5v17h-2V11h-5z" />
        </svg>
      </svg>
    </div>
  );
}

const percent = (share: number): string => `${(share * 100).toFixed(2)}%`;

const SHAPES: Readonly<Record<DeckMark['kind'], string>> = {
  commit: 'M0 8l8 8l-8 8l-8 -8z',
  redispatch: 'M-6 13h6v-4l7 7l-7 7v-4h-6z',
  handled: 'M-4 16a4 4 0 1 0 8 0a4 4 0 1 0 -8 0z',
  wrong: 'M-3 9h6l4 4v6l-4 4h-6l-4 -4v-6z',
  other: 'M-1 10h2v12h-2z',
};
