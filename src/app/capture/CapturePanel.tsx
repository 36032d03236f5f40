import { type KeyboardEvent, useMemo, useState } from 'react';
import { UNREAD_ONE } from '../../haproxy/model/unread.ts';
import type { WorldData } from '../../scenario/data.ts';
import { InlineChip } from '../parts/Glyphs.tsx';
import { useChoice, useSession } from '../session/context.tsx';
import { count, plural } from '../stage/text.ts';
import { Rows } from './Rows.tsx';
import { type ConnRow, connRows, connsLike, type UnreadRow, unreadLike, unreadRows } from './rows.ts';
import './capture.css';

/** What is in the capture: its servers, its connections, and what is not replayed of it. */
export function CapturePanel() {
  const session = useSession();
  // What is open changes with its name and source.
  useChoice((c) => c.sourceName);
  useChoice((c) => c.source);
  const data = session.opened()?.data;
  return data ? <Contents data={data} /> : <p className="muted pad">No capture is open.</p>;
}

function Contents({ data }: { data: WorldData }) {
  const session = useSession();
  const list = useChoice((c) => c.captureList);
  const [text, setText] = useState('');
  const conns = useMemo(() => connRows(data), [data]);
  const unread = useMemo(() => unreadRows(data), [data]);
  const shown = list === 'unread' && unread.length > 0 ? 'unread' : 'connections';
  const someConns = useMemo(() => connsLike(conns, text), [conns, text]);
  const someUnread = useMemo(() => unreadLike(unread, text), [unread, text]);
  return (
    <div className="capture-panel" data-testid="capture-panel">
      <div className="capture-head">
        <Servers data={data} />
        <fieldset className="segments" aria-label="What is listed">
          {(['connections', 'unread'] as const).map((which) => (
            <button
              key={which}
              type="button"
              aria-pressed={shown === which}
              disabled={which === 'unread' && unread.length === 0}
              data-testid={`list-${which}`}
              onClick={() => session.set({ captureList: which })}
            >
              {which === 'unread'
                ? `${count(unread.length)} not replayed`
                : plural(conns.length, 'connection')}
            </button>
          ))}
        </fieldset>
        <label className="find">
          <span>Find</span>
          <input
            type="search"
            value={text}
            placeholder={shown === 'unread' ? 'address, number, reason' : 'address, ID, letter'}
            data-testid="capture-find"
            onChange={(e) => setText(e.target.value)}
          />
        </label>
        {text.trim() && (
          <p className="muted" data-testid="capture-found">
            {shown === 'unread' ? count(someUnread.length) : count(someConns.length)} found
          </p>
        )}
      </div>
      {shown === 'unread' ? <UnreadList rows={someUnread} /> : <ConnList rows={someConns} />}
    </div>
  );
}

/** The servers of a capture, where there are several: HAProxy stands for one. */
function Servers({ data }: { data: WorldData }) {
  const session = useSession();
  const source = useChoice((c) => c.source);
  const servers = data.servers ?? [];
  if (servers.length < 2) return null;
  const opened = session.opened();
  const known = servers.some(({ text }) => text === data.serverAddress);
  return (
    <label className="field">
      <span>Server</span>
      <select
        data-testid="server"
        value={known ? data.serverAddress : ''}
        disabled={source.kind !== 'file'}
        onChange={(e) => {
          if (source.kind === 'file')
            void session.open({ ...source, server: e.target.value }, opened?.keysFile ?? null);
        }}
      >
        {!known && <option value="">all, as one</option>}
        {servers.map(({ text, datagrams }) => (
          <option key={text} value={text}>
            {text} ({plural(datagrams, 'datagram')})
          </option>
        ))}
      </select>
    </label>
  );
}

function ConnList({ rows }: { rows: readonly ConnRow[] }) {
  const session = useSession();
  const selected = useChoice((c) => c.selected);
  const at = rows.findIndex(({ index }) => index === selected);
  const onKeyDown = (e: KeyboardEvent) => {
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1 }[e.key];
    if (to === undefined) return;
    e.preventDefault();
    const row = rows[Math.max(0, Math.min(rows.length - 1, to))];
    if (row) session.select(row.index);
  };
  return (
    <Rows
      rows={rows}
      name="Connections"
      role="listbox"
      at={at}
      onKeyDown={onKeyDown}
      none="No connection is like that."
      keyOf={({ index }) => index}
    >
      {({ index, name, clients, id, datagrams }) => (
        // biome-ignore lint/a11y/useKeyWithClickEvents: the list has the keys.
        <div
          className={`capture-row conn-row ${index === selected ? 'on' : ''}`}
          role="option"
          tabIndex={-1}
          id={`capture-conn-${index}`}
          aria-selected={index === selected}
          data-testid={`capture-conn-${index}`}
          onClick={() => session.select(index)}
        >
          <InlineChip name={name} />
          <b className="letter">{name.letter}</b>
          <span className="mono">
            {clients[0] ?? 'no client'}
            {clients.length > 1 && <span className="muted"> and {clients.length - 1} more</span>}
          </span>
          <span className="mono muted id">{id || 'no ID'}</span>
          <span className="mono number">{plural(datagrams, 'datagram')}</span>
        </div>
      )}
    </Rows>
  );
}

function UnreadList({ rows }: { rows: readonly UnreadRow[] }) {
  const session = useSession();
  return (
    <Rows
      rows={rows}
      name="Datagrams that are not replayed"
      role="group"
      none="None is like that."
      keyOf={({ no }) => no}
    >
      {({ no, frame, ms, client, reason }) => (
        <div className="capture-row unread-row" data-testid={`unread-${no}`}>
          <button
            type="button"
            className="link mono"
            aria-label={`Look into datagram ${no}`}
            data-testid={`unread-open-${no}`}
            onClick={() => session.openPacket(no)}
          >
            {count(no)}
          </button>
          <span className="mono muted packet">packet {count(frame)}</span>
          <span className="mono muted time">{ms.toFixed(3)} ms</span>
          <span className="mono">{client}</span>
          <span title={UNREAD_ONE[reason]}>{UNREAD_ONE[reason]}</span>
        </div>
      )}
    </Rows>
  );
}
