import { type KeyboardEvent, useEffect, useLayoutEffect, useRef } from 'react';
import { useChoice, usePicture, useSession } from '../context.tsx';
import { InlineChip, ThreadBadge } from '../parts/Glyphs.tsx';

/** The menu of a connection: right click, Enter, or a long press. */
export function ConnMenu() {
  const session = useSession();
  const menu = useChoice((c) => c.menu);
  const stage = usePicture((p) => p.stage);
  const box = useRef<HTMLDivElement>(null);
  const back = useRef<Element | null>(null);
  const conn = menu && stage ? stage.conns.find((c) => c.index === menu.conn) : undefined;
  const open = conn !== undefined;

  useLayoutEffect(() => {
    const el = box.current;
    if (!open || !el || !menu) return;
    back.current = document.activeElement;
    const { offsetWidth, offsetHeight } = el;
    el.style.left = `${Math.max(4, Math.min(menu.x, window.innerWidth - offsetWidth - 4))}px`;
    el.style.top = `${Math.max(4, Math.min(menu.y, window.innerHeight - offsetHeight - 4))}px`;
    el.querySelector<HTMLElement>('[role=menuitem]:not([aria-disabled=true])')?.focus();
  }, [open, menu]);

  useEffect(() => {
    if (!open) return;
    const outside = (e: PointerEvent) => {
      if (!box.current?.contains(e.target as Node)) session.set({ menu: null });
    };
    window.addEventListener('pointerdown', outside, true);
    return () => {
      window.removeEventListener('pointerdown', outside, true);
      if (back.current instanceof HTMLElement || back.current instanceof SVGElement) back.current.focus();
    };
  }, [open, session]);

  if (!menu || !conn || !stage) return null;
  const cid = conn.cids[0]?.cid ?? '';
  const refused = conn.rebindRefusal !== '';

  const onKeyDown = (e: KeyboardEvent) => {
    const items = [...(box.current?.querySelectorAll<HTMLElement>('[role=menuitem]') ?? [])];
    const at = items.indexOf(document.activeElement as HTMLElement);
    const go = (i: number) => items[(i + items.length) % items.length]?.focus();
    if (e.key === 'ArrowDown') go(at + 1);
    else if (e.key === 'ArrowUp') go(at - 1);
    else if (e.key === 'Home') go(0);
    else if (e.key === 'End') go(items.length - 1);
    else if (e.key === 'Escape' || e.key === 'Tab') session.set({ menu: null });
    else if (/^\d$/.test(e.key) && Number(e.key) < stage.threads.length)
      session.rebind(conn.index, Number(e.key));
    else return;
    e.preventDefault();
    e.stopPropagation();
  };

  return (
    <div
      ref={box}
      className="menu"
      role="menu"
      tabIndex={-1}
      aria-label={`Connection ${conn.name.letter}`}
      data-testid="rebind-menu"
      data-widget=""
      onKeyDown={onKeyDown}
    >
      <div className="menu-head" role="presentation">
        <InlineChip name={conn.name} />
        <b>{conn.name.letter}</b>
        <code>{cid.slice(0, 8)}</code>
      </div>
      <div className="menu-label" role="presentation">
        {refused ? `Cannot be rebound now: ${conn.rebindRefusal}` : 'Rebind to'}
      </div>
      {stage.threads.map((t) => {
        const owner = t.tid === conn.owner;
        const off = owner || t.state === 'lost';
        return (
          <button
            key={t.tid}
            type="button"
            role="menuitem"
            tabIndex={-1}
            aria-disabled={off || refused || undefined}
            data-testid={`rebind-to-T${t.tid}`}
            onClick={() => !off && session.rebind(conn.index, t.tid)}
          >
            <ThreadBadge tid={t.tid} threads={stage.threads.length} />
            {owner && <span className="menu-note">owner</span>}
            {t.state === 'lost' && <span className="menu-note">worker lost</span>}
            <kbd>⇧{t.tid}</kbd>
          </button>
        );
      })}
      <hr />
      <button
        type="button"
        role="menuitem"
        tabIndex={-1}
        onClick={() => {
          void navigator.clipboard?.writeText(cid).catch(() => session.set({ notice: noClipboard(cid) }));
          session.set({ menu: null });
        }}
      >
        Copy CID
      </button>
    </div>
  );
}

function noClipboard(cid: string) {
  return {
    tone: 'plain' as const,
    heading: 'The browser did not allow copying.',
    detail: `The CID is ${cid}`,
    action: null,
  };
}
