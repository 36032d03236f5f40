import type { ConnView, TimerView } from '../../report/view.ts';
import { TimerRing } from '../parts/Glyphs.tsx';
import { count, span } from '../stage/text.ts';
import { Parts } from './Parts.tsx';

/** State, timers, CIDs and counters of one connection. Its owner is what its CID entry says, nothing else. */
export function ConnectionTab({ conn }: { conn: ConnView }) {
  return (
    <div className="connection-tab" data-testid="connection-tab">
      {conn.frozen && (
        <p className="frozen-note">
          <b>Frozen.</b> No timer is queued, nothing wakes it and no thread polls its socket. It is alive, and
          nothing will ever run it again.
        </p>
      )}
      <dl>
        <Row name="State">{conn.state}</Row>
        <Row name="Accepted">{ACCEPTED[conn.accepted]}</Row>
        <Row name="Mux">{conn.mux}</Row>
        <Row name="List">
          {conn.inClosingList ? (
            'quic_conns_clo'
          ) : conn.listTid >= 0 ? (
            `quic_conns of T${conn.listTid}`
          ) : (
            <b>in none. Exposed: a soft stop now would miss it</b>
          )}
        </Row>
        <Row name="Rebind by hand">{conn.rebindRefusal ? `refused: ${conn.rebindRefusal}` : 'possible'}</Row>
        {conn.rebind && (
          <Row name="Being rebound">
            T{conn.rebind.from} to T{conn.rebind.to},{' '}
            {conn.rebind.committed ? 'committed' : 'not yet committed'},{' '}
            {conn.rebind.trigger === 'hand' ? 'by hand (not something HAProxy does)' : 'at accept'}
          </Row>
        )}
      </dl>
      <h3>Timers</h3>
      <table className="timers">
        <tbody>
          <Timer name="Idle" kind="idle" timer={conn.idle} />
          <Timer name="Loss" kind="loss" timer={conn.loss} />
          <Timer name="ACK delay" kind="loss" timer={conn.ackDelay} />
        </tbody>
      </table>
      <h3>Connection IDs</h3>
      <table className="cids">
        <thead>
          <tr>
            <th scope="col">seq</th>
            <th scope="col">CID</th>
            <th scope="col">tid</th>
          </tr>
        </thead>
        <tbody>
          {conn.cids.map((c) => (
            <tr key={`${c.seq} ${c.cid}`} className={c.inTree ? '' : 'retired'}>
              <td>{c.seq}</td>
              <td>
                <code>{c.cid}</code>
                {!c.inTree && ' retired'}
              </td>
              <td>T{c.tid}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <dl>
        <Row name="ODCID">
          <code>{conn.odcid}</code>
        </Row>
        <Row name="Client’s CID">
          <code>{conn.dcid || 'empty'}</code>
        </Row>
      </dl>
      <Parts conn={conn} />
      <h3>Counters</h3>
      <dl className="counters">
        <Row name="Datagrams">{count(conn.counters.datagrams)}</Row>
        <Row name="Packets">{count(conn.counters.packets)}</Row>
        <Row name="Bytes">{count(conn.counters.rxBytes)}</Row>
        <Row name="In flight">{count(conn.counters.inFlightPackets)}</Row>
        <Row name="RTT">{conn.counters.rttMs} ms</Row>
        <Row name="PTO count">{conn.counters.ptoCount}</Row>
        <Row name="Rx waiting">{conn.rxWaiting}</Row>
        <Row name="Late">{conn.late}</Row>
      </dl>
      <h3>Flags</h3>
      <p className="flags">
        <code>0x{(conn.flags >>> 0).toString(16).padStart(8, '0')}</code>
        {conn.flagNames.map((f) => (
          <code key={f} className="flag-name">
            {f}
          </code>
        ))}
      </p>
      <p className="muted">
        quic_conn at <code>{conn.pointer}</code>
      </p>
    </div>
  );
}

const ACCEPTED: Record<ConnView['accepted'], string> = {
  no: 'not yet',
  waiting: 'waiting to be accepted',
  'in ring': 'in its new thread’s accept ring',
  yes: 'yes',
};

function Row({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Timer({ name, kind, timer }: { name: string; kind: 'idle' | 'loss'; timer: TimerView }) {
  const words = !timer.armed
    ? 'off'
    : timer.queued
      ? span(timer.leftMs)
      : `${span(timer.leftMs)}, queued nowhere: it will not fire`;
  return (
    <tr>
      <th scope="row">
        <svg width="18" height="18" viewBox="0 0 18 18" aria-hidden="true">
          <TimerRing kind={kind} timer={timer} cx={9} cy={9} r={7} />
        </svg>
        {name}
      </th>
      <td className="mono">{words}</td>
    </tr>
  );
}
