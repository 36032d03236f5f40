import { useEffect, useState } from 'react';
import type { Frozen } from '../../scenario/frozen.ts';
import { momentSince } from '../address/here.ts';
import { nameOfMoment, packMoment } from '../opening/moment-file.ts';
import { useSession } from '../session/context.tsx';

/** What a file is kept for after it was handed to the browser, ms: some ask for it only when the person has said where to. */
const KEPT = 60_000;

/** A moment that began in Live is too large for a link: it is saved as a file, which the page opens again. */
export function SaveMoment({ frozen }: { frozen: Frozen }) {
  const session = useSession();
  const [said, setSaid] = useState('');
  const [busy, setBusy] = useState(false);
  // What is saved is what stands still on the stage behind.
  useEffect(() => session.pause(), [session]);
  const save = async () => {
    setBusy(true);
    setSaid('The moment is being packed.');
    try {
      const here = momentSince(session);
      const bytes = await packMoment(frozen, here);
      const name = nameOfMoment(frozen, here);
      download(bytes, name);
      setSaid(`Saved as ${name}, ${megabytes(bytes.length)}.`);
    } catch (error) {
      setSaid(`It could not be saved: ${error instanceof Error ? error.message : String(error)}`);
    }
    setBusy(false);
  };
  const { words } = frozen.begin.image;
  return (
    <>
      <p>
        A moment frozen in Live begins with the memory of its run, {megabytes(words.byteLength)}: too much for
        a link. Saved as a file, it opens again at this very step, in any Rebind whose steps are the same.
      </p>
      <div className="dialog-foot">
        <button
          type="button"
          className="btn primary"
          data-testid="save-moment"
          disabled={busy}
          onClick={() => void save()}
        >
          Save this moment
        </button>
        <small role="status" data-testid="moment-saved">
          {said}
        </small>
      </div>
      <p className="muted">
        The file holds the run’s packets and the keys that open them. Open… takes it, or a drop on the page;
        in a terminal, <code>npm run rebind -- run --image FILE</code>.
      </p>
    </>
  );
}

const megabytes = (n: number): string => `${(n / 1e6).toFixed(1)} MB`;

function download(bytes: Uint8Array, name: string): void {
  const url = URL.createObjectURL(
    new Blob([bytes as Uint8Array<ArrayBuffer>], { type: 'application/octet-stream' }),
  );
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), KEPT);
}
