import type { KeyboardEvent, MouseEvent } from 'react';
import { useChoice, useSession } from '../session/context.tsx';

/** What a connection's chip opens. */
export const chipOpens = 'menu';

/**
 * What makes a datagram a button. What flies has a menu: the network may do something to it; what the thread holds is only looked
 * into. `stop`: the Tab key stops at it.
 */
export function useHands(dgram: number, flies: boolean, stop: boolean) {
  const session = useSession();
  const told = useChoice((c) => c.story !== null);
  const open = () => {
    if (told) return;
    if (!flies) session.openPacket(dgram);
    else {
      session.set({ dgram, tab: 'packet' });
      session.openMenu({ kind: 'dgram', dgram });
    }
  };
  return {
    role: 'button',
    tabIndex: stop ? 0 : -1,
    ...(flies ? { 'aria-haspopup': 'menu' as const } : {}),
    onClick: (e: MouseEvent) => {
      e.stopPropagation();
      open();
    },
    onKeyDown: (e: KeyboardEvent) => {
      if (e.key !== 'Enter' && e.key !== ' ') return;
      e.preventDefault();
      e.stopPropagation();
      open();
    },
  };
}
