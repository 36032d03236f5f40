/** Between what the page holds and what a link says. */
import type { Anchors, WorldOptions } from '../../hosts/engine.ts';
import type { StoredMoment } from '../../hosts/messages.ts';
// Straight from its file: reading and writing links is loaded when there is one.
import { type LinkScenario, type Moment, withAnchors } from '../../link/moment.ts';
import type { Session } from '../session/session.ts';
import type { Choices, Picture } from '../session/store.ts';
import { PANEL_IDS } from './panel-ids.ts';

/** What the engine begins with to stand at a link's moment. */
export function storedMoment(m: Moment): StoredMoment {
  const { at, undone, anchor } = m.playhead;
  return { departures: m.departures, end: m.end, at, undone, anchor, fingerprint: m.fingerprint };
}

const PROGRAM = ['revision', 'without', 'mutations', 'ideas'];

/** Whether options change the program alone: the same choices can then be made again. */
export function isProgram(part: Partial<WorldOptions>): boolean {
  const names = Object.keys(part);
  return names.length > 0 && names.every((k) => PROGRAM.includes(k));
}

/** What of a link's view is known here. */
export function viewOf({ view }: Moment): Partial<Choices> {
  const panel = PANEL_IDS.find((id) => id === view.panel);
  const tab = (['connection', 'packet', 'program'] as const).find((id) => id === view.tab);
  return { ...(panel ? { panel } : {}), ...(tab ? { tab } : {}), mode: view.mode };
}

/** Whether a capture is the one that a link's moment speaks of. */
export function isCapture(m: Moment, opened: LinkScenario | null): boolean {
  const wanted = m.scenario;
  return wanted?.kind === 'capture' && opened?.kind === 'capture' && wanted.sha256 === opened.sha256;
}

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
  const moment: Moment = {
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
    view: { selected: c.selected, panel: c.panel, tab: c.tab, mode: c.mode },
  };
  return fitAnchors(anchors, p) ? withAnchors(moment, anchors) : moment;
}
