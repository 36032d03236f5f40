import { lazy, Suspense } from 'react';
import { useChoice } from '../session/context.tsx';

const ConnMenu = lazy(() => import('./ConnMenu.tsx').then((m) => ({ default: m.ConnMenu })));
const ThreadMenu = lazy(() => import('./ThreadMenu.tsx').then((m) => ({ default: m.ThreadMenu })));
const DgramMenu = lazy(() => import('./DgramMenu.tsx').then((m) => ({ default: m.DgramMenu })));

const OF = { conn: ConnMenu, thread: ThreadMenu, dgram: DgramMenu } as const;

/** The menu that is open, of whatever it is. */
export function OpenMenu() {
  const kind = useChoice((c) => c.menu?.kind);
  const Menu = kind && OF[kind];
  return <Suspense>{Menu && <Menu />}</Suspense>;
}
