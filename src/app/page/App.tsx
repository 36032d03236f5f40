import type { CSSProperties, ReactNode } from 'react';
import { order } from '../commands/table.ts';
import { DropZone } from '../opening/DropZone.tsx';
import { Age } from '../parts/Age.tsx';
import { DetailButton } from '../parts/DetailButton.tsx';
import { Divider } from '../parts/Divider.tsx';
import { LiveRegion } from '../parts/LiveRegion.tsx';
import { LoadingBar } from '../parts/LoadingBar.tsx';
import { inCorner, later } from '../parts/later.tsx';
import { NoticeBar } from '../parts/NoticeBar.tsx';
import { SentenceLine } from '../parts/SentenceLine.tsx';
import { useChoice, usePicture, useSession } from '../session/context.tsx';
import { useMark } from '../session/useMark.ts';
import { OpenMenu } from '../stage/OpenMenu.tsx';
import { Stage } from '../stage/Stage.tsx';
import { TopBar } from '../top/TopBar.tsx';
import { useFigure } from './useFigure.ts';
import { useMedia } from './useMedia.ts';
import { useTakeOver } from './useTakeOver.ts';
import './app.css';

const inMain = (notice: ReactNode) => (
  <main id="stage" className="main" tabIndex={-1}>
    {notice}
  </main>
);

const Inspector = later(
  {
    what: 'The inspector',
    meanwhile: <aside className="inspector" aria-hidden="true" />,
    around: (notice) => <aside className="inspector">{notice}</aside>,
  },
  () => import('../inspector/Inspector.tsx'),
  (m) => m.Inspector,
);
const BottomPanel = later(
  {
    what: 'The panel',
    meanwhile: <section className="bottom" aria-hidden="true" />,
    around: (notice) => <section className="bottom">{notice}</section>,
  },
  () => import('../bottom/BottomPanel.tsx'),
  (m) => m.BottomPanel,
);
const LiveView = later(
  { what: 'Live', meanwhile: inMain(null), around: inMain },
  () => import('../live/LiveView.tsx'),
  (m) => m.LiveView,
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
  const shut = () => session.set({ dialog: '' });
  const close = { label: 'Close', run: shut };
  // The picture that came with the page stands there until its own does.
  if (opening) return null;
  if (explorer)
    return (
      <>
        <ExplorerView leave={{ label: 'Back to the stage', run: () => session.set({ explorer: false }) }} />
        {dialog === 'help' && <HelpDialog onClose={shut} leave={close} />}
        <LiveRegion />
      </>
    );
  return (
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
      {telling ? (
        <StoryView telling={telling} />
      ) : (
        <>
          <TopBar />
          {live ? <LiveView /> : <StepView />}
        </>
      )}
      <LiveRegion />
      <DropZone />
      <OpenMenu />
      {dialog === 'open' && <OpenDialog onClose={shut} leave={close} />}
      {dialog === 'help' && <HelpDialog onClose={shut} leave={close} />}
      {dialog === 'reading' && <ReadingDialog onClose={shut} leave={close} />}
      {finding !== null && !telling && (
        <FindBox leave={{ label: 'Close', run: () => session.set({ finding: null }) }} />
      )}
      {dialog === 'stories' && <Chooser onClose={shut} leave={close} />}
      {dialog === 'export' && <ExportDialog onClose={shut} leave={close} />}
      {dialog === 'share' && <ShareDialog onClose={shut} leave={close} />}
    </div>
  );
}

function sizeVariables({ inspector, bottom }: { inspector: number; bottom: number }): CSSProperties {
  return {
    ...(inspector ? { '--inspector': `${inspector}px` } : {}),
    ...(bottom ? { '--bottom': `${bottom}px` } : {}),
  } as CSSProperties;
}

/** Sentence, stage, inspector, trace. */
function StepView() {
  const session = useSession();
  const nothing = useChoice((c) => c.loading !== null && c.notice === null);
  useTakeOver(usePicture((p) => p.stage !== null) || !nothing);
  const phone = useMedia('(max-width: 719px)');
  const region = useMark<HTMLElement>('region:stage');
  const aged = usePicture((p) => p.age > 0);
  return (
    <>
      <main ref={region} id="stage" className={`main ${aged ? 'aged' : ''}`} tabIndex={-1}>
        <div className="above-stage">
          <SentenceLine />
          <Following />
          <BackToStory />
          {!phone && (
            <button
              type="button"
              className="btn plain"
              data-testid="present-story"
              title="Present a story: large, for a room (⇧P)"
              onClick={() => order(session, 'present-story')}
            >
              Present
            </button>
          )}
          {!phone && <DetailButton />}
        </div>
        <NoticeBar />
        <LoadingBar />
        <Age />
        <StageHere phone={phone} />
      </main>
      <BottomPanel />
      <Inspector />
      <section className="dividers" aria-label="Sizes of the panels">
        <Divider edge="bottom" />
        <Divider edge="inspector" />
      </section>
    </>
  );
}

/** What everything else has stepped back for, and the way out of it. */
function Following() {
  const session = useSession();
  const follow = useChoice((c) => c.follow);
  const letter = usePicture((p) => p.stage?.clients.find((c) => c.connIndex === follow)?.conn.letter ?? '');
  if (follow < 0) return null;
  return (
    <button
      type="button"
      className="btn"
      data-testid="following"
      title="V, or Esc"
      onClick={() => session.set({ follow: -1 })}
    >
      Following {letter} ✕
    </button>
  );
}

/** Until another capture is opened, the story that was left can be gone on with. */
function BackToStory() {
  const session = useSession();
  const left = useChoice((c) => c.leftStory?.tale.story.title ?? '');
  if (!left) return null;
  return (
    <button
      type="button"
      className="btn plain"
      data-testid="resume-story"
      title={`Go on with “${left}”`}
      onClick={() => session.parts.stories?.resume()}
    >
      Back to the story
    </button>
  );
}

function StageHere({ phone }: { phone: boolean }) {
  const stage = usePicture((p) => p.stage);
  const loading = useChoice((c) => c.loading !== null);
  if (stage) return <Stage view={stage} kind={phone ? 'phone' : 'full'} />;
  return (
    <p className="muted pad">{loading ? '' : 'No capture is open. Choose one above, or drop a file here.'}</p>
  );
}
