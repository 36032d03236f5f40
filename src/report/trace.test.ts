import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { finalizeRebind } from '../haproxy/fixes/739de3f11.ts';
import { TRACE_POINTS } from '../haproxy/step/trace-points.ts';
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

  it('leave the preparation with the connection once a commit comes after it, as a real 3.4 does', () => {
    // What a real HAProxy 3.4 prints.
    const printed = readFileSync(
      join(import.meta.dirname, '../../testdata/haproxy-runtime/haproxy34-default-trace-bind-events.txt'),
      'utf8',
    )
      .split('\n')
      .slice(0, 4)
      .map((l) => /(\w+\(\): \w+)( : qc@)?/.exec(l)!)
      .map((m) => `${m[1]}${m[2] ? ' qc' : ''}`);
    const w = watchCapture('v01', { revision: '3be58fc72' });
    const ours: string[] = [];
    w.runTo(() => w.stage().conns.some((c) => c.accepted === 'yes'));
    for (const l of w.lines()) {
      const m = /(\w+\(\): \w+)( : qc@)?/.exec(l.text);
      if (m && /qc_bind_tid/.test(m[1]!)) ours.push(`${m[1]}${m[2] ? ' qc' : ''}`);
    }
    expect(ours).toEqual(printed);
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

  it('name a redispatch by nothing but the same lines with another TT (8.4)', () => {
    expect(TRACE_POINTS.some((p) => /re-enqueue|redispatch/i.test(p.text))).toBe(false);
  });
});
