import { useEffect, useState } from 'react';
import { useSession } from '../session/context.tsx';
import { leftOutNotice } from '../session/notices.ts';
import type { Session } from '../session/session.ts';
import { sortFiles } from './files.ts';

async function opened(session: Session, files: File[]): Promise<void> {
  const [picture] = files.filter((f) => /\.(svg|png)$/i.test(f.name));
  if (picture && (await (await import('./picture.ts')).openPicture(session, picture))) return;
  const { capture, keys, left } = await sortFiles(files);
  const source = capture ? ({ kind: 'file', file: capture } as const) : session.choices.getState().source;
  if (capture || keys) await session.open(source, keys);
  if (left.length > 0) session.set({ notice: leftOutNotice(left, session.choices.getState().notice) });
}

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
      if (depth === 0) session.backend.prepare();
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
      void opened(session, [...(e.dataTransfer?.files ?? [])]);
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
