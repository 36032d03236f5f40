import { type ReactNode, useEffect, useRef } from 'react';
import './dialog.css';

/** A modal dialog: focus stays inside, Esc closes, focus goes back. */
export function Dialog({
  title,
  onClose,
  wide = false,
  children,
}: {
  title: string;
  onClose(): void;
  /** For lists in two columns. */
  wide?: boolean;
  children: ReactNode;
}) {
  const node = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const dialog = node.current;
    if (dialog && !dialog.open) dialog.showModal();
  }, []);
  return (
    <dialog
      ref={node}
      className={wide ? 'wide' : ''}
      aria-label={title}
      onClose={onClose}
      onCancel={onClose}
      data-testid="dialog"
    >
      <div className="dialog-head">
        <h2>{title}</h2>
        <button type="button" className="btn plain" data-testid="dialog-close" onClick={onClose}>
          Close
        </button>
      </div>
      {children}
    </dialog>
  );
}
