/** The name that is meant where one is not known: the one with the fewest letters to change. */

/** Letters to add, take out, change or let change places, to make `b` of `a`. */
export function lettersApart(a: string, b: string): number {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      const least = Math.min(next[j - 1]! + 1, row[j]! + 1, row[j - 1]! + same);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      next.push(swapped ? Math.min(least, before[j - 2]! + 1) : least);
    }
    before = row;
    row = next;
  }
  return row[b.length]!;
}

/** The name of `names` that is nearest to `name`; one that holds it comes before all that are merely like it. */
export function nearest(name: string, names: readonly string[]): string {
  const apart = (n: string): number => lettersApart(name.toLowerCase(), n.toLowerCase());
  const holding = name === '' ? [] : names.filter((n) => n.toLowerCase().includes(name.toLowerCase()));
  const among = holding.length > 0 ? holding : names;
  return among.reduce((best, n) => (apart(n) < apart(best) ? n : best), among[0] ?? '');
}
