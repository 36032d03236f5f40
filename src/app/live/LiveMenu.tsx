import { type KeyboardEvent, useEffect, useLayoutEffect, useRef } from 'react';
import { count } from '../stage/text.ts';
import { useLive, useLiveState } from './context.tsx';
import { threadsOf } from './words.ts';

/** The menu of the picked connection: which thread it goes to. */
export function LiveMenu() {
  const live = useLive();
  const menu = useLiveState((s) => s.menu);
  const pick = useLiveState((s) => s.pick);
  const box = useRef<HTMLDivElement>(null);
  const owner = pick >= 0 ? (live.drawn?.reading.owner[pick] ?? -1) : -1;
  const open = menu !== null && owner >= 0;

  useLayoutEffect(() => {
    const el = box.current;
    if (!open || !el || !menu) return;
    const { offsetWidth, offsetHeight } = el;
    el.style.left = `${Math.max(4, Math.min(menu.x, window.innerWidth - offsetWidth - 4))}px`;
    el.style.top = `${Math.max(4, Math.min(menu.y, window.innerHeight - offsetHeight - 4))}px`;
    el.querySelector<HTMLElement>('[role=menuitem]:not([aria-disabled=true])')?.focus();
  }, [open, menu]);

  useEffect(() => {
    if (!open) return;
    const outside = (e: PointerEvent) => {
      if (!box.current?.contains(e.target as Node)) live.set({ menu: null });
    };
    window.addEventListener('pointerdown', outside, true);
    return () => {
      window.removeEventListener('pointerdown', outside, true);
      document.querySelector<HTMLElement>('#stage')?.focus();
    };
  }, [open, live]);

  if (!open) return null;
  const onKeyDown = (e: KeyboardEvent) => {
    const items = [...(box.current?.querySelectorAll<HTMLElement>('[role=menuitem]') ?? [])];
    const at = items.indexOf(document.activeElement as HTMLElement);
    const go = (i: number) => items[(i + items.length) % items.length]?.focus();
    if (e.key === 'ArrowDown') go(at + 1);
    else if (e.key === 'ArrowUp') go(at - 1);
    else if (e.key === 'Home') go(0);
    else if (e.key === 'End') go(items.length - 1);
    else if (e.key === 'Escape' || e.key === 'Tab') live.set({ menu: null });
    else return;
    e.preventDefault();
    e.stopPropagation();
  };
  return (
    <div
      ref={box}
      className="menu live-menu"
      role="menu"
      tabIndex={-1}
      aria-label={`Connection ${pick}`}
      data-testid="live-menu"
      data-widget=""
      onKeyDown={onKeyDown}
    >
      <div className="menu-head" role="presentation">
        <b>Connection {count(pick)}</b>
      </div>
      <div className="menu-label" role="presentation">
        Rebind to
      </div>
      {threadsOf(live.threads).map((t) => (
        <button
          key={t}
          type="button"
          role="menuitem"
          tabIndex={-1}
          aria-disabled={t === owner || undefined}
          data-testid={`live-rebind-T${t}`}
          onClick={() => t !== owner && live.rebindConn(pick, t)}
        >
          <span className="mono">T{t}</span>
          {t === owner && <span className="menu-note">owner</span>}
          {t < 10 && <kbd>⇧{t}</kbd>}
        </button>
      ))}
    </div>
  );
}
