/** The real Live of a page's session: the free-running pool, the browser's clock and visibility. */
import { whyLiveIsOff } from '../../hosts/live/contract.ts';
import { startLive } from '../../hosts/live/start.ts';
import { revisionId } from '../address/revision-id.ts';
import { DEFAULTS } from '../opening/defaults.ts';
import { isChanged } from '../program/changes.ts';
import type { Session } from '../session/session.ts';
import { openedFrom } from './frozen.ts';
import { createLiveSession, type LiveSession } from './session.ts';

/** Made at the first call; the same one after. */
export function liveFor(session: Session): LiveSession {
  return session.attach('live', () => create(session));
}

function create(session: Session): LiveSession {
  const options = session.choices.getState().options;
  const { revision: stepped, socketOwner, without, mutations, ideas } = options;
  // The revision that is stepped unless another is chosen has races that soon end a run under load: M01 for one.
  const revision = stepped === DEFAULTS.revision && !isChanged(options) ? revisionId('newest') : stepped;
  const changes = { without: without ?? [], mutations: mutations ?? [], ideas: ideas ?? [] };
  return createLiveSession({
    start: startLive,
    whyOff: whyLiveIsOff,
    now: () => performance.now(),
    reducedMotion: () => matchMedia('(prefers-reduced-motion: reduce)').matches,
    hidden: () => document.hidden,
    onHidden(cb) {
      document.addEventListener('visibilitychange', cb);
      return () => document.removeEventListener('visibilitychange', cb);
    },
    later(cb, ms) {
      const timer = setTimeout(cb, ms);
      return () => clearTimeout(timer);
    },
    wishes: { workers: 4, revision, changes, socketOwner, source: 'clients', opening: true, size: 1200 },
    capture: () => session.opened()?.data ?? null,
    say: session.say,
    frozen(frozen) {
      session.setMode('step');
      void session.adopt(openedFrom(frozen), session.parts.live?.state.getState().pick ?? -1);
    },
  });
}
