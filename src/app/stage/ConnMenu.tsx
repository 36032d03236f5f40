import type { KeyboardEvent } from 'react';
import type { ConnView, TimerView } from '../../report/view.ts';
import { InlineChip, ThreadBadge } from '../parts/Glyphs.tsx';
import { Menu, MenuItem } from '../parts/Menu.tsx';
import { useChoice, usePicture, useSession } from '../session/context.tsx';
import { copied } from '../session/copy.ts';
import { EVERYTHING } from '../trace/everything.ts';

/** The menu of a connection: right click, Enter, or a long press. */
export function ConnMenu() {
  const session = useSession();
  const menu = useChoice((c) => (c.menu?.kind === 'conn' ? c.menu : null));
  const following = useChoice((c) => c.menu?.kind === 'conn' && c.follow === c.menu.conn);
  const stage = usePicture((p) => p.stage);
  const conn = menu && stage ? stage.conns.find((c) => c.index === menu.conn) : undefined;
  if (!menu || !conn || !stage) return null;
  const cid = conn.cids[0]?.cid ?? '';
  const cids = conn.cids.map((c) => c.cid).join('\n');
  const refused = conn.rebindRefusal !== '';
  const close = () => session.set({ menu: null });
  const onKey = (e: KeyboardEvent) => {
    if (!/^\d$/.test(e.key) || Number(e.key) >= stage.threads.length) return false;
    session.rebind(conn.index, Number(e.key));
    return true;
  };
  return (
    <Menu
      x={menu.x}
      y={menu.y}
      label={`Connection ${conn.name.letter}`}
      testid="rebind-menu"
      onClose={close}
      onKey={onKey}
    >
      <div className="menu-head" role="presentation">
        <InlineChip name={conn.name} />
        <b>{conn.name.letter}</b>
        <code>{cid.slice(0, 8)}</code>
      </div>
      <div className="menu-label" role="presentation">
        {refused ? `Cannot be rebound now: ${conn.rebindRefusal}` : 'Rebind to'}
      </div>
      {stage.threads.map((t) => {
        const owner = t.tid === conn.owner;
        const lost = t.state === 'lost';
        return (
          <MenuItem
            key={t.tid}
            testid={`rebind-to-T${t.tid}`}
            off={owner ? 'owner' : lost ? 'worker lost' : refused}
            keys={`⇧${t.tid}`}
            onChoose={() => session.rebind(conn.index, t.tid)}
          >
            <ThreadBadge tid={t.tid} threads={stage.threads.length} />
          </MenuItem>
        );
      })}
      <hr />
      {(['idle', 'loss'] as const).map((timer) => (
        <MenuItem
          key={timer}
          testid={`expire-${timer}`}
          off={timerOff(conn, conn[timer], stage.threads[conn.owner]?.state ?? '')}
          onChoose={() => session.choose({ kind: 'expire-timer', conn: conn.index, timer })}
        >
          Let its {timer} timer run out
        </MenuItem>
      ))}
      <MenuItem
        testid="close-conn"
        off={conn.closeRefusal || false}
        onChoose={() => session.choose({ kind: 'close', conn: conn.index })}
      >
        Close it
      </MenuItem>
      <hr />
      <MenuItem
        testid="follow-conn"
        keys="V"
        onChoose={() => {
          session.set({ follow: following ? -1 : conn.index, menu: null });
          session.select(conn.index);
        }}
      >
        {following ? 'Stop following it' : 'Follow it'}
      </MenuItem>
      <MenuItem
        testid="trace-conn"
        onChoose={() =>
          session.set({
            traceFilter: { ...EVERYTHING, conns: [conn.index] },
            panel: 'trace',
            menu: null,
          })
        }
      >
        Its lines of the trace
      </MenuItem>
      <MenuItem
        testid="copy-cids"
        onChoose={() => {
          void copied(session, cids, `The CID is ${cids}`);
          close();
        }}
      >
        {conn.cids.length > 1 ? `Copy its ${conn.cids.length} CIDs` : 'Copy its CID'}
      </MenuItem>
    </Menu>
  );
}

/** Why a timer cannot be let run out now, or false. */
function timerOff(conn: ConnView, timer: TimerView, owner: string): string | false {
  if (!timer.armed || !timer.queued) return 'not armed';
  return owner === 'asleep' ? false : `T${conn.owner} is not asleep`;
}
