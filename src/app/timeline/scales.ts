/** The timeline's zooms: virtual nanoseconds a pixel, closest first. */
export const SCALES: readonly number[] = [
  1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 5000, 20_000, 100_000, 500_000,
];
