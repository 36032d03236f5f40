/** What a person can order about time: part of the one table of commands. */
import type { Command } from '../commands/table.ts';
import type { Session } from '../session/session.ts';
import { SCALES } from './scales.ts';

export const TIME_COMMANDS: readonly Command[] = [
  {
    id: 'back',
    title: 'Step back',
    group: 'Time',
    keys: '←',
    code: 'ArrowLeft',
    onStage: true,
    run: (s) => s.travel({ kind: 'back' }),
  },
  {
    id: 'mark-back',
    title: 'Previous commit, redispatch or violation',
    group: 'Time',
    keys: '⇧←',
    code: 'ArrowLeft',
    shift: true,
    run: (s) => s.travel({ kind: 'mark', by: -1 }),
  },
  {
    id: 'mark-next',
    title: 'Next commit, redispatch or violation',
    group: 'Time',
    keys: '⇧→',
    code: 'ArrowRight',
    shift: true,
    run: (s) => s.travel({ kind: 'mark', by: 1 }),
  },
  {
    id: 'first',
    title: 'First recorded step',
    group: 'Time',
    keys: 'Home',
    code: 'Home',
    onStage: true,
    run: (s) => s.travel({ kind: 'seek', at: 0 }),
  },
  {
    id: 'last',
    title: 'Last recorded step',
    group: 'Time',
    keys: 'End',
    code: 'End',
    onStage: true,
    run: (s) => s.travel({ kind: 'seek', at: s.picture.getState().travel.end }),
  },
  {
    id: 'bring-back',
    title: 'Bring back the old future',
    group: 'Time',
    keys: 'B',
    code: 'KeyB',
    letter: true,
    run: (s) => {
      if (s.picture.getState().travel.kept) s.travel({ kind: 'bring-back' });
    },
  },
  {
    id: 'zoom-in',
    title: 'Zoom into the timeline',
    group: 'Time',
    keys: '+',
    code: 'Equal',
    sign: '+',
    run: (s) => zoomBy(s, -1),
  },
  {
    id: 'zoom-out',
    title: 'Zoom out of the timeline',
    group: 'Time',
    keys: '−',
    code: 'Minus',
    sign: '-',
    run: (s) => zoomBy(s, 1),
  },
];

function zoomBy(session: Session, by: number): void {
  const zoom = Math.max(0, Math.min(SCALES.length - 1, session.choices.getState().zoom + by));
  session.set({ zoom, panel: 'timeline' });
}
