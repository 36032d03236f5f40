import { useEffect, useState } from 'react';
import { useSession } from '../session/context.tsx';
import { loaded } from '../session/loaded.ts';

const load = () => import('./dropped.ts');

/** Files may be let go anywhere on the page. A key log alone goes to the capture that is open. */
export function DropZone() {
  const session = useSession();
  const [over, setOver] = useState(false);
  useEffect(() => {
    let depth = 0;
    const carriesFiles = (e: DragEvent) => e.dataTransfer?.types.includes('Files') ?? false;
    const enter = (e: DragEvent) => {
      if (!carriesFiles(e)) return;
      e.preventDefault();
      if (depth === 0) {
        session.backend.prepare();
        // Whether it could be had is asked when something is dropped.
        load().catch(() => null);
      }
      depth++;
      setOver(true);
    };
    const leave = (e: DragEvent) => {
      if (!carriesFiles(e)) return;
      depth = Math.max(0, depth - 1);
      if (depth === 0) setOver(false);
    };
    const hover = (e: DragEvent) => {
      if (carriesFiles(e)) e.preventDefault();
    };
    const drop = (e: DragEvent) => {
      if (!carriesFiles(e)) return;
      e.preventDefault();
      depth = 0;
      setOver(false);
      // Taken at once: they are gone when this event is.
      const files = [...(e.dataTransfer?.files ?? [])];
      void loaded(session, 'What opens dropped files', load, (m) => m.openDropped).then((open) =>
        open(session, files),
      );
    };
    const pairs = [
      ['dragenter', enter],
      ['dragleave', leave],
      ['dragover', hover],
      ['drop', drop],
    ] as const;
    for (const [name, f] of pairs) window.addEventListener(name, f);
    return () => {
      for (const [name, f] of pairs) window.removeEventListener(name, f);
    };
  }, [session]);
  if (!over) return null;
  return (
    <div className="drop-zone" aria-hidden="true">
      <p>Let go to open: a capture, its key log, or both; a moment saved from Live; or a poster</p>
    </div>
  );
}
