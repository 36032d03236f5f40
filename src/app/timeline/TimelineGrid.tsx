import { memo } from 'react';
import { usePicture } from '../session/context.tsx';
import type { Places, SlicePlace } from './places.ts';
import { groupWords } from './words.ts';

/** Pieces of work told on each side of the playhead. */
const SIDE = 3;

/** The timeline around the playhead for those who do not see it: threads × pieces of work. */
export const TimelineGrid = memo(function TimelineGrid({
  places,
  threads,
}: {
  places: Places;
  threads: number;
}) {
  const playing = usePicture((p) => p.status.playing);
  if (playing) return null;
  return (
    <div className="visually-hidden" data-testid="timeline-grid">
      <table>
        <caption>What each thread did around this moment</caption>
        <tbody>
          {Array.from({ length: threads }, (_, tid) => (
            <tr key={`t${tid.toString()}`}>
              <th scope="row">T{tid}</th>
              {around(places, tid).map((s) => (
                <td key={s.group.steps[0]?.at}>
                  {groupWords(s.group)}, {s.state === 'ahead' ? 'ahead' : 'done'}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
});

function around(places: Places, tid: number): SlicePlace[] {
  const own = places.slices.filter((s) => s.group.tid === tid && !s.group.loop);
  const ahead = own.findIndex((s) => s.state === 'ahead');
  const at = ahead < 0 ? own.length : ahead;
  return own.slice(Math.max(0, at - SIDE), at + SIDE);
}
