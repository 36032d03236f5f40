import { type FormEvent, useEffect, useState } from 'react';
import { Dialog } from '../dialogs/Dialog.tsx';
import { useChoice, useSession } from '../session/context.tsx';

/** Chooses a capture and, if there is one, its key log; or a moment saved from Live. None leaves the page. */
export function OpenDialog({ onClose }: { onClose(): void }) {
  const session = useSession();
  const current = useChoice((c) => c.source);
  const currentName = useChoice((c) => c.sourceName);
  const [capture, setCapture] = useState<File | null>(null);
  const [keys, setKeys] = useState<File | null>(null);
  useEffect(() => session.backend.prepare(), [session]);
  const submit = (e: FormEvent) => {
    e.preventDefault();
    const source = capture ? ({ kind: 'file', file: capture } as const) : current;
    onClose();
    void session.open(source, keys);
  };
  return (
    <Dialog title="Open" onClose={onClose}>
      <form onSubmit={submit}>
        <label>
          <b>Capture, or saved moment</b>
          <small>
            pcap or pcapng with QUIC; or a moment that was frozen in Live and saved (.rebind). Left empty,{' '}
            {currentName ? `“${currentName}” is kept` : 'nothing is opened'}.
          </small>
          <input
            type="file"
            data-testid="file-capture"
            onChange={(e) => setCapture(e.target.files?.[0] ?? null)}
          />
        </label>
        <label>
          <b>Key log of a capture</b>
          <small>
            The SSLKEYLOGFILE written with it. Without one, 1-RTT packets are routed but not opened.
          </small>
          <input type="file" data-testid="file-keys" onChange={(e) => setKeys(e.target.files?.[0] ?? null)} />
        </label>
        <p className="muted">They are read in this page and go nowhere else.</p>
        <div className="dialog-foot">
          <button type="submit" className="btn primary" data-testid="open-go" disabled={!capture && !keys}>
            Open
          </button>
        </div>
      </form>
    </Dialog>
  );
}
