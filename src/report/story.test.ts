import { describe, expect, it } from 'vitest';
import { QC } from '../haproxy/model/flags.ts';
import { Global, QuicConn } from '../haproxy/model/layouts.ts';
import type { WorldOptions } from '../machine/options.ts';
import { findMoment } from '../scenario/moment.ts';
import { partOf } from '../scenario/part.ts';
import { SAMPLES } from '../scenario/samples.ts';
import { dataOf, FIRST_MOMENT, OPTIONS } from '../scenario/testing/worlds.ts';
import { accepted, linesOf, type Watched, watch, watchCapture } from './testing/watch.ts';

const six = SAMPLES.find((s) => s.id === 'six')!;

/** The stored moment of the first sample: the owner of A held, three datagrams of A in its inbox. */
function atMoment(options: Partial<WorldOptions> = {}): Watched & { owner: number } {
  const data = partOf(dataOf('v07'), six.conns!);
  const all = { ...OPTIONS, ...options };
  const moment = findMoment(data, all, FIRST_MOMENT)!;
  const w = watch(data, all);
  for (const d of moment.departures) {
    w.x.run(d.at - w.x.happened);
    expect(w.x.apply(d.choice)).toBe('');
  }
  w.x.run(moment.end - w.x.happened);
  return { ...w, owner: w.stage().conns[0]!.owner };
}

const distinct = (texts: string[]): string[] => texts.filter((t, i) => t !== texts[i - 1]);

describe('a rebind with late datagrams, told by the sentence', () => {
  it('names the hand-over, what is still held, each redispatch, and the end', () => {
    const w = atMoment();
    const { x, owner } = w;
    const to = (owner + 1) % 4;
    expect(w.says(0)).toBe(`A belongs to T${owner}. T${owner} is held; 3 datagrams of it wait in its inbox.`);
    w.news();
    expect(x.apply({ kind: 'rebind', conn: 0, tid: to })).toBe('');
    expect(w.says(0)).toBe(`A belongs to T${owner}. A rebind to T${to} is ordered; T${owner} is held.`);
    x.apply({ kind: 'release', tid: owner });
    const said: string[] = [];
    const seen: number[] = [];
    while (w.stage().totals.redispatches < 3 && x.run(1) > 0) {
      const s = w.stage();
      said.push(w.says(0));
      const r = s.threads[owner]!.redispatching;
      if (r && seen.at(-1) !== r.dgram.id) {
        seen.push(r.dgram.id);
        expect(r.to).toBe(to);
        expect(r.dgram.ownerTid).toBe(to);
        expect(s.threads[owner]!.verb).toBe('Redispatching');
      }
    }
    expect(seen.length).toBe(3);
    const [d1, d2, d3] = seen;
    const A = `A now belongs to T${to}.`;
    expect(distinct(said).filter((t) => !t.startsWith(`A belongs to T${owner}.`))).toEqual([
      `${A} T${owner} still holds 3 of its datagrams.`,
      `${A} T${owner} passes datagram ${d1} on, because its entry now says T${to}; 2 left.`,
      `${A} T${owner} still holds 2 of its datagrams.`,
      `${A} T${owner} passes datagram ${d2} on, because its entry now says T${to}; 1 left.`,
      `${A} T${owner} still holds 1 of its datagrams.`,
      `${A} T${owner} passes datagram ${d3} on, because its entry now says T${to}.`,
      ...distinct(said).slice(-1),
    ]);
    expect(said).toContain(`A belongs to T${owner}. T${owner} prepares to hand it to T${to}.`);
    const news = w.news().filter((h) => h.conn?.letter === 'A');
    const texts = news.map((h) => h.text);
    expect(texts).toContain(`Commit. A now belongs to T${to}. 3 of its datagrams are still with T${owner}.`);
    expect(texts).toContain(`Redispatch. T${owner} sent datagram ${d1} on to T${to}. 2 left.`);
    expect(texts).toContain(`Redispatch. T${owner} sent datagram ${d3} on to T${to}.`);
    expect(news.filter((h) => h.kind === 'redispatch').map((h) => h.dgram)).toEqual(seen);

    w.runTo(() => {
      const done = new Set(w.news().flatMap((h) => (h.kind === 'handled' && h.tid === to ? [h.dgram] : [])));
      for (const d of done) seen.splice(seen.indexOf(d), 1);
      return seen.length === 0;
    });
    expect(w.stage().conns[0]!.late).toBe(0);
  });

  it('draws old and new owner apart: the ghost where it was, the CID entry old and new', () => {
    const w = atMoment();
    const to = (w.owner + 2) % 4;
    w.x.apply({ kind: 'rebind', conn: 0, tid: to });
    w.x.apply({ kind: 'release', tid: w.owner });
    w.runTo(() => w.stage().conns[0]!.owner === to);
    const s = w.stage();
    expect(s.conns[0]!.ghostTid).toBe(w.owner);
    const entry = s.cids.find((c) => c.connIndex === 0)!;
    expect([entry.oldTid, entry.tid]).toEqual([w.owner, to]);
    expect(s.conns[0]!.late).toBe(3);
    w.runTo(() => w.x.quiet);
    expect(w.stage().conns.find((c) => c.index === 0)?.ghostTid ?? -1).toBe(-1);
  });
});

