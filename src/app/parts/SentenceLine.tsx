import { usePicture } from '../session/context.tsx';
import { InlineChip } from './Glyphs.tsx';

/** The one sentence above the stage: who owns the selected connection, and what is unfinished. */
export function SentenceLine() {
  const s = usePicture((p) => p.sentence);
  return (
    <p className="sentence" data-testid="sentence">
      {s.conn && <InlineChip name={s.conn} side={22} />}
      <span>
        <b>{s.lead}</b> <span className="rest">{s.rest}</span>
      </span>
    </p>
  );
}
