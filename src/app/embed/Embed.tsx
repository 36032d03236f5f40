import { useFigure } from '../page/useFigure.ts';
import { useMedia } from '../page/useMedia.ts';
import { useTakeOver } from '../page/useTakeOver.ts';
import { Age } from '../parts/Age.tsx';
import { LiveRegion } from '../parts/LiveRegion.tsx';
import { LoadingBar } from '../parts/LoadingBar.tsx';
import { NoticeBar } from '../parts/NoticeBar.tsx';
import { SentenceLine } from '../parts/SentenceLine.tsx';
import { usePicture } from '../session/context.tsx';
import { useMark } from '../session/useMark.ts';
import { OpenMenu } from '../stage/OpenMenu.tsx';
import { Stage } from '../stage/Stage.tsx';
import { Transport } from '../top/Transport.tsx';
import './embed.css';

/** The stage, the sentence and the transport alone, for a frame in another page. */
export function Embed() {
  useFigure(true);
  const stage = usePicture((p) => p.stage);
  useTakeOver(stage !== null);
  const region = useMark<HTMLElement>('region:stage');
  const phone = useMedia('(max-width: 559px)');
  const aged = usePicture((p) => p.age > 0);
  return (
    <main ref={region} className={`embed ${aged ? 'aged' : ''}`} data-testid="embed" tabIndex={-1}>
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
      <Age />
      {stage && <Stage view={stage} kind={phone ? 'phone' : 'figure'} />}
      <Transport brief />
      <LiveRegion />
      <OpenMenu />
    </main>
  );
}

/** The same moment in the whole page. */
function wholePage(): string {
  const full = new URL(location.href);
  full.searchParams.delete('embed');
  return full.href;
}
