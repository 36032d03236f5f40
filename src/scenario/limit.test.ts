/** A listener that takes so many connections and no more (bind maxconn; H15). */
import { expect, test } from 'vitest';
import { FD, LEDGER, LI, MUX } from '../haproxy/model/flags.ts';
import { Fdtab, Global, Listener, QuicConn } from '../haproxy/model/layouts.ts';
import { listenerAccept } from '../haproxy/proc/listener-accept.ts';
import { chooseRevision, programOf, REVISIONS } from '../haproxy/revisions.ts';
import { built } from './museum/built.ts';
import { Prelude } from './museum/prelude.ts';
import { late } from './museum/ways.ts';
import { OPTIONS } from './testing/worlds.ts';

/** One thread, a listener that takes one connection, two clients; their ClientHellos have been read. */
function begun(revision: string, more: object = {}): Prelude {
  const data = built('a limit', 2, [
    { conn: 0, packets: ['hello'], ms: 100 },
    { conn: 1, packets: ['hello'], ms: 101 },
    { conn: 0, packets: ['finished'], ms: 102 },
    { conn: 1, packets: ['finished'], ms: 103 },
    late(0, 5),
  ]);
  const p = new Prelude(data, { ...OPTIONS, threads: 1, maxconn: 1, revision, ...more });
  for (const dgram of [0, 1]) p.choose({ kind: 'deliver', dgram });
  return p.sleep(0);
}
const listener = ({ x }: Prelude): { state: number; reads: boolean; nbconn: number } => ({
  state: x.m.ald(x.W.listener + Listener.state),
  reads: (x.m.ald(x.W.fd(x.m.ld(x.W.listener + Listener.fd)) + Fdtab.state) & FD.ACTIVE_R) !== 0,
  nbconn: x.m.ald(x.W.listener + Listener.nbconn),
});
const muxOf = ({ x }: Prelude, conn: number): number => x.m.ld(x.findConn(conn) + QuicConn.muxState);
const ledger = ({ x }: Prelude, dgram: number): number => x.m.ld(x.W.ledger(dgram)) & 0xff;

test('without it every program is what it is', () => {
  for (const r of REVISIONS) {
    expect(chooseRevision({ revision: r.id, maxconn: 0 })).toBe(r);
    const limited = chooseRevision({ revision: r.id, maxconn: 1 });
    if (typeof limited === 'string') throw new Error(limited);
    expect(programOf(limited).fingerprint).not.toBe(programOf(r).fingerprint);
  }
});

test.each(['seed', '1acbbca17', '3.2.0', 'newest'])(
  '%s: the last that it takes stops its socket; the end of a session lets it go on',
  (revision) => {
    const p = begun(revision).choose({ kind: 'deliver', dgram: 2 }).sleep(0);
    expect([muxOf(p, 0), listener(p)]).toEqual([MUX.READY, { state: LI.FULL, reads: false, nbconn: 1 }]);
    p.choose({ kind: 'deliver', dgram: 4 }).sleep(0);
    expect(ledger(p, 4)).toBe(LEDGER.KERNEL);
    p.choose({ kind: 'close', conn: 0 }).sleep(0);
    expect(listener(p)).toEqual({ state: LI.READY, reads: true, nbconn: 0 });
    expect(ledger(p, 4)).toBe(LEDGER.DROPPED);
  },
);

test('what waits to be accepted meanwhile keeps its thread busy for nothing, until there is a place', () => {
  const p = begun('newest');
  for (const dgram of [2, 3]) p.choose({ kind: 'deliver', dgram });
  p.until(() => muxOf(p, 0) === MUX.READY);
  let calls = 0;
  for (let i = 0; i < 3000; i++) {
    expect(p.x.enabled(0)).toBe(true);
    p.choose({ kind: 'step', tid: 0 });
    if (p.x.at(0).proc.key === listenerAccept.key && p.x.at(0).label === 'FU1') calls++;
  }
  expect(calls).toBeGreaterThan(20);
  expect([muxOf(p, 1), listener(p).nbconn]).toEqual([MUX.NULL, 1]);
  p.choose({ kind: 'close', conn: 0 }).until(() => muxOf(p, 1) === MUX.READY);
  expect(listener(p).nbconn).toBe(1);
});

test('a count below none is no place, and then it is one (H06)', () => {
  const p = begun('newest');
  p.x.m.ast(p.x.W.listener + Listener.nbconn, -1);
  p.choose({ kind: 'deliver', dgram: 2 });
  const seen = new Set<number>();
  for (let i = 0; i < 3000 && muxOf(p, 0) !== MUX.READY; i++) {
    p.choose({ kind: 'step', tid: 0 });
    seen.add(listener(p).state);
    // The other group's listener has counted it by now.
    if (seen.has(LI.FULL) && listener(p).state === LI.READY && listener(p).nbconn < 0)
      p.x.m.ast(p.x.W.listener + Listener.nbconn, 0);
  }
  expect([...seen]).toEqual([LI.READY, LI.FULL]);
  expect([muxOf(p, 0), p.x.m.ld(p.x.W.global + Global.bug)]).toEqual([MUX.READY, 0]);
});

test('against H15: it is FULL, and reads', () => {
  const p = begun('newest', { mutations: ['H15'] })
    .choose({ kind: 'deliver', dgram: 2 })
    .sleep(0);
  expect(listener(p)).toEqual({ state: LI.FULL, reads: true, nbconn: 1 });
  p.choose({ kind: 'deliver', dgram: 4 }).sleep(0);
  expect(ledger(p, 4)).toBe(LEDGER.HANDLED);
});
