import { useEffect, useState } from 'react';
import { useMedia } from '../page/useMedia.ts';
import { useTakeOver } from '../page/useTakeOver.ts';
import { Age } from '../parts/Age.tsx';
import { LoadingBar } from '../parts/LoadingBar.tsx';
import { NoticeBar } from '../parts/NoticeBar.tsx';
import { SentenceLine } from '../parts/SentenceLine.tsx';
import { useChoice, usePicture, useSession } from '../session/context.tsx';
import { useMark } from '../session/useMark.ts';
import { Stage } from '../stage/Stage.tsx';
import { StoryBar } from './StoryBar.tsx';
import { StoryTop } from './StoryTop.tsx';
import type { Telling } from './telling.ts';
import './story.css';

interface Props {
  telling: Telling;
  /** A picture that nobody drives: its stage for every width, of which the page's style shows one. */
  still?: boolean;
}

/** A story takes the page: the model's sentence and the stage above, the author's bar beneath, and no panels. */
export function StoryView({ telling, still = false }: Props) {
  useTakeOver(usePicture((p) => p.stage !== null));
  const phone = useMedia('(max-width: 719px)');
  const region = useMark<HTMLElement>('region:stage');
  const stage = usePicture((p) => p.stage);
  // A broken rule is what the beat tells: it is not told twice.
  const violation = useChoice((c) => c.notice?.tone === 'violation');
  const presenting = useChoice((c) => c.presenting);
  const aged = usePicture((p) => p.age > 0);
  return (
    <>
      {!presenting && <StoryTop title={telling.tale.story.title} />}
      <main ref={region} id="stage" className={`main ${aged ? 'aged' : ''}`} tabIndex={-1}>
        <div className="above-stage">
          <SentenceLine />
        </div>
        {!violation && <NoticeBar />}
        <LoadingBar />
        <Age />
        {stage &&
          (still ? (
            <>
              <div className="on-wide">
                <Stage view={stage} kind="full" telling={telling} still />
              </div>
              <div className="on-phone">
                <Stage view={stage} kind="phone" telling={telling} still />
              </div>
            </>
          ) : (
            <Stage view={stage} kind={phone ? 'phone' : presenting ? 'figure' : 'full'} telling={telling} />
          ))}
      </main>
      <StoryBar telling={telling} />
      {presenting && <Presenting />}
    </>
  );
}

/** What only the one who presents needs: a black screen, and a way out that shows itself when the pointer moves. */
function Presenting() {
  const session = useSession();
  const black = useChoice((c) => c.black);
  const [moved, setMoved] = useState(false);
  useEffect(() => {
    let wait: ReturnType<typeof setTimeout> | undefined;
    const onMove = () => {
      setMoved(true);
      clearTimeout(wait);
      wait = setTimeout(() => setMoved(false), SHOWN);
    };
    addEventListener('pointermove', onMove);
    // An address that presents has no gesture yet: a browser refuses, and complains.
    if (navigator.userActivation?.isActive) document.documentElement.requestFullscreen?.().catch(() => {});
    return () => {
      removeEventListener('pointermove', onMove);
      clearTimeout(wait);
      if (document.fullscreenElement) void document.exitFullscreen();
    };
  }, []);
  return (
    <>
      <button
        type="button"
        className={`btn leave-presenting ${moved ? 'shown' : ''}`}
        data-testid="leave-presenting"
        onClick={() => session.set({ presenting: false, black: false })}
      >
        Leave
      </button>
      {black && <div className="black" data-testid="black" />}
    </>
  );
}

/** The way out stays so long after the pointer has moved, ms. */
const SHOWN = 2000;
