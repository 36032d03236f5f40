/** Which rows of a long list are in view. */
export interface RowWindow {
  first: number;
  /** One past the last. */
  end: number;
  /** Height above and below, in the units of `row`. */
  above: number;
  below: number;
}

/** @param spare rows drawn beyond each edge, so that a fast scroll does not show a gap. */
export function rowWindow(count: number, row: number, top: number, height: number, spare = 6): RowWindow {
  const first = Math.max(0, Math.min(count, Math.floor(top / row)) - spare);
  const end = Math.min(count, Math.ceil((top + height) / row) + spare);
  return {
    first,
    end: Math.max(first, end),
    above: first * row,
    below: Math.max(0, count - Math.max(first, end)) * row,
  };
}
