export function weighed(dist: string): { page: number; files: [string, number][] };
