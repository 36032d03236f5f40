import { useEffect, useId, useRef, useState } from 'react';
import { addressOf, snippetOf } from '../address/browser.ts';
import { usePicture, useSession } from '../session/context.tsx';
import { Dialog } from './Dialog.tsx';
import { SaveMoment } from './SaveMoment.tsx';

/** The address of exactly this moment, and the line that shows it in another page; or the file of one that has no address. */
export function ShareDialog({ onClose }: { onClose(): void }) {
  const { frozen } = useSession().opened() ?? {};
  return (
    <Dialog title="Share this moment" onClose={onClose}>
      {frozen ? <SaveMoment frozen={frozen} /> : <Links />}
      <State />
    </Dialog>
  );
}

/** The state as one number, for whoever compares two runs. */
function State() {
  const hash = usePicture((p) => p.hash);
  const sharing = usePicture((p) => p.status.sharing);
  if (!hash) return null;
  return (
    <p className="muted" data-testid="hash">
      The state is <span className="mono">{hash}</span>
      {sharing === 'transferred' ? ', memory handed round' : ''}. The same choices always lead to the same
      one.
    </p>
  );
}

function Links() {
  const session = useSession();
  const [hash, setHash] = useState<string | null | undefined>();
  useEffect(() => {
    let here = true;
    const link = session.parts.links?.link() ?? Promise.resolve(null);
    void link.then((h) => here && setHash(h));
    return () => {
      here = false;
    };
  }, [session]);
  const { scenario } = session.opened() ?? {};
  return (
    <>
      {hash === undefined && <p className="muted">The places of your choices are being read.</p>}
      {hash === null && <p>What is open here cannot be named in a link.</p>}
      {hash && (
        <>
          <Copy name="Link" text={addressOf(hash, false)} testid="link" />
          <Copy name="Figure for another page" text={snippetOf(hash)} testid="snippet" />
          <p className="muted">
            {scenario?.kind === 'capture'
              ? `The capture is not in the link, only its name and hash: who opens it needs “${scenario.name}”.`
              : 'The link holds the beginning, your choices, and where the playhead stands.'}
          </p>
        </>
      )}
    </>
  );
}

function Copy({ name, text, testid }: { name: string; text: string; testid: string }) {
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  const [said, setSaid] = useState('');
  const copy = () => {
    const selected = () => {
      field.current?.select();
      setSaid('The browser did not allow copying. The text is selected.');
    };
    if (!navigator.clipboard) selected();
    else void navigator.clipboard.writeText(text).then(() => setSaid('Copied.'), selected);
  };
  return (
    <div className="copy-row">
      <label htmlFor={id}>
        <b>{name}</b>
      </label>
      <input id={id} ref={field} className="mono" readOnly value={text} data-testid={`share-${testid}`} />
      <button type="button" className="btn" data-testid={`copy-${testid}`} onClick={copy}>
        Copy
      </button>
      <small role="status" data-testid={`copied-${testid}`}>
        {said}
      </small>
    </div>
  );
}
