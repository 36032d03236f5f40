interface Weight {
  page: number;
  files: [string, number][];
}
export function weighed(dist: string): Weight;
export function weighedVisit(dist: string, visit: 'first' | 'later'): Weight;
