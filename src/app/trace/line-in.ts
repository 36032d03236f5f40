import type { EventRow } from '../../machine/recording/events.ts';
import { lineOf } from '../../report/trace.ts';
import type { TraceLine } from '../../report/view.ts';
import type { Session } from '../session/session.ts';

/** An event of the recording as a line of the trace; null while no world is shown. */
export const lineIn = (session: Session, row: EventRow): TraceLine | null =>
  session.look((reader) => lineOf(reader, row));
