/** The panels beneath the stage, in the order of their tabs. A further one is a further row, and a name in `Panel`. */
import type { ComponentType } from 'react';
import { later } from '../parts/later.tsx';
import type { Panel, Picture } from '../session/store.ts';

export interface PanelRow {
  id: Panel;
  name: string;
  /** A number beside the name. */
  count?(p: Picture): number;
  View: ComponentType;
}

export const PANELS: readonly PanelRow[] = [
  {
    id: 'timeline',
    name: 'Timeline',
    View: later(
      { what: 'The timeline' },
      () => import('../timeline/TimelinePanel.tsx'),
      (m) => m.TimelinePanel,
    ),
  },
  {
    id: 'happened',
    name: 'What happened',
    View: later(
      { what: 'What happened' },
      () => import('../happened/HappenedPanel.tsx'),
      (m) => m.HappenedPanel,
    ),
  },
  {
    id: 'changed',
    name: 'Changed words',
    View: later(
      { what: 'What a step changed' },
      () => import('../changed/ChangedPanel.tsx'),
      (m) => m.ChangedPanel,
    ),
  },
  {
    id: 'trace',
    name: 'Trace',
    count: (p) => p.lines,
    View: later(
      { what: 'The trace' },
      () => import('../trace/TracePanel.tsx'),
      (m) => m.TracePanel,
    ),
  },
  {
    id: 'show',
    name: 'show',
    View: later(
      { what: 'HAProxy’s own commands' },
      () => import('../show/ShowPanel.tsx'),
      (m) => m.ShowPanel,
    ),
  },
  {
    id: 'thread',
    name: 'Thread',
    View: later(
      { what: 'The thread' },
      () => import('../threads/ThreadPanel.tsx'),
      (m) => m.ThreadPanel,
    ),
  },
  {
    id: 'timers',
    name: 'Timers',
    View: later(
      { what: 'The timers' },
      () => import('../threads/TimersPanel.tsx'),
      (m) => m.TimersPanel,
    ),
  },
  {
    id: 'capture',
    name: 'Capture',
    View: later(
      { what: 'What is in the capture' },
      () => import('../capture/CapturePanel.tsx'),
      (m) => m.CapturePanel,
    ),
  },
  {
    id: 'beside',
    name: 'Two runs',
    View: later(
      { what: 'Two runs' },
      () => import('../beside/BesidePanel.tsx'),
      (m) => m.BesidePanel,
    ),
  },
];
