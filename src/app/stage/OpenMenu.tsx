import { inCorner, later } from '../parts/later.tsx';
import { useChoice, useSession } from '../session/context.tsx';

const menu = { what: 'The menu', around: inCorner };
const ConnMenu = later(
  menu,
  () => import('./ConnMenu.tsx'),
  (m) => m.ConnMenu,
);
const ThreadMenu = later(
  menu,
  () => import('./ThreadMenu.tsx'),
  (m) => m.ThreadMenu,
);
const DgramMenu = later(
  menu,
  () => import('./DgramMenu.tsx'),
  (m) => m.DgramMenu,
);
const PanelsMenu = later(
  menu,
  () => import('../bottom/PanelsMenu.tsx'),
  (m) => m.PanelsMenu,
);

const OF = { conn: ConnMenu, thread: ThreadMenu, dgram: DgramMenu, panels: PanelsMenu } as const;

/** The menu that is open, of whatever it is. */
export function OpenMenu() {
  const session = useSession();
  const kind = useChoice((c) => c.menu?.kind);
  const Menu = kind && OF[kind];
  return Menu ? <Menu leave={{ label: 'Close', run: () => session.set({ menu: null }) }} /> : null;
}
