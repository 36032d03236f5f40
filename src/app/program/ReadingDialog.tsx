import { useEffect, useRef } from 'react';
import { Dialog } from '../dialogs/Dialog.tsx';
import { useChoice, useSession } from '../session/context.tsx';
import { ChangesPage } from './ChangesPage.tsx';
import { EntryPage } from './EntryPage.tsx';
import { titleOf } from './entries.ts';
import { LinePage } from './LinePage.tsx';
import { PatchPage } from './PatchPage.tsx';
import type { Reading } from './reading.ts';
import './reading.css';

/** What HAProxy does, entry by entry, and what its commits did; from one to the other and back. */
export function ReadingDialog({ onClose }: { onClose(): void }) {
  const session = useSession();
  const reading = useChoice((c) => c.reading);
  const what = reading.at(-1);
  const body = useRef<HTMLDivElement>(null);
  // Another page begins at its top, and is what the keyboard is in.
  // biome-ignore lint/correctness/useExhaustiveDependencies: whenever another page is shown.
  useEffect(() => {
    body.current?.closest('dialog')?.scrollTo(0, 0);
    body.current?.focus({ preventScroll: true });
  }, [what]);
  if (!what) return null;
  return (
    <Dialog title={titleOf(what)} onClose={onClose}>
      <div ref={body} className="reading" tabIndex={-1} data-testid="reading">
        {reading.length > 1 && (
          <button
            type="button"
            className="btn plain back"
            data-testid="reading-back"
            onClick={() => session.set({ reading: reading.slice(0, -1) })}
          >
            Back to {titleOf(reading.at(-2)!)}
          </button>
        )}
        <Page what={what} />
      </div>
    </Dialog>
  );
}

function Page({ what }: { what: Reading }) {
  switch (what.kind) {
    case 'entry':
      return <EntryPage number={what.number} />;
    case 'patch':
      return <PatchPage id={what.id} />;
    case 'line':
      return <LinePage />;
    case 'changes':
      return <ChangesPage />;
  }
}
