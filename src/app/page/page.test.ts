import { describe, expect, it } from 'vitest';
import { leftOutNotice } from '../opening/dropped.ts';
import { looksLikeKeys, sortFiles } from '../opening/files.ts';
import { parseSettings } from '../session/settings.ts';
import { clockText, count, fitted, grouped, span, wrap } from '../stage/text.ts';
import { laneWords, listed } from '../stage/words.ts';
import { conn, dgram, stageWith, thread } from '../testing/stage.ts';
import { rowWindow } from '../trace/windowed.ts';

describe('dropped files', () => {
  const keys = '# key log\nCLIENT_HANDSHAKE_TRAFFIC_SECRET 00112233445566778899 aabbccddeeff\n';

  it('are told apart by what is in them, not by their names', async () => {
    const capture = new File([new Uint8Array([0xd4, 0xc3, 0xb2, 0xa1])], 'a.keys');
    const log = new File([keys], 'b.pcap');
    expect(await sortFiles([log, capture])).toEqual({ capture, keys: log, left: [] });
  });

  it('that are neither go the way of a capture, to be refused with a reason', async () => {
    const file = new File(['hello'], 'x');
    expect(await sortFiles([file])).toEqual({ capture: file, keys: null, left: [] });
    expect(looksLikeKeys('')).toBe(false);
  });

  it('that are too many are told, and so are those that cannot be read', async () => {
    const [one, two] = [new File([keys], 'a'), new File([keys], 'b')];
    const broken = new File([new Uint8Array([0x1f, 0x8b, 9, 9, 9, 9])], 'c.gz');
    const gone = new File([], 'folder');
    gone.slice = () => {
      throw new DOMException('a file that is none', 'NotFoundError');
    };
    expect(await sortFiles([one, broken, two, gone])).toEqual({
      capture: broken,
      keys: one,
      left: [two, gone],
    });
    expect(leftOutNotice([two, gone], null).detail).toContain('“b” and 1 more are left out');
  });
});

describe('remembered settings', () => {
  it('are kept field by field', () => {
    expect(parseSettings('{"theme":"dark","detail":7,"other":1}')).toEqual({ theme: 'dark' });
    expect(parseSettings('{"sizes":{"inspector":420,"bottom":0}}')).toEqual({
      sizes: { inspector: 420, bottom: 0 },
    });
    expect(parseSettings('{"sizes":{"inspector":-3}}')).toEqual({});
    expect(parseSettings('not json')).toEqual({});
    expect(parseSettings('[]')).toEqual({});
    expect(parseSettings(null)).toEqual({});
  });
});

describe('words', () => {
  it('numbers and times', () => {
    expect(count(18204)).toBe('18\u2009204');
    expect([span(0), span(820), span(4250), span(29900)]).toEqual(['due', '820 ms', '4.2 s', '29.9 s']);
    expect(clockText({ ms: 4, ns: 168_999 })).toBe('4.168');
    expect(grouped('7c1e05a9d2b84f63')).toBe('7c1e 05a9 d2b8 4f63');
  });

  it('fit their place', () => {
    expect(fitted('quic_conn', 100, 10, 'mono')).toBe('quic_conn');
    expect(fitted('qc_finalize_affinity_rebind', 60, 10, 'mono')).toBe('qc_finali…');
    const lines = wrap('Push datagram 41 to the inbox of T2 and wake its tasklet there', 120, 11, 2);
    expect(lines).toHaveLength(2);
    expect(lines[1]!.endsWith('…')).toBe(true);
  });

  it('name a lane by what it does and owns', () => {
    const view = stageWith({
      conns: [conn(0, 2), conn(4, 2)],
      threads: [thread(0), thread(1), thread(2, { verb: 'Adopting A', inbox: [dgram(1, 0, 2)] })],
    });
    expect(laneWords(view, view.threads[2]!)).toBe('T2, adopting A, owns A and E, 1 datagram waiting');
    expect(listed(['A', 'C', 'D'])).toBe('A, C and D');
  });
});

describe('a windowed list', () => {
  it('keeps its full height whatever is drawn', () => {
    for (const top of [0, 100, 5_000, 22_900, 99_999]) {
      const w = rowWindow(1000, 23, top, 260);
      expect(w.above + (w.end - w.first) * 23 + w.below).toBe(23_000);
      expect(w.end - w.first).toBeLessThan(40);
    }
    expect(rowWindow(0, 23, 0, 260)).toEqual({ first: 0, end: 0, above: 0, below: 0 });
  });
});
