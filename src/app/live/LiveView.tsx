import { useEffect } from 'react';
import { useSession } from '../session/context.tsx';
import { useMark } from '../session/useMark.ts';
import { Arcs } from './Arcs.tsx';
import { LiveProvider, useLiveState } from './context.tsx';
import { LiveMenu } from './LiveMenu.tsx';
import { LiveNotice } from './LiveNotice.tsx';
import { Off } from './Off.tsx';
import { Rows } from './Rows.tsx';
import { Side } from './Side.tsx';
import { Skyline } from './Skyline.tsx';
import { StatusLine } from './StatusLine.tsx';
import { useLiveOf } from './useLiveOf.ts';
import { sharesSentence } from './words.ts';
import './live.css';

/** Threads that run at once: columns of connections, moves, rows of numbers, and what drives them. */
export function LiveView() {
  const session = useSession();
  const region = useMark<HTMLElement>('region:stage');
  const { live, picked: off } = useLiveOf(session, (s) => s.off);
  useEffect(() => {
    live.enter();
    return () => live.leave();
  }, [live]);
  if (off) return <Off off={off} />;
  return (
    <LiveProvider value={live}>
      <main ref={region} id="stage" className="main live" tabIndex={-1} data-testid="live">
        <Sentence />
        <StatusLine />
        <LiveNotice />
        <div className="live-body">
          <Skyline />
          <Arcs />
          <Rows />
        </div>
      </main>
      <Side />
      <LiveMenu />
    </LiveProvider>
  );
}

function Sentence() {
  const facts = useLiveState((s) => s.facts);
  const phase = useLiveState((s) => s.status?.phase);
  const s = facts ? sharesSentence({ connections: facts.connections, left: facts.left }) : null;
  return (
    <p className="sentence" data-testid="live-sentence">
      <span>
        <b>{s?.lead ?? (phase === 'starting' || !phase ? 'Workers are starting.' : '')}</b>{' '}
        <span className="rest">{s?.rest}</span>
      </span>
    </p>
  );
}
