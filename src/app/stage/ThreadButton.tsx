import type { KeyboardEvent, SyntheticEvent } from 'react';
import { useSession } from '../session/context.tsx';
import { useMark } from '../session/useMark.ts';
import { useIsBack } from './lit.tsx';

export interface ThreadButtonProps {
  tid: number;
  held: boolean;
  x: number;
  /** Baseline of its number. */
  y: number;
  size: number;
}

/** The thread's number opens its menu. */
export function ThreadButton({ tid, x, y, size }: ThreadButtonProps) {
  const session = useSession();
  const mark = useMark<SVGGElement>(`thread:${tid}`);
  const open = (e: SyntheticEvent<SVGGElement>) => {
    e.preventDefault();
    e.stopPropagation();
    session.openMenu({ kind: 'thread', tid });
  };
  // SVG has no button element; a group with a button's role, name and keys is one.
  const asButton = {
    role: 'button',
    tabIndex: useIsBack() ? -1 : 0,
    'aria-haspopup': 'menu' as const,
    'aria-label': `T${tid}, menu of this thread`,
    onClick: open,
    onContextMenu: open,
    onKeyDown: (e: KeyboardEvent<SVGGElement>) => {
      if (e.key === 'Enter' || e.key === ' ') open(e);
    },
  };
  return (
    <g ref={mark} className="thread-button" data-testid={`thread-T${tid}`} {...asButton}>
      <rect className="hit" x={x - 3} y={y - size} width={size * 1.3 + 6} height={size + 7} />
      <text className="tid" x={x} y={y} fontSize={size}>
        T{tid}
      </text>
    </g>
  );
}
