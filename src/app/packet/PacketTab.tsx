import { useEffect, useMemo, useRef, useState } from 'react';
import type { DatagramLook, Stage } from '../../report/packet/look.ts';
import { useSize } from '../page/useSize.ts';
import { Sheet } from '../parts/Glyphs.tsx';
import { useChoice, usePicture, useSession } from '../session/context.tsx';
import { Bytes } from './Bytes.tsx';
import { bookOf } from './book.ts';
import { Hops } from './Hops.tsx';
import { PacketParts } from './PacketParts.tsx';
import { useWay } from './useWay.ts';
import './packet.css';

/** One datagram, close up: its bytes, what they say, and where it has been. */
export function PacketTab() {
  const session = useSession();
  const dgram = useChoice((c) => c.dgram);
  const source = useChoice((c) => c.sourceName);
  const opened = session.opened();
  // biome-ignore lint/correctness/useExhaustiveDependencies: another source is another book.
  const look = useMemo(() => {
    if (!opened || dgram === 0) return null;
    try {
      return bookOf(opened).look(dgram - 1);
    } catch (error) {
      // A number that this world does not have: from an address, or from a world that is gone.
      if (error instanceof RangeError) return null;
      throw error;
    }
  }, [opened, dgram, source]);
  if (!look)
    return (
      <p className="muted pad" data-testid="packet-none">
        No datagram chosen. Click one on the stage; <kbd>[</kbd> and <kbd>]</kbd> go through those of the
        selected connection.
      </p>
    );
  return <Look key={look.dgram} look={look} />;
}

const STAGES: readonly [Stage, string][] = [
  ['received', 'As received'],
  ['header', 'Header open'],
  ['opened', 'Opened'],
];
const RANK: Record<Stage, number> = { received: 0, header: 1, opened: 2 };

function Look({ look }: { look: DatagramLook }) {
  const session = useSession();
  const node = useRef<HTMLDivElement>(null);
  const { width } = useSize(node);
  const way = useWay(look.dgram, look.connIndex, look.conn?.letter ?? '');
  const at = usePicture((p) => p.travel.at);
  const ahead = useChoice((c) => c.openAhead);
  // Nothing is shown ahead of the model: not before the owner has opened it, unless that is asked for.
  const open = ahead || (way !== null && way.handledAt >= 0 && way.handledAt <= at);
  const wanted = useChoice((c) => c.packetStage);
  const best: Stage = open ? look.reach : 'received';
  const stage = wanted && RANK[wanted] <= RANK[look.reach] ? wanted : best;
  const [pinned, setPinned] = useState('');
  const [over, setOver] = useState('');
  const marked = over || pinned;
  const title = useRef<HTMLHeadingElement>(null);
  const focusSoon = useChoice((c) => c.packetFocus);
  useEffect(() => {
    if (!focusSoon) return;
    session.set({ packetFocus: false });
    title.current?.focus({ preventScroll: true });
  }, [focusSoon, session]);
  const many = look.packets.length > 1;
  const total = look.bytes.received.length;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Esc unpins whatever in it has the focus.
    <div
      ref={node}
      className={`packet ${width > 0 && width < 480 ? 'narrow' : ''}`}
      data-testid="packet"
      data-dgram={look.no}
      onKeyDown={(e) => {
        if (e.key !== 'Escape' || !pinned) return;
        e.stopPropagation();
        setPinned('');
      }}
    >
      <header className="packet-head">
        <svg width="32" height="40" viewBox="0 0 32 40" aria-hidden="true">
          <Sheet name={look.conn} no={look.no} w={32} h={40} solid />
        </svg>
        <div>
          <h3 ref={title} tabIndex={-1}>
            Datagram {look.no}
          </h3>
          <p>
            {look.packets.map((p) => p.type).join(' + ') || 'no packet'}, {total} bytes
          </p>
          <code>
            {look.from} → {look.to}
          </code>
        </div>
        <Steps look={look} />
      </header>
      <fieldset className="packet-segments" aria-label="Stage of opening">
        {STAGES.map(([id, text]) => {
          const off = RANK[id] > RANK[look.reach];
          return (
            <button
              key={id}
              type="button"
              aria-pressed={stage === id}
              disabled={off}
              title={off ? look.packets[0]?.heading : undefined}
              data-testid={`packet-${id}`}
              onClick={() =>
                session.set({ packetStage: id, ...(id === 'opened' ? { openAhead: true } : {}) })
              }
            >
              {text}
            </button>
          );
        })}
      </fieldset>
      <Bytes
        look={look}
        stage={stage}
        marked={marked}
        onOver={setOver}
        onPin={setPinned}
        perRow={width < 480 ? 8 : 16}
      />
      {look.packets.map((packet, i) => (
        <PacketParts
          key={packet.off}
          look={look}
          packet={packet}
          index={i}
          name={many ? `${packet.type}, ${i + 1} of ${look.packets.length}` : 'Header'}
          stage={stage}
          open={open || stage === 'opened'}
          way={way}
          marked={marked}
          onOver={setOver}
          onPin={(k) => setPinned(k === pinned ? '' : k)}
        />
      ))}
      {look.trailing > 0 && (
        <p className="pad muted">{look.trailing} bytes of padding behind the last packet.</p>
      )}
      <Hops way={way} />
    </div>
  );
}

/** To the datagrams of the same connection before and after. */
function Steps({ look }: { look: DatagramLook }) {
  const session = useSession();
  const opened = session.opened();
  const all = opened ? bookOf(opened).siblings(look.dgram) : [];
  const here = all.indexOf(look.dgram);
  const to = (by: number) => {
    const next = all[here + by];
    if (next !== undefined) session.set({ dgram: next + 1 });
  };
  return (
    <div className="packet-steps">
      <button
        type="button"
        className="btn icon"
        aria-label="Previous datagram of this connection"
        title="["
        data-testid="packet-previous"
        disabled={here <= 0}
        onClick={() => to(-1)}
      >
        ◂
      </button>
      <button
        type="button"
        className="btn icon"
        aria-label="Next datagram of this connection"
        title="]"
        data-testid="packet-next"
        disabled={here < 0 || here >= all.length - 1}
        onClick={() => to(1)}
      >
        ▸
      </button>
    </div>
  );
}
