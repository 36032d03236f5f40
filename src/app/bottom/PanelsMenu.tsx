import { COMMANDS } from '../commands/table.ts';
import { Menu, MenuItem } from '../parts/Menu.tsx';
import { useChoice, useSession } from '../session/context.tsx';
import { PANELS } from './panels.ts';

/** The panels whose tabs find no room. */
export function PanelsMenu() {
  const session = useSession();
  const menu = useChoice((c) => (c.menu?.kind === 'panels' ? c.menu : null));
  if (!menu) return null;
  return (
    <Menu
      x={menu.x}
      y={menu.y}
      label="Panels"
      testid="panels-menu"
      onClose={() => session.set({ menu: null })}
    >
      {PANELS.filter((p) => menu.hidden.includes(p.id)).map((p) => {
        const keys = COMMANDS.find((c) => c.id === `panel-${p.id}`)?.keys;
        return (
          <MenuItem
            key={p.id}
            testid={`to-panel-${p.id}`}
            {...(keys ? { keys } : {})}
            onChoose={() => session.set({ panel: p.id, menu: null })}
          >
            {p.name}
          </MenuItem>
        );
      })}
    </Menu>
  );
}
