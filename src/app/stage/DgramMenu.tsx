import type { KeyboardEvent } from 'react';
import type { Choice } from '../../machine/choice.ts';
import { InlineChip, ThreadBadge } from '../parts/Glyphs.tsx';
import { Menu, MenuItem } from '../parts/Menu.tsx';
import { useChoice, usePicture, useSession } from '../session/context.tsx';

/** How many of the datagrams behind one it can be put behind. */
const BEHIND = 4;

/** The menu of a datagram in flight: what the network may do to it. */
export function DgramMenu() {
  const session = useSession();
  const menu = useChoice((c) => (c.menu?.kind === 'dgram' ? c.menu : null));
  const stage = usePicture((p) => p.stage);
  const flight = stage?.flights.find((f) => f.dgram.id === menu?.dgram);
  if (!menu || !stage || !flight) return null;
  const { dgram, keptBack } = flight;
  const d = dgram.id - 1;
  const close = () => session.set({ menu: null });
  const order = (choice: Choice) => {
    close();
    session.choose(choice);
  };
  const onKey = (e: KeyboardEvent) => {
    const tid = /^\d$/.test(e.key) ? Number(e.key) : -1;
    if (tid >= 0 && tid < stage.threads.length) order({ kind: 'deliver', dgram: d, tid });
    else if (e.key === 'k' && !keptBack) order({ kind: 'keep-back', dgram: d });
    else if (e.key === 'g') session.openPacket(dgram.id);
    else if (e.key === 'x') order({ kind: 'drop', dgram: d });
    else if (e.key === 'd') order({ kind: 'duplicate', dgram: d });
    else return false;
    return true;
  };
  const others = stage.flights.filter((f) => !f.keptBack && f.dgram.id !== dgram.id);
  const from = keptBack ? 0 : stage.flights.indexOf(flight);
  const behind = others.slice(from, from + BEHIND);
  return (
    <Menu
      x={menu.x}
      y={menu.y}
      label={`Datagram ${dgram.no}`}
      testid="dgram-menu"
      onClose={close}
      onKey={onKey}
    >
      <div className="menu-head" role="presentation">
        {dgram.conn && <InlineChip name={dgram.conn} />}
        <b>datagram {dgram.no}</b>
        <code>{keptBack ? 'kept back' : dgram.label}</code>
      </div>
      <MenuItem testid="dgram-open" keys="G" onChoose={() => session.openPacket(dgram.id)}>
        Look into it
      </MenuItem>
      <MenuItem testid="dgram-deliver" onChoose={() => order({ kind: 'deliver', dgram: d })}>
        Deliver it now
      </MenuItem>
      <div className="menu-label" role="presentation">
        Deliver it now and wake first
      </div>
      <div className="menu-row" role="presentation">
        {stage.threads.map((t) => (
          <MenuItem
            key={t.tid}
            testid={`dgram-wake-T${t.tid}`}
            keys={`${t.tid}`}
            onChoose={() => order({ kind: 'deliver', dgram: d, tid: t.tid })}
          >
            <ThreadBadge tid={t.tid} threads={stage.threads.length} />
          </MenuItem>
        ))}
      </div>
      {stage.sockets.length > 1 && (
        <div className="menu-label" role="presentation">
          Deliver it now on
        </div>
      )}
      {stage.sockets.length > 1 &&
        stage.sockets.map((s) => (
          <MenuItem
            key={s.fd}
            testid={`dgram-fd-${s.fd}`}
            onChoose={() => order({ kind: 'deliver', dgram: d, fd: s.fd })}
          >
            {s.kind === 'listener'
              ? 'the listener’s socket'
              : `the socket of ${s.conn?.letter ?? 'a connection'}`}
            <span className="menu-note">fd {s.fd}</span>
          </MenuItem>
        ))}
      <hr />
      <MenuItem
        testid="dgram-keep"
        keys="K"
        off={keptBack ? 'kept back already' : false}
        onChoose={() => order({ kind: 'keep-back', dgram: d })}
      >
        Keep it back
      </MenuItem>
      {behind.map((f) => (
        <MenuItem
          key={f.dgram.id}
          testid={`dgram-after-${f.dgram.no}`}
          onChoose={() => order({ kind: 'reorder', dgram: d, after: f.dgram.id - 1 })}
        >
          Let it come after datagram {f.dgram.no}
        </MenuItem>
      ))}
      <MenuItem testid="dgram-duplicate" keys="D" onChoose={() => order({ kind: 'duplicate', dgram: d })}>
        Duplicate it
      </MenuItem>
      <MenuItem testid="dgram-drop" keys="X" onChoose={() => order({ kind: 'drop', dgram: d })}>
        Drop it
      </MenuItem>
    </Menu>
  );
}
