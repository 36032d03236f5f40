/** What is looked for in a recording, and where on the line it was found. */
import type { EventFilter } from '../../machine/recording/query.ts';

export interface Finding {
  query: string;
  filter: EventFilter;
  /** Line that was searched, and how far it was recorded. */
  line: number;
  end: number;
  /** Moments found, and how many of them can be seen at the playhead. */
  total: number;
  before: number;
  /** How many fall into each equal part of the line. */
  spread: Int32Array;
}
