import { useEffect, useRef } from 'react';
import { count, plural } from '../stage/text.ts';
import { onSize } from './canvas.ts';
import { onColours } from './colours.ts';
import { useLive, useLiveState } from './context.tsx';
import { DragWords } from './DragWords.tsx';
import { heightOf } from './geometry.ts';
import { Lens } from './Lens.tsx';
import { createSkyline } from './skyline.ts';
import { useMarkDrag } from './useMarkDrag.ts';
import { brief } from './words.ts';

/** Height that the words beside the columns take, px: in a lower sky the fair share is not said in words. */
const LABELS = 104;

/** One mark a connection, stacked by thread: height is the count. */
export function Skyline() {
  const live = useLive();
  const box = useRef<HTMLElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const facts = useLiveState((s) => s.facts);
  const place = useLiveState((s) => s.place);
  const pick = useLiveState((s) => s.pick);
  useMarkDrag(box);

  useEffect(() => {
    const at = canvas.current;
    const around = box.current;
    if (!at || !around) return;
    const skyline = createSkyline(at, live);
    const stops = [onSize(around, skyline.resize), onColours(skyline.recolour), live.onDraw(skyline.draw)];
    return () => {
      for (const stop of stops) stop();
    };
  }, [live]);

  const total = facts?.connections.reduce((a, b) => a + b, 0) ?? 0;
  const fair = facts ? total / facts.threads : 0;
  const fairY = place && facts ? place.ground - heightOf(fair, place.columns, place.unit) : 0;
  return (
    <section
      ref={box}
      className="sky"
      aria-label="Connections by thread. Arrow keys pick one, Enter opens its menu."
      data-testid="skyline"
      data-unit={place?.unit ?? 1}
      data-connections={total}
    >
      <canvas ref={canvas} role="img" aria-label="Columns of marks; the table below has their numbers" />
      {place && facts && (
        <>
          <p className="sky-label">
            <b>Connections</b>
            <span>
              {place.unit === 1 ? 'one mark each' : `one mark is ${place.unit}`},{' '}
              <span className="nowrap">{count(total)}</span>
              {facts.clients < total && (
                <>
                  {' '}
                  <span className="nowrap">for {plural(facts.clients, 'client')}</span>
                </>
              )}
            </span>
          </p>
          {facts.threads > 1 && total > 0 && place.ground > LABELS && (
            <p className="fair" style={{ top: Math.min(Math.max(76, fairY), place.ground - 20) }}>
              fair share <b className="mono">{count(Math.round(fair))}</b>
            </p>
          )}
          <ul className="sky-legend" style={{ left: place.columns.left }}>
            <li title={`under ${brief(place.heatFrom[0])} datagrams/s`}>
              <i className="heat1" /> quiet
            </li>
            <li title={`from ${brief(place.heatFrom[0])} datagrams/s`}>
              <i className="heat2" />
            </li>
            <li title={`from ${brief(place.heatFrom[1])} datagrams/s`}>
              <i className="heat3" />
            </li>
            <li title={`from ${brief(place.heatFrom[2])} datagrams/s`}>
              <i className="heat4" /> {brief(place.heatFrom[2])} datagrams/s and more
            </li>
            <li>
              <i className="arrived" /> came by a move, last 10 s
            </li>
            <li>
              <i className="gone" /> left and not replaced, last 10 s
            </li>
          </ul>
        </>
      )}
      <DragWords />
      {pick >= 0 && place && <Lens key={pick} conn={pick} place={place} />}
    </section>
  );
}
