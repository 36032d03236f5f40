import { type KeyboardEvent, type ReactNode, useEffect, useLayoutEffect, useRef } from 'react';

interface MenuProps {
  /** Where it opens, in the window. */
  x: number;
  y: number;
  label: string;
  testid: string;
  children: ReactNode;
  onClose(): void;
  /** A key that is none of the menu's own; true when it was used. */
  onKey?(e: KeyboardEvent): boolean;
}

/** A menu over the page: arrow keys go along it, Esc and a press outside close it, focus goes back to where it was. */
export function Menu({ x, y, label, testid, children, onClose, onKey }: MenuProps) {
  const box = useRef<HTMLDivElement>(null);
  const close = useRef(onClose);
  useLayoutEffect(() => {
    close.current = onClose;
  }, [onClose]);

  useLayoutEffect(() => {
    const el = box.current;
    if (!el) return;
    const back = document.activeElement;
    el.style.left = `${Math.max(4, Math.min(x, window.innerWidth - el.offsetWidth - 4))}px`;
    el.style.top = `${Math.max(4, Math.min(y, window.innerHeight - el.offsetHeight - 4))}px`;
    el.querySelector<HTMLElement>('[role=menuitem]:not([aria-disabled=true])')?.focus();
    return () => {
      if (back instanceof HTMLElement || back instanceof SVGElement) back.focus();
    };
  }, [x, y]);

  useEffect(() => {
    const outside = (e: PointerEvent) => {
      if (!box.current?.contains(e.target as Node)) close.current();
    };
    window.addEventListener('pointerdown', outside, true);
    return () => window.removeEventListener('pointerdown', outside, true);
  }, []);

  const onKeyDown = (e: KeyboardEvent) => {
    const items = [...(box.current?.querySelectorAll<HTMLElement>('[role=menuitem]') ?? [])];
    const at = items.indexOf(document.activeElement as HTMLElement);
    const go = (i: number) => items[(i + items.length) % items.length]?.focus();
    if (e.key === 'ArrowDown') go(at + 1);
    else if (e.key === 'ArrowUp') go(at - 1);
    else if (e.key === 'Home') go(0);
    else if (e.key === 'End') go(items.length - 1);
    else if (e.key === 'Escape' || e.key === 'Tab') onClose();
    else if (!onKey?.(e)) return;
    e.preventDefault();
    e.stopPropagation();
  };

  // Over the page, so in no landmark of its: a part of its own.
  return (
    <section aria-label={label}>
      <div
        ref={box}
        className="menu"
        role="menu"
        tabIndex={-1}
        aria-label={label}
        data-testid={testid}
        data-widget=""
        onKeyDown={onKeyDown}
      >
        {children}
      </div>
    </section>
  );
}

interface ItemProps {
  children: ReactNode;
  testid?: string;
  /** Why it can't be had now; it is then shown and cannot be chosen. */
  off?: string | boolean;
  keys?: string;
  onChoose(): void;
}

export function MenuItem({ children, testid, off = false, keys, onChoose }: ItemProps) {
  return (
    <button
      type="button"
      role="menuitem"
      tabIndex={-1}
      aria-disabled={off ? true : undefined}
      title={typeof off === 'string' ? off : undefined}
      data-testid={testid}
      onClick={() => !off && onChoose()}
    >
      {children}
      {typeof off === 'string' && off && <span className="menu-note">{off}</span>}
      {keys && <kbd>{keys}</kbd>}
    </button>
  );
}
