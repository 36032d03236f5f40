/** What a link's moment says, as the page holds it. The other way: here.ts. */
import type { WorldOptions } from '../../hosts/engine.ts';
import type { StoredMoment } from '../../hosts/messages.ts';
import type { LinkScenario, Moment } from '../../link/moment.ts';
import type { Choices } from '../session/store.ts';
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
  return {
    ...(panel ? { panel } : {}),
    ...(tab ? { tab } : {}),
    ...(view.trace ? { traceFilter: view.trace } : {}),
    mode: view.mode,
  };
}

/** Whether a capture is the one that a link's moment speaks of. */
export function isCapture(m: Moment, opened: LinkScenario | null): boolean {
  const wanted = m.scenario;
  return wanted?.kind === 'capture' && opened?.kind === 'capture' && wanted.sha256 === opened.sha256;
}
