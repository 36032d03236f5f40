import type { Way } from '../../report/packet/hops.ts';
import { ThreadBadge } from '../parts/Glyphs.tsx';
import { usePicture, useSession } from '../session/context.tsx';
import { clockText, count } from '../stage/text.ts';

/** Where a datagram has been; each hop leads to its step. */
export function Hops({ way }: { way: Way | null }) {
  const session = useSession();
  const at = usePicture((p) => p.travel.at);
  const threads = usePicture((p) => p.stage?.threads.length ?? 4);
  return (
    <section className="hops" data-testid="hops">
      <h4>Where it has been</h4>
      {!way ? (
        <p className="muted">Being looked for…</p>
      ) : (
        <>
          <p className="hops-sum" data-testid="hops-sum">
            <b>{way.lead}</b> {way.rest}
          </p>
          <ol>
            {way.hops.map((h) => {
              const later = h.at > at;
              return (
                <li
                  key={`${h.at} ${h.text}`}
                  className={`hop ${h.kind} ${later ? 'later' : ''} ${h.at === at ? 'here' : ''}`}
                  aria-current={h.at === at ? 'step' : undefined}
                >
                  <button
                    type="button"
                    data-testid="hop"
                    onClick={() => session.travel({ kind: 'seek', at: h.at })}
                  >
                    <span className="hop-step mono">{count(h.at)}</span>
                    <span className="hop-time mono">{clockText(h)}</span>
                    <ThreadBadge tid={h.tid} threads={threads} />
                    <span className="hop-text">
                      {h.text}
                      {later && <em>not yet run</em>}
                      {h.detail && <small>{h.detail}</small>}
                    </span>
                  </button>
                </li>
              );
            })}
          </ol>
        </>
      )}
    </section>
  );
}