describe('a rebind that is refused', () => {
  it('says why while the gate is on: several CIDs', () => {
    const w = accepted({ withholdPostHandshake: false });
    const c = w.stage().conns[0]!;
    expect(c.cids.length).toBeGreaterThan(1);
    expect(c.rebindRefusal).toBe('it has more than one CID');
    const hash = w.x.hash();
    w.news();
    w.x.apply({ kind: 'rebind', conn: 0, tid: (w.owner + 1) % 4 });
    w.runTo(() => w.news().some((h) => h.text === 'Rebind refused. A has more than one CID.'), 200);
    w.runTo(() => !w.x.enabled(w.owner), 200);
    expect(w.x.hash()).toBe(hash);
    expect(w.stage().conns[0]!.owner).toBe(w.owner);
  });

  it('says that there is no memory, and names who keeps the connection', () => {
    const w = accepted({});
    w.news();
    w.x.apply({ kind: 'fail-allocation', n: 1 });
    const to = (w.owner + 1) % 4;
    w.x.apply({ kind: 'rebind', conn: 0, tid: to });
    let text = '';
    w.runTo(() => {
      text = w.news().find((h) => h.kind === 'error')?.text ?? '';
      return text !== '';
    }, 400);
    expect(text).toBe(
      `Rebind refused: no memory on T${w.owner} for T${to}. A stays on T${w.owner}, unchanged.`,
    );
  });

  it('is not foretold with the gate off; then HAProxy’s BUG_ON stops the run and the sentence says so', () => {
    const w = accepted({ withholdPostHandshake: false });
    w.x.apply({ kind: 'gate', on: false });
    expect(w.stage().conns[0]!.rebindRefusal).toBe('');
    w.x.apply({ kind: 'rebind', conn: 0, tid: (w.owner + 1) % 4 });
    w.x.run(2000, () => w.x.stopped);
    const s = w.stage();
    expect(s.fatal).toEqual({
      text: 'FATAL: bug condition "!node || eb64_next(node)" matched at src/quic_conn.c:8508',
      where: 'src/quic_conn.c:8508',
      kind: 'assertion',
      tid: w.owner,
      fn: 'qc_set_tid_affinity',
    });
    expect(s.next.kind).toBe('none');
    expect(s.threads[w.owner]!.state).toBe('stopped');
    expect(w.says(0)).toBe(`BUG_ON on T${w.owner}. HAProxy aborts here; the run has stopped.`);
  });

  it('tells a segmentation fault from an assertion', () => {
    // M09: a connection whose creation fails early is unlinked from nowhere.
    for (let k = 1; k < 12; k++) {
      const w = watchCapture('v01', {});
      w.x.apply({ kind: 'fail-allocation', n: k });
      w.x.run(400, () => w.x.stopped);
      if (!w.x.stopped) continue;
      const { fatal } = w.stage();
      const T = `T${fatal!.tid}`;
      expect(fatal!.text).toBe(`${T} crashes: segmentation fault: LIST_DEL of el_th_ctx {NULL, NULL}`);
      expect(w.says(0)).toBe(
        `${T} crashes. HAProxy ends here with a segmentation fault; the run has stopped.`,
      );
      expect(w.news().at(-1)!.text).toBe(fatal!.text);
      return;
    }
    throw new Error('no allocation that fails leads to M09');
  });

  it('names closing, draining and a rebind on its way', () => {
    const w = accepted({});
    const qc = w.x.findConn(0);
    const flags = w.x.m.ld(qc + QuicConn.flags);
    for (const [bit, text] of [
      [QC.CLOSING, 'it is closing'],
      [QC.DRAINING, 'it is draining'],
    ] as const) {
      w.x.m.st(qc + QuicConn.flags, flags | bit);
      expect(w.stage().conns[0]!.rebindRefusal).toBe(text);
    }
    w.x.m.st(qc + QuicConn.flags, flags);
    w.x.apply({ kind: 'rebind', conn: 0, tid: (w.owner + 1) % 4 });
    expect(w.stage().conns[0]!.rebindRefusal).toBe('a rebind has been ordered already');
  });
});

