import { order } from '../commands/table.ts';
import { useChoice, useSession } from '../session/context.tsx';

/** What is so, what is kept, what to do. It stands above the stage and clears nothing. */
export function NoticeBar() {
  const session = useSession();
  const notice = useChoice((c) => c.notice);
  if (!notice) return null;
  const { action } = notice;
  return (
    <div className={`notice ${notice.tone}`} data-testid="notice" data-tone={notice.tone}>
      {notice.tone === 'violation' && (
        <svg width="20" height="20" viewBox="0 0 20 20" aria-hidden="true" className="octagon">
          <path d="M6.3 1h7.4L19 6.3v7.4L13.7 19H6.3L1 13.7V6.3z" />
          <path className="cross" d="M6.5 6.5l7 7m0-7l-7 7" />
        </svg>
      )}
      <p>
        <b>{notice.heading}</b> {notice.tone === 'violation' ? <code>{notice.detail}</code> : notice.detail}
      </p>
      {action && (
        <button
          type="button"
          className="btn"
          data-testid="notice-action"
          onClick={() => order(session, action.command)}
        >
          {action.label}
        </button>
      )}
      {notice.ways?.map(({ label, run }) => (
        <button key={label} type="button" className="btn" data-testid="notice-way" onClick={run}>
          {label}
        </button>
      ))}
      <button
        type="button"
        className="btn plain"
        aria-label="Close this message"
        data-testid="notice-close"
        onClick={() => session.set({ notice: null })}
      >
        Close
      </button>
    </div>
  );
}
