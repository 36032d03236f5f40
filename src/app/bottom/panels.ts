/** The panels beneath the stage, in the order of their tabs. A further one is a further row, and a name in `Panel`. */
import { type ComponentType, lazy } from 'react';
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
    View: lazy(() => import('../timeline/TimelinePanel.tsx').then((m) => ({ default: m.TimelinePanel }))),
  },
  {
    id: 'trace',
    name: 'Trace',
    count: (p) => p.trace.length,
    View: lazy(() => import('../trace/TracePanel.tsx').then((m) => ({ default: m.TracePanel }))),
  },
  {
    id: 'show',
    name: 'show quic',
    View: lazy(() => import('../show/ShowPanel.tsx').then((m) => ({ default: m.ShowPanel }))),
  },
];
