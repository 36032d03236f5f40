import { useState } from 'react';
import type { ExportKind } from '../../report/exports/index.ts';
import { addressOf } from '../address/browser.ts';
import { useSession } from '../session/context.tsx';
import { Choice } from './Choice.tsx';
import { download, kilobytes, reason } from './drawn.ts';
import { fileName, type Shared } from './shared.ts';

const AS: readonly { id: ExportKind; name: string; what: string }[] = [
  {
    id: 'perfetto',
    name: 'Perfetto',
    what: 'Trace events as JSON, for ui.perfetto.dev and chrome://tracing: a track for each thread with its calls and steps, an arrow for each datagram that goes from thread to thread.',
  },
  {
    id: 'qlog',
    name: 'qlog',
    what: 'A file for each connection (draft-ietf-quic-qlog-main-schema-14), as the server sees it: datagrams, opened packets with their frames, and the moves between threads. Several come as a zip.',
  },
  {
    id: 'haproxy-trace',
    name: 'HAProxy trace',
    what: 'The lines that HAProxy’s own trace prints, without a prefix, as to a terminal.',
  },
];

/** The run on the stage, to its recorded end, as other tools read it. */
export function RunTab({ moment, data, own, hash, title, makes }: Shared) {
  const session = useSession();
  const [as, setAs] = useState<ExportKind>('perfetto');
  const [said, setSaid] = useState('');
  const [busy, setBusy] = useState(false);
  const { revision } = moment.options;
  const save = async () => {
    setBusy(true);
    setSaid('The run is being written.');
    try {
      const { file, bytes } = await makes.maker.make({
        kind: 'export',
        moment,
        data,
        as,
        base: fileName(title),
        name: {
          title,
          revision: session.backend.revisions.find((r) => r.id === revision)?.name ?? revision,
          link: addressOf(hash, false),
        },
      });
      download(bytes, 'application/octet-stream', file);
      setSaid(`Saved as ${file}, ${kilobytes(bytes.length)}.`);
    } catch (error) {
      setSaid(reason(error));
    }
    setBusy(false);
  };
  return (
    <>
      <Choice<ExportKind> label="As" of={AS} chosen={as} choose={setAs} testid="run-as" />
      <p>{AS.find((a) => a.id === as)?.what}</p>
      <p className="muted" data-testid="run-holds">
        {own
          ? 'It tells of the datagrams of your capture: their times and lengths, packet numbers'
          : 'It holds times, lengths and packet numbers'}
        {as === 'qlog' ? ', and connection IDs' : ''}; no bytes that packets carry, no keys.
      </p>
      <div className="dialog-foot">
        <button
          type="button"
          className="btn primary"
          data-testid="save-run"
          disabled={busy}
          onClick={() => void save()}
        >
          Save the run
        </button>
        <small role="status" data-testid="run-said">
          {said}
        </small>
      </div>
    </>
  );
}
