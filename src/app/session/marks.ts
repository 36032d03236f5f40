/**
 * Where things stand on screen: a component that may be asked for (a chip, a thread's number, a region) puts its element
 * here, and whoever has to open something beside it, or to focus it, asks by name instead of searching the document.
 */
export type MarkName =
  | `conn:${number}`
  | `thread:${number}`
  | `dgram:${number}`
  | `region:${string}`
  | `panel:${string}`
  | `tab:${string}`;

export interface Point {
  x: number;
  y: number;
}

type Markable = HTMLElement | SVGElement;

export interface Marks {
  /** Returns how to take it away again. */
  put(name: MarkName, el: Markable): () => void;
  /** The point just below it, or null while it is not on screen. */
  below(name: MarkName): Point | null;
  /** False when it is not on screen. */
  focus(name: MarkName): boolean;
  /** Names that begin with `kind:` and are to be seen, in the order of the document. */
  seen(kind: string): MarkName[];
  /** The one of them that has the focus, or holds what has it. */
  focused(kind: string): MarkName | null;
}

export function createMarks(): Marks {
  const marks = new Map<MarkName, Markable>();
  const isSeen = (el: Markable): boolean => el.getClientRects().length > 0;
  return {
    put(name, el) {
      marks.set(name, el);
      return () => {
        if (marks.get(name) === el) marks.delete(name);
      };
    },
    below(name) {
      const box = marks.get(name)?.getBoundingClientRect();
      return box ? { x: box.left, y: box.bottom + 4 } : null;
    },
    focus(name) {
      const el = marks.get(name);
      el?.focus();
      return el !== undefined;
    },
    seen: (kind) =>
      [...marks]
        .filter(([name, el]) => name.startsWith(`${kind}:`) && isSeen(el))
        .sort(([, a], [, b]) => (a.compareDocumentPosition(b) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1))
        .map(([name]) => name),
    focused(kind) {
      for (const [name, el] of marks)
        if (name.startsWith(`${kind}:`) && el.contains(document.activeElement)) return name;
      return null;
    },
  };
}
