import type { ReactNode } from 'react';
import { useLive, useLiveState } from './context.tsx';
import { deadWords, lostWords } from './status.ts';

/** What went otherwise than ordered, above the columns. Nothing is cleared by it. */
export function LiveNotice() {
  const live = useLive();
  const notice = useLiveState((s) => s.notice);
  const status = useLiveState((s) => s.status);
  const seen = useLiveState((s) => s.lossesSeen);
  const pulse = useLiveState((s) => s.pulse);
  if (pulse && pulse.state !== 'late') {
    const age = live.imageAge();
    return (
      <Bar tone="lost" {...(status ? deadWords(pulse, age) : NO_START)}>
        <button type="button" className="btn" data-testid="live-go-on" onClick={() => live.goOn()}>
          {age < 0 ? (status ? 'Begin anew' : 'Try again') : 'Go on from the last image'}
        </button>
      </Bar>
    );
  }
  if (!status) return null;
  const lost = status.lost.at(-1);
  const stopped = status.phase === 'stopped' && status.stopped !== 'asked' && status.stopped !== '';
  if (stopped) {
    return (
      <Bar tone="violation" heading={STOPPED[status.stopped] ?? ''} detail={status.message}>
        <button type="button" className="btn" data-testid="live-open-frozen" onClick={() => live.openImage()}>
          Open the image in Step mode
        </button>
      </Bar>
    );
  }
  if (notice) {
    return (
      <Bar tone="refused" heading={notice.heading} detail={notice.detail}>
        <button type="button" className="btn plain" onClick={() => live.set({ notice: null })}>
          Close
        </button>
      </Bar>
    );
  }
  if (lost && status.lost.length > seen) {
    return (
      <Bar tone="lost" {...lostWords(lost)}>
        <button
          type="button"
          className="btn plain"
          onClick={() => live.set({ lossesSeen: status.lost.length })}
        >
          Close
        </button>
      </Bar>
    );
  }
  return null;
}

const NO_START = { heading: 'The workers do not start.', detail: 'Their script may not have been loaded.' };

const STOPPED: Record<string, string> = {
  rule: 'A rule is broken',
  balance: 'Datagrams do not add up',
  bug: 'The run stopped at a bug',
  failed: 'The pool could not go on',
};

interface BarProps {
  tone: string;
  heading: string;
  detail: string;
  children?: ReactNode;
}

function Bar({ tone, heading, detail, children }: BarProps) {
  return (
    <div className={`notice ${tone}`} data-testid="live-notice" data-tone={tone}>
      <p>
        <b>{heading}</b> {detail}
      </p>
      {children}
    </div>
  );
}
