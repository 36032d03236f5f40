/** Which of a strip's items fit side by side: the others stand in a menu behind it. */
import { type RefObject, useLayoutEffect, useState } from 'react';

/** Room of the button that opens the menu, px. */
const MORE = 74;

/**
 * The names that have room, in their order; `chosen` always has. Each item of `strip` names itself with `data-item` and is laid out
 * (if unseen) whether it fits or not.
 */
export function useFitting(
  strip: RefObject<HTMLElement | null>,
  names: readonly string[],
  chosen: string,
): ReadonlySet<string> {
  const [key, setKey] = useState(names.join(' '));
  useLayoutEffect(() => {
    const el = strip.current;
    if (!el) return;
    const items = [...el.querySelectorAll<HTMLElement>('[data-item]')];
    const measure = () => {
      const widths = new Map(items.map((i) => [i.dataset.item ?? '', i.offsetWidth]));
      setKey(fitting(names, (n) => widths.get(n) ?? 0, el.clientWidth, chosen).join(' '));
    };
    measure();
    const watch = new ResizeObserver(measure);
    for (const i of [el, ...items]) watch.observe(i);
    return () => watch.disconnect();
  }, [strip, names, chosen]);
  return new Set(key.split(' '));
}

/** Names that fit into `room` px, from the first on; where one does not, so much is left free as the way to the others needs. */
export function fitting(
  names: readonly string[],
  width: (name: string) => number,
  room: number,
  chosen: string,
): string[] {
  const sum = names.reduce((n, name) => n + width(name), 0);
  if (sum <= room) return [...names];
  let left = room - MORE - width(chosen);
  const out: string[] = [];
  let full = false;
  for (const name of names) {
    if (name === chosen) out.push(name);
    else if (!full && width(name) <= left) {
      left -= width(name);
      out.push(name);
    } else full = true;
  }
  return out;
}
