/** The moment on screen, for a link: read once there is something to be written down or shared. */
import type { Anchors } from '../../hosts/engine.ts';
// Straight from its file: reading and writing links is loaded when there is one.
import { type LinkScenario, type Moment, withAnchors } from '../../link/moment.ts';
import type { Session } from '../session/session.ts';
import type { Picture } from '../session/store.ts';
import { EVERYTHING } from '../trace/everything.ts';

/** Whether anchors were read at the moment that the picture shows. */
export function fitAnchors(a: Anchors | null, { travel }: Picture): a is Anchors {
  return (
    a !== null &&
    a.line === travel.line &&
    a.at === travel.at &&
    a.undone === travel.undone &&
    a.departures.length === travel.departures.length
  );
}

/** What the moment on screen is called; '' where nobody has given it a name. */
export function nameHere({ choices, picture }: Session): string {
  const { called } = choices.getState();
  const { line, at, undone } = picture.getState().travel;
  const is = called?.line === line && called.at === at && called.undone === undone;
  return is ? called.name : '';
}

/** Gives the moment on screen a name; '' takes it away. */
export function callHere(session: Session, name: string): void {
  const { line, at, undone } = session.picture.getState().travel;
  session.set({ called: name ? { name, line, at, undone } : null });
}

/** The moment on screen; null while there is none that a link could name. */
export function momentOf(session: Session, anchors: Anchors | null): Moment | null {
  const scenario = session.opened()?.scenario ?? null;
  return scenario && momentFrom(session, scenario, anchors);
}

/** The moment on screen as seen from what is open, which the file that it goes into holds; null while there is none. */
export const momentSince = (session: Session): Moment | null => momentFrom(session, null, null);

function momentFrom(session: Session, scenario: LinkScenario | null, anchors: Anchors | null): Moment | null {
  const c = session.choices.getState();
  const p = session.picture.getState();
  const fingerprint = session.fingerprint();
  if (!fingerprint || !p.stage || c.loading) return null;
  const { travel } = p;
  const name = nameHere(session);
  const moment: Moment = {
    ...(name ? { name } : {}),
    scenario,
    options: c.options,
    fingerprint,
    departures: [...travel.departures],
    end: travel.end,
    playhead: {
      at: travel.at,
      undone: travel.undone,
      ...(p.hash ? { hash: p.hash } : {}),
    },
    view: {
      selected: c.selected,
      panel: c.panel,
      tab: c.tab,
      mode: c.mode,
      ...(c.traceFilter === EVERYTHING ? {} : { trace: c.traceFilter }),
      ...(c.find ? { find: c.find.query } : {}),
    },
  };
  return fitAnchors(anchors, p) ? withAnchors(moment, anchors) : moment;
}
