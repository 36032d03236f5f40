import type { ConnName } from '../../report/view.ts';
import { InlineChip } from '../parts/Glyphs.tsx';
import { useSession } from '../session/context.tsx';

/** A connection in a list: selects it. */
export function ConnButton({ index, name }: { index: number; name: ConnName }) {
  const session = useSession();
  return (
    <button
      type="button"
      className="conn-button"
      aria-label={`Select ${name.letter}`}
      onClick={() => session.select(index)}
    >
      <InlineChip name={name} side={15} />
    </button>
  );
}
