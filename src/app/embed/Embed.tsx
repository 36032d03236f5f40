import { lazy, Suspense } from 'react';
import { useFigure } from '../page/useFigure.ts';
import { useMedia } from '../page/useMedia.ts';
import { LiveRegion } from '../parts/LiveRegion.tsx';
import { LoadingBar } from '../parts/LoadingBar.tsx';
import { NoticeBar } from '../parts/NoticeBar.tsx';
import { SentenceLine } from '../parts/SentenceLine.tsx';
import { useChoice, usePicture } from '../session/context.tsx';
import { Stage } from '../stage/Stage.tsx';
import { Transport } from '../top/Transport.tsx';
import './embed.css';

const ThreadMenu = lazy(() => import('../stage/ThreadMenu.tsx').then((m) => ({ default: m.ThreadMenu })));
const DgramMenu = lazy(() => import('../stage/DgramMenu.tsx').then((m) => ({ default: m.DgramMenu })));
const ConnMenu = lazy(() => import('../stage/ConnMenu.tsx').then((m) => ({ default: m.ConnMenu })));

/** The stage, the sentence and the transport alone, for a frame in another page. */
export function Embed() {
  useFigure();
  const stage = usePicture((p) => p.stage);
  const menu = useChoice((c) => c.menu);
  const dgramMenu = useChoice((c) => c.dgramMenu);
  const threadMenu = useChoice((c) => c.threadMenu);
  const phone = useMedia('(max-width: 559px)');
  return (
    <main className="embed" data-testid="embed" data-region="" tabIndex={-1}>
      <h1 className="visually-hidden">Rebind</h1>
      <div className="embed-head">
        <SentenceLine />
        <a
          href={wholePage()}
          target="_blank"
          rel="noopener"
          // The address changes with the moment: what counts is where it stands when the link is followed.
          onClick={(e) => {
            e.currentTarget.href = wholePage();
          }}
        >
          Open full
        </a>
      </div>
      <NoticeBar />
      <LoadingBar />
      {stage && <Stage view={stage} kind={phone ? 'phone' : 'figure'} />}
      <Transport brief />
      <LiveRegion />
      <Suspense>
        {menu && <ConnMenu />}
        {dgramMenu && <DgramMenu />}
        {threadMenu && <ThreadMenu />}
      </Suspense>
    </main>
  );
}

/** The same moment in the whole page. */
function wholePage(): string {
  const full = new URL(location.href);
  full.searchParams.delete('embed');
  return full.href;
}
