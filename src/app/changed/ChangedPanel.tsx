import { useEffect, useState } from 'react';
import type { ChangedRead } from '../../hosts/questions.ts';
import { changedWord } from '../../report/word-names.ts';
import { InlineChip } from '../parts/Glyphs.tsx';
import { usePicture, useSession } from '../session/context.tsx';
import { count, plural } from '../stage/text.ts';
import './changed.css';

/** Words of the block that the step before the playhead changed: by name, what they held and what they hold. */
export function ChangedPanel() {
  const session = useSession();
  const at = usePicture((p) => p.travel.at);
  const line = usePicture((p) => p.travel.line);
  const playing = usePicture((p) => p.status.playing);
  const clock = usePicture((p) => p.stage?.next);
  const [got, setGot] = useState<ChangedRead | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another line has other steps.
  useEffect(() => {
    if (playing) return;
    let wanted = true;
    void session.ask('changed', { at }).then((a) => {
      if (a && wanted) setGot(a);
    });
    return () => {
      wanted = false;
    };
  }, [session, at, line, playing]);
  if (playing) return <p className="muted pad">Playing. Pause to see what a step changed.</p>;
  if (!clock || !got || got.at !== at) return <p className="muted pad">Being looked for…</p>;
  const words = Array.from({ length: got.triples.length / 3 }, (_, i) => {
    const [index, old, now] = got.triples.slice(3 * i, 3 * i + 3) as [number, number, number];
    return { index, word: session.look((r, block) => changedWord(r.at(block), index, old, now)) };
  });
  return (
    <div className="changed" data-testid="changed" data-words={got.all}>
      <p className="muted">
        {at === 0
          ? 'Nothing has happened yet.'
          : `Step ${count(at)} changed ${plural(got.all, 'word')}${got.all === 0 ? ': it only read' : ''}.`}
      </p>
      {words.length > 0 && (
        <table>
          <thead>
            <tr>
              <th scope="col">object</th>
              <th scope="col">of</th>
              <th scope="col">field</th>
              <th scope="col">was</th>
              <th scope="col">is</th>
            </tr>
          </thead>
          <tbody>
            {words.map(
              ({ index, word }) =>
                word && (
                  <tr key={index} className={word.owner ? 'owner' : ''}>
                    <td>
                      <code>{word.object}</code>
                    </td>
                    <td>{word.conn ? <InlineChip name={word.conn} side={14} /> : word.which}</td>
                    <td>
                      <code>{word.field}</code>
                    </td>
                    <td className="mono">{word.old}</td>
                    <td className="mono">{word.now}</td>
                  </tr>
                ),
            )}
          </tbody>
        </table>
      )}
      {got.all > words.length && <p className="muted">{count(got.all - words.length)} more.</p>}
    </div>
  );
}
