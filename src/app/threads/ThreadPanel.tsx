import type { ReactNode } from 'react';
import type { ArmedTimer, PolledFd, RoomQueue, ThreadRoom } from '../../report/runtime/room.ts';
import { roomAt } from '../../report/runtime/shown.ts';
import type { ConnName } from '../../report/view.ts';
import { InlineChip, ThreadBadge } from '../parts/Glyphs.tsx';
import { useChoice, usePicture, useSession } from '../session/context.tsx';
import { count, plural, span } from '../stage/text.ts';
import { ConnButton } from './ConnButton.tsx';
import { lockWords, timerWords } from './words.ts';
import './threads.css';

/** One thread: what it has to run, when it wakes, what waits for it, what it polls and holds, how much it carries. */
export function ThreadPanel() {
  const session = useSession();
  const stage = usePicture((p) => p.stage);
  const chosen = useChoice((c) => c.room);
  if (!stage) return <p className="muted pad">No capture is open.</p>;
  const tid = Math.min(chosen, stage.threads.length - 1);
  const room = session.look((r, block) => roomAt(r, block, tid));
  const thread = stage.threads[tid]!;
  if (!room) return null;
  return (
    <div className="room" data-testid="thread-panel">
      <div className="room-head">
        <fieldset className="segments" aria-label="Thread">
          {stage.threads.map((t) => (
            <button
              key={t.tid}
              type="button"
              aria-pressed={t.tid === tid}
              data-testid={`room-${t.tid}`}
              onClick={() => session.set({ room: t.tid })}
            >
              T{t.tid}
            </button>
          ))}
        </fieldset>
        <p>
          <ThreadBadge tid={tid} threads={stage.threads.length} /> <b>{thread.verb}</b>{' '}
          {room.inGroup && <span>thread {room.inGroup} (group/number in it) </span>}
          <span className="muted">{thread.state === 'asleep' ? thread.sleepReason : thread.fn}</span>
        </p>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard has to reach it. */}
      <section className="room-body" aria-label={`T${tid}, looked into`} tabIndex={0}>
        <Box title="Run queues" note={`${plural(room.load.queued, 'entry', 'entries')}, first to run first`}>
          <Queues queues={room.queues} />
        </Box>
        <Box title="Inbox" note={`quic_dghdlrs[${tid}]`}>
          {thread.inbox.length === 0 ? (
            <p className="muted">empty</p>
          ) : (
            <ul>
              {thread.inbox.map((d) => (
                <li key={d.id}>
                  <button
                    type="button"
                    className="link"
                    title={`Open datagram ${d.no}`}
                    onClick={() => session.openPacket(d.id)}
                  >
                    {d.conn && <InlineChip name={d.conn} side={15} />} {d.no}
                  </button>{' '}
                  <span className="muted">
                    {d.label}, {count(d.bytes)} bytes
                  </span>
                  {d.ownerTid >= 0 && d.ownerTid !== tid && <b className="late"> for T{d.ownerTid}</b>}
                </li>
              ))}
            </ul>
          )}
        </Box>
        <Box title="Timers" note="next first">
          <Timers timers={room.timers} />
        </Box>
        <Box title="Polled fds" note="what its epoll has, and what is to change in it">
          <Fds fds={room.fds} />
        </Box>
        <Box title="Locks held">
          {room.locks.length === 0 ? (
            <p className="muted">none</p>
          ) : (
            <ul data-testid="room-locks">
              {room.locks.map((l) => (
                <li key={`${l.what} ${l.of}`}>{lockWords(l)}</li>
              ))}
            </ul>
          )}
        </Box>
        <Box title="Load">
          <Load room={room} />
        </Box>
      </section>
    </div>
  );
}

function Box({ title, note = '', children }: { title: string; note?: string; children: ReactNode }) {
  return (
    <section className="room-box">
      <h3>
        {title} {note && <small>{note}</small>}
      </h3>
      {children}
    </section>
  );
}

function Queues({ queues }: { queues: readonly RoomQueue[] }) {
  const empty = queues.filter((q) => q.items.length === 0);
  return (
    <ul data-testid="room-queues">
      {queues
        .filter((q) => q.items.length > 0)
        .map((q) => (
          <li key={q.name}>
            <code>{q.name}</code>{' '}
            {keyed(q.items).map(([key, t]) => (
              <span key={key} className="room-task">
                {t.fn}
                {t.killed && ' (killed)'} {t.conn && <Whose name={t.conn} />}
              </span>
            ))}
          </li>
        ))}
      {empty.length > 0 && <li className="muted">empty: {empty.map((q) => q.name).join(', ')}</li>}
    </ul>
  );
}

/** Entries may be alike: their place tells them apart. */
const keyed = <T extends { fn: string }>(items: readonly T[]): [string, T][] =>
  items.map((t, i) => [`${i} ${t.fn}`, t]);

const Whose = ({ name }: { name: ConnName }) => <InlineChip name={name} side={15} />;

function Timers({ timers }: { timers: readonly ArmedTimer[] }) {
  if (timers.length === 0) return <p className="muted">none is armed</p>;
  return (
    <ul>
      {timers.map((t) => (
        <li key={`${t.index} ${t.kind} ${t.why}`}>
          {t.conn && <ConnButton index={t.index} name={t.conn} />} {timerWords(t)}{' '}
          <b className="mono">{span(t.leftMs)}</b>
        </li>
      ))}
    </ul>
  );
}

function Fds({ fds }: { fds: readonly PolledFd[] }) {
  return (
    <ul>
      {fds.map((f) => (
        <li key={f.fd}>
          <span className="mono">{f.fd}</span>{' '}
          {f.conn ? <Whose name={f.conn} /> : <span>the listener’s</span>}{' '}
          <span className="muted">
            {[
              f.polled ? 'polled' : 'not polled',
              f.mine ? '' : 'another thread’s by now',
              f.update ? 'update due' : '',
              f.active ? '' : 'not asked to read',
              f.waiting > 0 ? plural(f.waiting, 'datagram') + ' in the kernel' : '',
            ]
              .filter(Boolean)
              .join(', ')}
          </span>
        </li>
      ))}
    </ul>
  );
}

function Load({ room: { load, cursor } }: { room: ThreadRoom }) {
  const rows: [string, string][] = [
    ['sessions (thr_conn)', count(load.sessions)],
    ['accept ring', `${count(load.ring)} of ${count(load.ringSize)}`],
    ['connections in its list', `${count(load.conns)}, closing ${count(load.closing)}`],
    ['tasks', count(load.tasks)],
    ['rounds of its loop', count(load.loops)],
    ['datagrams handled, passed on', `${count(load.handled)}, ${count(load.redispatched)}`],
  ];
  return (
    <div data-testid="room-load">
      <dl>
        {rows.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd className="mono">{value}</dd>
          </div>
        ))}
      </dl>
      {cursor && (
        <p className="muted">The listener’s first cursor stands here: the next accept looks at it.</p>
      )}
    </div>
  );
}
