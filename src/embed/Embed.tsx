import { lazy, Suspense } from 'react';
import { useChoice, usePicture } from '../app/context.tsx';
import { LiveRegion } from '../app/parts/LiveRegion.tsx';
import { LoadingBar } from '../app/parts/LoadingBar.tsx';
import { NoticeBar } from '../app/parts/NoticeBar.tsx';
import { SentenceLine } from '../app/parts/SentenceLine.tsx';
import { Stage } from '../app/stage/Stage.tsx';
import { Transport } from '../app/top/Transport.tsx';
import { useFigure } from '../app/useFigure.ts';
import { useMedia } from '../app/useMedia.ts';
import './embed.css';

const ConnMenu = lazy(() => import('../app/stage/ConnMenu.tsx').then((m) => ({ default: m.ConnMenu })));

/** The stage, the sentence and the transport alone, for a frame in another page. */
export function Embed() {
  useFigure();
  const stage = usePicture((p) => p.stage);
  const menu = useChoice((c) => c.menu);
  const phone = useMedia('(max-width: 559px)');
  const full = new URL(location.href);
  full.searchParams.delete('embed');
  return (
    <main className="embed" data-testid="embed" data-region="" tabIndex={-1}>
      <h1 className="visually-hidden">Rebind</h1>
      <div className="embed-head">
        <SentenceLine />
        <a href={full.href} target="_blank" rel="noopener">
          Open full
        </a>
      </div>
      <NoticeBar />
      <LoadingBar />
      {stage && <Stage view={stage} kind={phone ? 'phone' : 'figure'} />}
      <Transport brief />
      <LiveRegion />
      <Suspense>{menu && <ConnMenu />}</Suspense>
    </main>
  );
}
