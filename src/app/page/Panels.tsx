/** The page beside a story: top bar, and what the mode shows. Loaded when no story is told, or one is left. */
import { useState } from 'react';
import { order } from '../commands/table.ts';
import { Age } from '../parts/Age.tsx';
import { DetailButton } from '../parts/DetailButton.tsx';
import { LoadingBar } from '../parts/LoadingBar.tsx';
import { inCorner, inMain, later } from '../parts/later.tsx';
import { NoticeBar } from '../parts/NoticeBar.tsx';
import { SentenceLine } from '../parts/SentenceLine.tsx';
import { AfterTheStage } from '../session/AfterTheStage.tsx';
import { useChoice, usePicture, useSession } from '../session/context.tsx';
import { useMark } from '../session/useMark.ts';
import { type StageKind, stageLayout } from '../stage/layout.ts';
import { Stage } from '../stage/Stage.tsx';
import { TopBar } from '../top/TopBar.tsx';
import { useMedia } from './useMedia.ts';
import { useSettled } from './useSettled.ts';
import { useTakeOver } from './useTakeOver.ts';

const noInspector = <aside className="inspector" aria-hidden="true" />;
const noBottom = <section className="bottom" aria-hidden="true" />;
const Inspector = later(
  {
    what: 'The inspector',
    meanwhile: noInspector,
    around: (notice) => <aside className="inspector">{notice}</aside>,
  },
  () => import('../inspector/Inspector.tsx'),
  (m) => m.Inspector,
);
const BottomPanel = later(
  {
    what: 'The panel',
    meanwhile: noBottom,
    around: (notice) => <section className="bottom">{notice}</section>,
  },
  () => import('../bottom/BottomPanel.tsx'),
  (m) => m.BottomPanel,
);
const Dividers = later(
  { what: 'The sizes of the panels', around: inCorner },
  () => import('../parts/Dividers.tsx'),
  (m) => m.Dividers,
);
const LiveView = later(
  { what: 'Live', meanwhile: inMain(null), around: inMain },
  () => import('../live/LiveView.tsx'),
  (m) => m.LiveView,
);
export function Panels() {
  const live = useChoice((c) => c.mode) === 'live';
  return (
    <>
      <AfterTheStage>
        <TopBar />
      </AfterTheStage>
      {live ? <LiveView /> : <StepView />}
    </>
  );
}

/** Sentence, stage, inspector, trace. */
function StepView() {
  const session = useSession();
  const said = useChoice((c) => c.notice !== null);
  const drawn = usePicture((p) => p.stage !== null) || said;
  useTakeOver(drawn);
  const loading = useChoice((c) => c.loading !== null);
  const beside = useSettled(drawn || !loading);
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
      <AfterTheStage>
        {beside ? <BottomPanel /> : noBottom}
        {beside ? <Inspector /> : noInspector}
      </AfterTheStage>
      {beside && <Dividers />}
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
  // Before anything has been opened the first is on its way.
  const [begun, setBegun] = useState(loading);
  if (loading && !begun) setBegun(true);
  const kind = phone ? 'phone' : 'full';
  if (stage) return <Stage view={stage} kind={kind} />;
  if (loading || !begun) return <StageToCome kind={kind} />;
  return <p className="muted pad">No capture is open. Choose one above, or drop a file here.</p>;
}

/** As large as the first stage will be: what stands beneath is not moved when it comes. */
function StageToCome({ kind }: { kind: StageKind }) {
  const { width, height } = stageLayout(
    kind,
    useChoice((c) => c.options.threads),
    0,
  );
  return (
    <div className="stage-scroll">
      <svg className={`stage ${kind}`} viewBox={`0 0 ${width} ${height}`} aria-hidden="true" />
    </div>
  );
}
