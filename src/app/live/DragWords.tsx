import { count } from '../stage/text.ts';
import { useLive, useLiveState } from './context.tsx';

/** What a drop would do, at the column under the pointer. */
export function DragWords() {
  const live = useLive();
  const drag = useLiveState((s) => s.drag);
  const place = useLiveState((s) => s.place);
  if (!drag || !place) return null;
  const owner = live.drawn?.reading.owner[drag.conn] ?? -1;
  const { columns } = place;
  const words =
    drag.over < 0
      ? 'Esc puts it back'
      : drag.over === owner
        ? `T${owner} owns it; releasing here changes nothing`
        : `Release to rebind ${count(drag.conn)} to T${drag.over}`;
  return (
    <>
      {drag.over >= 0 && (
        <i
          className={`drop-column ${drag.over === owner ? 'home' : ''}`}
          data-testid="drop-column"
          style={{
            left: columns.x(drag.over) - 2,
            width: Math.max(columns.width, columns.step - 2) + 2,
            height: place.ground,
          }}
        />
      )}
      <i className="dragged" style={{ left: drag.x - 6, top: drag.y - 6 }} />
      <p
        className="drag-words"
        style={{ left: Math.min(drag.x + 14, place.width - 240), top: Math.max(4, drag.y - 26) }}
      >
        {words}
      </p>
    </>
  );
}
