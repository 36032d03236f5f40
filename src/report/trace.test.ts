import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { finalizeRebind } from '../haproxy/fixes/739de3f11.ts';
import { call } from '../scenario/testing/call.ts';
import { type Watched, watchCapture } from './testing/watch.ts';

const LINE =
  /^\[(\d\d)\|quic\|(\d)\|([^\]]*)\] (?:(\w+)\(\): )?(.+?)(?: : qc@0x[0-9a-f]+ flags=0x[0-9a-f]+)?( pkt@.*)?$/;
const PACKET = /^ pkt@0x[0-9a-f]+ type=0x0[0-4] (?:long|short)(?: pn=\d+)?(?: ver=0x[0-9a-f]{8})?$/;

/** A line with its numbers taken out, so that only its form is left; WHERE keeps its file. */
const form = (line: string): string =>
  line
    .replace(/^\[\d\d\|/, '[..|')
    .replace(/:\d+\] /, ':#] ')
    .replace(/(@|flags=|ver=)0x[0-9a-f]+/g, '$10x#')
    .replace(/=\d+/g, '=#');

const key = (line: string): string => {
  const m = LINE.exec(line);
  return m ? `${m[2]} ${m[4] ?? ''} ${m[5]}` : '';
};

const real = readFileSync(join(import.meta.dirname, 'testdata/haproxy-2.8-dev8-trace.txt'), 'utf8')
  .split('\n')
  .filter((l) => l.startsWith('<0>'))
  .map((l) => l.slice(l.indexOf('[')));

function allLines(w: Watched): string[] {
  const out: string[] = [];
  while (w.x.run(1500) > 0) out.push(...w.lines().map((l) => l.text));
  return out.filter(Boolean);
}

