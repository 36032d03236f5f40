/** What a suite of measurements hands back: one row a figure, the median of its rounds. */
export interface Row {
  /** What was measured, as the table says it. */
  what: string;
  unit: string;
  median: number;
  /** Smallest and largest round. */
  low: number;
  high: number;
  /** What it should reach: at most, or at least, in the same unit. Absent for a figure that only stands beside another. */
  atMost?: number;
  atLeast?: number;
  /** Median over this row's, round by round in the same run: above 1 means this row is faster. */
  ratio?: { to: string; times: number };
}

/**
 * A suite runs in a realm of its own (a fresh process, a fresh page), because one realm should see only one kind of
 * buffer: mixing plain and shared memory slows both and falsifies the figure.
 */
export interface Suite {
  name: string;
  where: readonly ('node' | 'chromium')[];
  /** `now` gives milliseconds, monotonic. */
  run(now: () => number): Promise<Row[]>;
}
