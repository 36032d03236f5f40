/** Stands in the figure's build in place of app/stage/ThreadButton.tsx: there are no menus, the thread's number holds it and lets it go. */
import type { KeyboardEvent } from 'react';
import { useSession } from '../app/session/context.tsx';
import type { ThreadButtonProps } from '../app/stage/ThreadButton.tsx';

export function ThreadButton({ tid, held, x, y, size }: ThreadButtonProps) {
  const { toggleHold } = useSession();
  const press = () => toggleHold(tid);
  const words = `${held ? 'Release' : 'Hold'} T${tid}`;
  return (
    // biome-ignore lint/a11y/useSemanticElements: SVG has no button element.
    <g
      className="thread-button"
      role="button"
      tabIndex={0}
      aria-label={words}
      data-testid={`thread-T${tid}`}
      onClick={press}
      onKeyDown={(e: KeyboardEvent) => {
        if (e.key !== 'Enter' && e.key !== ' ') return;
        e.preventDefault();
        press();
      }}
    >
      <title>{words}</title>
      <rect className="hit" x={x - 3} y={y - size} width={size * 1.3 + 6} height={size + 7} />
      <text className="tid" x={x} y={y} fontSize={size}>
        T{tid}
      </text>
    </g>
  );
}