describe('trace lines', () => {
  it('have the form in which a real HAProxy prints them', () => {
    const forms = new Map<string, string[]>();
    for (const l of real) {
      // Keyed by the line without what the model leaves out: arguments after the connection and the packet.
      const k = key(l.replace(/( flags=0x[0-9a-f]+)(?! pkt@).*$/, '$1'));
      forms.set(k, [...(forms.get(k) ?? []), form(l)]);
    }
    const ours = allLines(watchCapture('v01', { socketOwner: 'connection', withholdPostHandshake: false }));
    const compared = new Set<string>();
    const wrong = new Map<string, string[]>();
    for (const l of ours) {
      const same = forms.get(key(l));
      if (!same) continue;
      compared.add(key(l));
      const mine = form(l);
      if (!same.some((f) => f === mine || f.startsWith(`${mine} `))) wrong.set(mine, [...new Set(same)]);
    }
    expect([...wrong]).toEqual([]);
    expect(compared.size).toBeGreaterThan(40);
  });

  it('are all lines of the form, on every capture of HAProxy', () => {
    for (const name of ['v02', 'v04', 'v06']) {
      for (const l of allLines(watchCapture(name))) {
        const m = LINE.exec(l);
        expect(m, l).not.toBeNull();
        expect(m![3]!.length, l).toBeLessThanOrEqual(13);
        if (m![6]) expect(m![6], l).toMatch(PACKET);
        expect(Boolean(m![4]), l).toBe(m![2] === '5');
      }
    }
  });

  it('print a short header as type 0x04 and a Handshake packet as 0x02 (enum quic_pkt_type)', () => {
    const types = new Set(
      allLines(watchCapture('v01')).flatMap((l) => /type=0x0\d (?:long|short)/.exec(l)?.[0] ?? []),
    );
    expect([...types].sort()).toEqual(['type=0x00 long', 'type=0x02 long', 'type=0x04 short']);
  });

  it('have the line numbers of their revision (N12)', () => {
    const enter = (revision: string): string[] => {
      const w = watchCapture('v01', { revision });
      w.runTo(() => w.stage().conns.some((c) => c.accepted === 'yes'));
      w.lines();
      expect(w.x.apply({ kind: 'rebind', conn: 0, tid: (w.stage().conns[0]!.owner + 1) % 4 })).toBe('');
      w.runTo(() => w.news().some((h) => h.kind === 'commit'));
      w.x.run(400);
      return w
        .lines()
        .map((l) => l.text.slice(4))
        .filter((t) => t.includes('qc_set_tid_affinity'))
        .map((t) => t.replace(/ : qc@.*/, ''));
    };
    expect(enter('seed')).toEqual([
      'quic|5|c_conn.c:8457] qc_set_tid_affinity(): entering',
      'quic|5|c_conn.c:8514] qc_set_tid_affinity(): leaving',
    ]);
    expect(enter('finalized')).toEqual([
      'quic|5|c_conn.c:8457] qc_set_tid_affinity(): entering',
      'quic|5|c_conn.c:8516] qc_set_tid_affinity(): leaving',
    ]);
  });

  // What real HAProxys print of a rebind: the thread that leaves, and the one that finalizes.
  it.each([
    ['28dev8', '8adffaa89', 4],
    ['29', '7fc52357c', 4],
    ['34', '3.4.0', 6],
    ['34', 'today', 6],
  ])('tell a rebind as a real HAProxy %s does, in revision %s', (file, revision, count) => {
    const real = readFileSync(
      join(
        import.meta.dirname,
        `../../testdata/haproxy-runtime/haproxy${file}-default-trace-bind-events.txt`,
      ),
      'utf8',
    )
      .split('\n')
      .slice(0, count)
      // The connection's upper part is left out here.
      .map((l) => l.slice(l.indexOf('[')).replace(/ conn@[^)]*\)/, ''));
    const rebind = /(?:set_tid_affinity|bind_tid_\w+|finalize_\w+_rebind)\(\): /;
    const w = watchCapture('v01', { revision, socketOwner: 'connection', withholdPostHandshake: false });
    const ours: string[] = [];
    while (ours.length < count && w.x.run(200) > 0)
      ours.push(...w.lines().flatMap((l) => (rebind.test(l.text) ? [l.text] : [])));
    const places = (lines: readonly string[]): string[] => lines.map((l) => /\|([^|\]]*)\]/.exec(l)![1]!);
    const nowhere = (l: string): string => form(l).replace(/\|[^|]*\] /, '] ');
    expect(ours.slice(0, count).map(nowhere)).toEqual(real.map(nowhere));
    if (revision === '3.4.0') expect(places(ours)).toEqual(places(real));
    else if (revision === 'today') {
      // One line further down than in 3.4.0.
      const further = places(real).map((at) => at.replace(/\d+/, (n) => String(Number(n) + 1)));
      expect(places(ours)).toEqual(further);
    } else expect(new Set(places(ours))).toEqual(new Set(['?']));
    // The idle timer task is another one after the rebind: a second witness of it.
    const tasks = (lines: readonly string[]): string[] =>
      lines.flatMap((l) => /idle_timer_task@(\S+)/.exec(l)?.[1] ?? []);
    for (const t of [tasks(ours), tasks(real)]) {
      expect(t.length).toBe(file === '28dev8' ? 0 : count - 1);
      if (t.length > 0) expect(new Set(t).size).toBe(2);
    }
  });

  it('print each line of an opened connection as a real HAProxy 2.9.0 and 3.4.0 begin it', () => {
    const begin = (revision: string): Set<string> =>
      new Set(
        allLines(
          watchCapture('v01', { revision, socketOwner: 'connection', withholdPostHandshake: false }),
        ).map(form),
      );
    const conn29 = ' : qc@0x# idle_timer_task@0x# flags=#x#';
    const conn34 = ' : qc@0x#(F) idle_timer_task@0x# flags=#x#';
    const [of29, of34] = [begin('7fc52357c'), begin('3.4.0')];
    for (const text of ['qc_conn_init(): entering', 'qc_notify_err(): entering'])
      expect(of29).toContain(`[..|quic|5|?] ${text}${conn29}`);
    for (const line of [
      'rt_quic.c:#] qc_conn_init(): entering',
      `rt_quic.c:#] qc_conn_init(): leaving${conn34}`,
      `c_conn.c:#] qc_notify_err(): entering${conn34}`,
    ])
      expect(of34).toContain(`[..|quic|5|${line}`);
  });

  it('name the connection that a CID led to as the lookup is left, until 3.1 no more does (bbb9f8248)', () => {
    const named = (revision: string): Set<boolean> =>
      new Set(
        allLines(watchCapture('v01', { revision })).flatMap((l) =>
          l.includes('retrieve_qc_conn_from_cid(): leaving') ? [l.includes(' : qc@')] : [],
        ),
      );
    expect(named('3.0.0')).toEqual(new Set([false, true]));
    expect(named('3.2.0')).toEqual(new Set([false]));
  });

  it('have no flag of a listener in the line 3.3 and after', () => {
    const flags = (revision: string): number =>
      allLines(watchCapture('v01', { revision })).reduce(
        (all, l) => all | Number(/ flags=(0x[0-9a-f]+)/.exec(l)?.[1] ?? 0),
        0,
      );
    expect(flags('3.2.0') & 8).toBe(8);
    expect(flags('3.4.0') & 8).toBe(0);
  });

  it('enter finalize before its first assertion (N12: 8566, N11: 8569)', () => {
    const w = watchCapture('v01', { revision: 'd6646dddc' });
    w.runTo(() => w.x.waiting(0) && w.stage().conns.some((c) => c.accepted === 'yes' && !c.rebind));
    const c = w.stage().conns[0]!;
    w.runTo(() => !w.x.enabled(c.owner));
    w.lines();
    call(w.x, c.owner, finalizeRebind, w.x.findConn(0));
    w.x.step(c.owner);
    expect(w.x.stopped).toBe(true);
    expect(
      w
        .lines()
        .map((l) => l.text)
        .filter((t) => t.includes('qc_finalize_affinity_rebind(): entering')),
    ).toHaveLength(1);
  });

  it('name a redispatch by nothing but the same lines with another TT (8.4), until HAProxy says so', () => {
    const says = (revision: string): string[] => {
      const w = watchCapture('v01', { revision });
      w.runTo(() => w.stage().conns.some((c) => c.accepted === 'yes' && !c.rebind));
      const c = w.stage().conns[0]!;
      const to = (c.owner + 1) % 4;
      // Its owner stands while datagrams for it come in; then it moves.
      w.x.apply({ kind: 'hold', tid: c.owner });
      w.x.run(400);
      w.x.apply({ kind: 'rebind', conn: 0, tid: to });
      w.x.apply({ kind: 'release', tid: c.owner });
      w.lines();
      return allLines(w).filter((l) => l.includes('re-enqueue'));
    };
    expect(says('5a8728d03')).toEqual([]);
    const said = says('today');
    expect(said.length).toBeGreaterThan(0);
    for (const l of said)
      expect(l).toMatch(/^\[\d\d\|quic\|3\|uic_rx\.c:2524\] re-enqueue packet to conn thread$/);
  });
});
