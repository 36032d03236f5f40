import { Activity, type CSSProperties, type ReactNode, useEffect, useState } from 'react';
import { DropZone } from '../opening/DropZone.tsx';
import { LiveRegion } from '../parts/LiveRegion.tsx';
import { inCorner, inMain, later } from '../parts/later.tsx';
import { useChoice, useSession } from '../session/context.tsx';
import { OpenMenu } from '../stage/OpenMenu.tsx';
import { useFigure } from './useFigure.ts';
import './app.css';

const Panels = later(
  { what: 'The page', meanwhile: inMain(null), around: inMain },
  () => import('./Panels.tsx'),
  (m) => m.Panels,
);
const ExplorerView = later(
  { what: 'The Explorer', around: inMain },
  () => import('../explorer/ExplorerView.tsx'),
  (m) => m.ExplorerView,
);
const OpenDialog = later(
  { what: 'The dialog', around: inCorner },
  () => import('../opening/OpenDialog.tsx'),
  (m) => m.OpenDialog,
);
const ShareDialog = later(
  { what: 'Share', around: inCorner },
  () => import('../share/ShareDialog.tsx'),
  (m) => m.ShareDialog,
);
const ExportDialog = later(
  { what: 'Copy or save', around: inCorner },
  () => import('../export/ExportDialog.tsx'),
  (m) => m.ExportDialog,
);
const FindBox = later(
  { what: 'The search', around: inCorner },
  () => import('../find/FindBox.tsx'),
  (m) => m.FindBox,
);
const StoryView = later(
  { what: 'The story', meanwhile: inMain(null), around: inMain },
  () => import('../story/StoryView.tsx'),
  (m) => m.StoryView,
);
const Chooser = later(
  { what: 'The list of stories', around: inCorner },
  () => import('../story/Chooser.tsx'),
  (m) => m.Chooser,
);
const HelpDialog = later(
  { what: 'Help', around: inCorner },
  () => import('../dialogs/HelpDialog.tsx'),
  (m) => m.HelpDialog,
);

const ReadingDialog = later(
  { what: 'The page', around: inCorner },
  () => import('../program/ReadingDialog.tsx'),
  (m) => m.ReadingDialog,
);

/** A story has stood for so long when the page that it is left for is loaded, ms. */
const NEXT = 1500;

/** The app: top bar, and what the mode shows. */
export function App() {
  useFigure(false);
  const session = useSession();
  const live = useChoice((c) => c.mode) === 'live';
  const dialog = useChoice((c) => c.dialog);
  const explorer = useChoice((c) => c.explorer);
  const telling = useChoice((c) => c.story);
  const presenting = useChoice((c) => c.presenting);
  const packet = useChoice((c) => c.tab === 'packet');
  const finding = useChoice((c) => c.finding);
  const sizes = useChoice((c) => c.sizes);
  const opening = useChoice((c) => c.opening);
  const inStory = telling !== null;
  useEffect(() => {
    if (!inStory) return;
    const timer = setTimeout(Panels.ahead, NEXT);
    return () => clearTimeout(timer);
  }, [inStory]);
  const shut = () => session.set({ dialog: '' });
  const close = { label: 'Close', run: shut };
  // The picture that came with the page stands there until its own does.
  if (opening) return null;
  const page = (
    <div
      className={
        telling
          ? `app in-story ${presenting ? 'presenting' : ''}`
          : `app ${live ? 'in-live' : ''} ${sizes.bottom ? 'own-bottom' : ''} ${packet && !sizes.inspector ? 'packet-wide' : ''}`
      }
      style={telling ? undefined : sizeVariables(sizes)}
    >
      <a className="skip" href="#stage">
        Skip to the stage
      </a>
      {telling ? <StoryView telling={telling} /> : <Panels />}
      <DropZone />
      <OpenMenu />
      {dialog === 'open' && <OpenDialog onClose={shut} leave={close} />}
      {dialog === 'reading' && <ReadingDialog onClose={shut} leave={close} />}
      {finding !== null && !telling && (
        <FindBox leave={{ label: 'Close', run: () => session.set({ finding: null }) }} />
      )}
      {dialog === 'stories' && <Chooser onClose={shut} leave={close} />}
      {dialog === 'export' && <ExportDialog onClose={shut} leave={close} />}
      {dialog === 'share' && <ShareDialog onClose={shut} leave={close} />}
    </div>
  );
  return (
    <>
      {/* Beneath what fills the page it would make it higher. */}
      <LiveRegion />
      <InTurn shown={explorer}>
        <ExplorerView leave={{ label: 'Back to the stage', run: () => session.set({ explorer: false }) }} />
      </InTurn>
      <InTurn shown={!explorer}>{page}</InTurn>
      {dialog === 'help' && <HelpDialog onClose={shut} leave={close} />}
    </>
  );
}

/** What takes turns with something else is kept while that is shown: drawn anew it would take as long as at the page's beginning. */
function InTurn({ shown, children }: { shown: boolean; children: ReactNode }) {
  const [been, setBeen] = useState(shown);
  if (shown && !been) setBeen(true);
  return been && <Activity mode={shown ? 'visible' : 'hidden'}>{children}</Activity>;
}

function sizeVariables({ inspector, bottom }: { inspector: number; bottom: number }): CSSProperties {
  return {
    ...(inspector ? { '--inspector': `${inspector}px` } : {}),
    ...(bottom ? { '--bottom': `${bottom}px` } : {}),
  } as CSSProperties;
}
