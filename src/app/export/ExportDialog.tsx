import { useEffect, useId, useRef, useState } from 'react';
import { ENDING, FORMATS, type Format, type Table, tableText } from '../../report/table.ts';
import { Dialog } from '../dialogs/Dialog.tsx';
import { useSession } from '../session/context.tsx';
import type { Choices } from '../session/store.ts';
import { plural } from '../stage/text.ts';
import { TABLES } from './tables.ts';
import './export.css';

/** Lines of the preview. */
const SEEN = 40;
/** What a file is kept for after it was handed to the browser, ms. */
const KEPT = 60_000;

/** Any table of the page, copied or saved as text, CSV or JSON. */
export function ExportDialog({ onClose }: { onClose(): void }) {
  const session = useSession();
  const id = useId();
  const [which, setWhich] = useState(() => tableOfPanel(session.choices.getState()));
  const [format, setFormat] = useState<Format>('text');
  const [table, setTable] = useState<Table | null | undefined>();
  const [said, setSaid] = useState('');
  const box = useRef<HTMLTextAreaElement>(null);
  // What is taken is what stands still on the stage behind.
  useEffect(() => session.pause(), [session]);
  useEffect(() => {
    let here = true;
    setTable(undefined);
    setSaid('');
    void Promise.resolve(TABLES.find((t) => t.id === which)?.make(session) ?? null).then((t) => {
      if (here) setTable(t);
    });
    return () => {
      here = false;
    };
  }, [session, which]);
  const text = table ? tableText(table, format) : '';
  const copy = () => {
    const failed = () => {
      box.current?.select();
      setSaid('The browser did not allow copying; what is seen here is selected.');
    };
    if (!navigator.clipboard) failed();
    else void navigator.clipboard.writeText(text).then(() => setSaid('Copied.'), failed);
  };
  const save = () => {
    if (!table) return;
    const { ending, mime } = ENDING[format];
    const name = `rebind-${table.name}.${ending}`;
    download(text, mime, name);
    setSaid(`Saved as ${name}.`);
  };
  return (
    <Dialog title="Copy or save a table" onClose={onClose} wide>
      <div className="export-head">
        <label htmlFor={id}>Table</label>
        <select id={id} value={which} data-testid="export-table" onChange={(e) => setWhich(e.target.value)}>
          {TABLES.map((t) => (
            <option key={t.id} value={t.id}>
              {t.name}
            </option>
          ))}
        </select>
        <fieldset className="segments" aria-label="As">
          {FORMATS.map((f) => (
            <button
              key={f}
              type="button"
              aria-pressed={f === format}
              data-testid={`export-${f}`}
              onClick={() => setFormat(f)}
            >
              {f}
            </button>
          ))}
        </fieldset>
        <button
          type="button"
          className="btn primary"
          data-testid="export-copy"
          disabled={!table}
          onClick={copy}
        >
          Copy
        </button>
        <button type="button" className="btn" data-testid="export-save" disabled={!table} onClick={save}>
          Save
        </button>
      </div>
      <p className="muted" role="status" data-testid="export-said">
        {said ||
          (table === undefined
            ? 'It is being read.'
            : table
              ? plural(table.rows.length, 'row')
              : 'Nothing is there to be taken.')}
      </p>
      <textarea
        ref={box}
        className="mono"
        readOnly
        aria-label="Beginning of it"
        data-testid="export-seen"
        rows={14}
        value={text.split('\n', SEEN).join('\n')}
      />
    </Dialog>
  );
}

/** What is in view goes first. */
function tableOfPanel({ panel, command, captureList }: Choices): string {
  if (panel === 'show') return `show-${command}`;
  if (panel === 'capture' && captureList === 'unread') return 'unread';
  return TABLES.find((t) => t.panel === panel)?.id ?? TABLES[0]!.id;
}

function download(text: string, mime: string, name: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: `${mime};charset=utf-8` }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), KEPT);
}