describe('a close by hand', () => {
  it('is told as a close until it begins, not as a rebind', () => {
    const w = accepted({});
    expect(w.x.apply({ kind: 'hold', tid: w.owner })).toBe('');
    expect(w.x.apply({ kind: 'close', conn: 0 })).toBe('');
    const c = w.stage().conns[0]!;
    expect([c.rebind, c.closeOrdered, c.frozen]).toEqual([null, true, false]);
    expect(w.says(0)).toBe(`A belongs to T${w.owner}. Its close is ordered; T${w.owner} is held.`);
    w.x.apply({ kind: 'release', tid: w.owner });
    w.runTo(() => w.stage().conns[0]!.closing);
    expect(w.stage().conns[0]!.closeOrdered).toBe(false);
    expect(w.says(0)).toContain('It is closing.');
  });
});

describe('a second order', () => {
  it('is refused from the moment on that a thread has the rebind in hand up to the commit, in every revision', () => {
    for (const revision of ['seed', 'finalized']) {
      const w = accepted({ revision });
      const to = (w.owner + 1) % 4;
      expect(w.x.apply({ kind: 'rebind', conn: 0, tid: to })).toBe('');
      let refused = 0;
      while (w.stage().conns[0]!.owner === w.owner && w.x.run(1) > 0) {
        const why = w.stage().conns[0]!.rebindRefusal;
        if (w.stage().conns[0]!.owner !== w.owner) break;
        const hash = w.x.hash();
        expect(w.x.apply({ kind: 'rebind', conn: 0, tid: 3 })).toBe(why);
        expect(['a rebind has been ordered already', 'it is being rebound']).toContain(why);
        expect(w.x.hash()).toBe(hash);
        refused++;
      }
      expect(refused).toBeGreaterThan(15);
    }
  });
});

describe('M04, the seed: nothing restarts the connection on the new thread', () => {
  const rebound = (revision: string, socketOwner: 'listener' | 'connection'): Watched & { to: number } => {
    const w = accepted({ revision, socketOwner });
    const to = (w.owner + 1) % 4;
    expect(w.x.apply({ kind: 'rebind', conn: 0, tid: to })).toBe('');
    w.runTo(() => w.stage().conns[0]!.owner === to && !w.x.enabled(w.owner) && !w.x.enabled(to));
    return { ...w, to };
  };

  it('with a socket of its own it is frozen, and stays so while its datagrams come', () => {
    const w = rebound('seed', 'connection');
    expect(w.stage().conns[0]!.frozen).toBe(true);
    w.runTo(() => w.x.quiet);
    const c = w.stage().conns[0]!;
    expect(c.frozen).toBe(true);
    expect(c.fd!.waiting).toBeGreaterThan(0);
    expect(w.says(0)).toMatch(/ It is frozen: nothing will ever run it again\.$/);
  });

  it('finalized it is not', () => {
    const w = rebound('finalized', 'connection');
    expect(w.stage().conns[0]!.frozen).toBe(false);
    w.runTo(() => w.x.quiet);
    expect(w.stage().totals.queued).toBe(0);
  });

  it('on the listener’s socket only its next datagram wakes it', () => {
    const w = rebound('seed', 'listener');
    const c = w.stage().conns[0]!;
    expect([c.frozen, c.idle.queued, c.loss.queued]).toEqual([false, false, false]);
    expect(w.says(0)).toMatch(/ No timer of it runs: only its next datagram can wake it\.$/);
    const before = c.counters.datagrams;
    w.runTo(() => w.stage().conns[0]!.counters.datagrams > before);
  });
});

describe('a reader', () => {
  it('begins anew with another run, also when that is further on already', () => {
    const w = watchCapture('v01');
    w.x.run(2000);
    w.stage();
    const old = w.reader.lines(w.block, 0).length;
    expect(old).toBeGreaterThan(0);
    const other = watchCapture('v02');
    other.x.run(2000);
    const again = watchCapture('v01');
    again.x.run(3000);
    again.x.m.st(again.x.W.global + Global.gate, 1);
    const fresh = linesOf(again.reader, again.block, 0).map((l) => l.text);
    expect(linesOf(w.reader, again.block, 0).map((l) => l.text)).toEqual(fresh);
  });

  it('says where records are missing when the run outran the ring', () => {
    const w = watchCapture('v07');
    w.x.run(400);
    const before = w.lines().at(-1)!.seq;
    w.x.run(60_000);
    const lines = w.lines();
    const missing = /^(\d+) records are missing here/.exec(lines[0]!.note);
    expect(missing).not.toBeNull();
    expect(lines[0]!.seq).toBe(before + Number(missing![1]));
    w.x.run(50);
    expect(w.lines().every((l) => !l.note.includes('missing'))).toBe(true);
  });
});
