import { type CSSProperties, lazy, Suspense } from 'react';
import { DropZone } from '../opening/DropZone.tsx';
import { Age } from '../parts/Age.tsx';
import { DetailButton } from '../parts/DetailButton.tsx';
import { Divider } from '../parts/Divider.tsx';
import { LiveRegion } from '../parts/LiveRegion.tsx';
import { LoadingBar } from '../parts/LoadingBar.tsx';
import { NoticeBar } from '../parts/NoticeBar.tsx';
import { SentenceLine } from '../parts/SentenceLine.tsx';
import { useChoice, usePicture, useSession } from '../session/context.tsx';
import { useMark } from '../session/useMark.ts';
import { OpenMenu } from '../stage/OpenMenu.tsx';
import { Stage } from '../stage/Stage.tsx';
import { TopBar } from '../top/TopBar.tsx';
import { useFigure } from './useFigure.ts';
import { useMedia } from './useMedia.ts';
import './app.css';

const Inspector = lazy(() => import('../inspector/Inspector.tsx').then((m) => ({ default: m.Inspector })));
const BottomPanel = lazy(() => import('../bottom/BottomPanel.tsx').then((m) => ({ default: m.BottomPanel })));
const LiveView = lazy(() => import('../live/LiveView.tsx').then((m) => ({ default: m.LiveView })));
const OpenDialog = lazy(() => import('../opening/OpenDialog.tsx').then((m) => ({ default: m.OpenDialog })));
const ExplorerView = lazy(() =>
  import('../explorer/ExplorerView.tsx').then((m) => ({ default: m.ExplorerView })),
);
const ShareDialog = lazy(() =>
  import('../dialogs/ShareDialog.tsx').then((m) => ({ default: m.ShareDialog })),
);
const HelpDialog = lazy(() => import('../dialogs/HelpDialog.tsx').then((m) => ({ default: m.HelpDialog })));

/** The app: top bar, and what the mode shows. */
export function App() {
  useFigure();
  const session = useSession();
  const live = useChoice((c) => c.mode) === 'live';
  const dialog = useChoice((c) => c.dialog);
  const explorer = useChoice((c) => c.explorer);
  const sizes = useChoice((c) => c.sizes);
  const shut = () => session.set({ dialog: '' });
  if (explorer)
    return (
      <>
        <Suspense>
          <ExplorerView />
          {dialog === 'help' && <HelpDialog onClose={shut} />}
        </Suspense>
        <LiveRegion />
      </>
    );
  return (
    <div
      className={`app ${live ? 'in-live' : ''} ${sizes.bottom ? 'own-bottom' : ''}`}
      style={sizeVariables(sizes)}
    >
      <a className="skip" href="#stage">
        Skip to the stage
      </a>
      <TopBar />
      {live ? (
        <Suspense fallback={<main id="stage" className="main" tabIndex={-1} />}>
          <LiveView />
        </Suspense>
      ) : (
        <StepView />
      )}
      <LiveRegion />
      <DropZone />
      <OpenMenu />
      <Suspense>
        {dialog === 'open' && <OpenDialog onClose={shut} />}
        {dialog === 'help' && <HelpDialog onClose={shut} />}
        {dialog === 'share' && <ShareDialog onClose={shut} />}
      </Suspense>
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
  const phone = useMedia('(max-width: 719px)');
  const region = useMark<HTMLElement>('region:stage');
  const aged = usePicture((p) => p.age > 0);
  return (
    <>
      <main ref={region} id="stage" className={`main ${aged ? 'aged' : ''}`} tabIndex={-1}>
        <div className="above-stage">
          <SentenceLine />
          {!phone && <DetailButton />}
        </div>
        <NoticeBar />
        <LoadingBar />
        <Age />
        <StageHere phone={phone} />
      </main>
      <Suspense fallback={<section className="bottom" aria-hidden="true" />}>
        <BottomPanel />
      </Suspense>
      <Suspense fallback={<aside className="inspector" aria-hidden="true" />}>
        <Inspector />
      </Suspense>
      <Divider edge="bottom" />
      <Divider edge="inspector" />
    </>
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
