/** Names of the bottom panel's tabs, as they stand in links: a name is never given to another panel. */
export const PANEL_IDS = [
  'timeline',
  'trace',
  'show',
  'capture',
  'happened',
  'thread',
  'timers',
  'changed',
  'beside',
] as const;

export type Panel = (typeof PANEL_IDS)[number];
