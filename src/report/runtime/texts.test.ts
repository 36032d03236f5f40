/** The printers against what running HAProxy processes printed: values out of the text, and the text out of the values. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { activityText, COUNTERS, type Counter, type ShownActivity } from './activity-text.ts';
import { fdText, type ShownFd } from './fd-text.ts';
import { type ShownTask, threadText } from './threads-text.ts';
import { since, versionOf } from './version.ts';

const RECORDED = [
  ['28dev8', '2.8-dev8'],
  ['29', '2.9.0'],
  ['34', '3.4.0'],
] as const;
const recorded = (name: string, what: string): string =>
  readFileSync(
    join(import.meta.dirname, `../../../testdata/haproxy-runtime/haproxy${name}-default-show-${what}.txt`),
    'utf8',
  );

const orNull = (s: string | undefined): number | null => (s === undefined ? null : Number(s));

function fdOf(line: string): ShownFd | null {
  const head =
    /^ +(\d+) : st=0x(\w+)\(.*?\) ref=(\w+) gid=(\d+) tmask=(\w+) umask=(\w+) prmsk=(\w+) pwmsk=(\w+) owner=(\w+)(?: gen=(\d+) tkov=(\d+))? iocb=(\w+)\((.*?)\)/.exec(
      line,
    );
  if (!head) return null;
  const field = (name: string): string | undefined => new RegExp(` ${name}=(\\S+)`).exec(line)?.[1];
  const where = {
    family: (field('fam') ?? 'unix') as 'ipv4',
    localPort: orNull(field('lport')),
    frontend: field('fe') ?? null,
  };
  let rest: ShownFd['rest'] = null;
  if (field('l\\.st')) rest = { kind: 'listener', state: field('l\\.st')!, ...where };
  else if (field('xprt') === 'QUIC')
    rest = {
      kind: 'connection',
      ...where,
      back: Number(field('back')),
      flags: Number(field('cflg')),
      error: Number(field('cerr')),
      remotePort: orNull(field('rport')),
      mux: field('mux')!,
      muxContext: field('ctx')!,
      xprt: 'QUIC',
      xprtContext: field('xprt_ctx')!,
    };
  return {
    fd: Number(head[1]),
    state: Number.parseInt(head[2]!, 16),
    ref: Number(head[3]),
    gid: Number(head[4]),
    threads: BigInt(head[5]!),
    updates: BigInt(head[6]!),
    polledRead: BigInt(head[7]!),
    polledWrite: BigInt(head[8]!),
    owner: head[9]!,
    gen: orNull(head[10]),
    takeovers: Number(head[11] ?? 0),
    iocb: head[12]!,
    symbol: head[13]!,
    rest,
  };
}

describe.each(RECORDED)('haproxy%s', (name, version) => {
  test('show fd: every line of sockets, pipes and listeners, letter by letter', () => {
    // A socket of the command line's has what its own layers add.
    const lines = recorded(name, 'fd')
      .split('\n')
      .filter((l) => l && !l.includes('(sock_conn_iocb)'));
    expect(lines.filter((l) => l.includes('(quic_conn_sock_fd_iocb)')).length).toBeGreaterThanOrEqual(16);
    for (const line of lines) expect(fdText(fdOf(line)!, version)).toBe(`${line}\n`);
  });

  test.each(['threads-before', 'threads-live'])('show %s: every thread', (what) => {
    const text = recorded(name, what);
    const blocks = text.split(/^(?=[* ] Thread )/m);
    expect(blocks).toHaveLength(4);
    for (const block of blocks) {
      const field = (f: string): string | undefined => new RegExp(`\\b${f}=(\\S+)`).exec(block)?.[1];
      const on = (f: string): boolean => field(f) === '1';
      const [, group, inGroup] = /^ +(\d+)\/(\d+) /m.exec(block)!;
      const head =
        /curr_task=(\w+) \((task|tasklet)\) calls=(\d+)(?: last=(\d+))?\n +fct=(\w+)\((.*?)\) ctx=(\w+)(?:\((.*?)\))?/.exec(
          block,
        );
      const task: ShownTask | null = head && {
        pointer: head[1]!,
        kind: head[2] as 'task',
        calls: Number(head[3]),
        last: orNull(head[4]),
        fct: head[5]!,
        symbol: head[6]!,
        context: head[7]!,
        applet: head[8] ?? null,
      };
      const printed = threadText(
        {
          number: Number(/Thread (\d+)/.exec(block)![1]),
          answers: block.startsWith('*'),
          id: field('id')!,
          active: on('act'),
          timers: on('wq'),
          runQueue: on('rq'),
          tasklets: on('tl'),
          taskletCount: Number(field('tlsz')),
          queued: Number(field('rqsz')),
          group: Number(group),
          inGroup: Number(inGroup),
          loops: orNull(field('loops')),
          switches: orNull(field('ctxsw')),
          harmless: on('harmless'),
          isolated: on('isolated'),
          locks: Number(field('locks') ?? 0),
          cpu: { poll: Number(field('poll')), now: Number(field('now')), diff: Number(field('diff')) },
          task,
        },
        version,
      );
      // The history of locks, the context, the command line's own stream and the call trace the model has nothing of.
      const kept = block
        .split('\n')
        .filter((l) => /^[* ] Thread |^ +\d+\/\d+ |^ {13}(cpu_ns:|curr_task=| {2}fct=)/.test(l));
      expect(printed).toBe(`${kept.join('\n')}\n`);
    }
  });

  test.each(['activity-before', 'activity-after'])('show %s: the whole', (what) => {
    const text = recorded(name, what);
    const counters: Partial<Record<Counter, { total: number; each: number[] }>> = {};
    for (const m of text.matchAll(/^(\w+): (\d+) \[ (.*) \]$/gm)) {
      expect(COUNTERS).toContain(m[1]);
      counters[m[1] as Counter] = { total: Number(m[2]), each: m[3]!.split(' ').map(Number) };
    }
    const shown: ShownActivity = {
      thread: Number(/thread_id: (\d+)/.exec(text)![1]),
      threads: 4,
      date: /date_now: (\S+)/.exec(text)![1]!,
      uptime: /uptime_now: (\S+)/.exec(text)![1]!,
      counters,
    };
    expect(activityText(shown, version)).toBe(`${text.trimEnd()}\n`);
  });
});

test('a version is as new as its line, then its tag; a release is newer than every tag of its line', () => {
  expect(since('2.8-dev12', '2.8-dev8')).toBe(true);
  expect(since('2.8-dev8', '2.8-dev12')).toBe(false);
  expect(since('2.8.0', '2.8-dev12')).toBe(true);
  expect(since('3.1-dev2', '2.9.0')).toBe(true);
  expect(since('3.2-dev5', '3.2-dev5')).toBe(true);
  expect(() => since('newest', '2.8.0')).toThrow('no version');
  expect(versionOf(new Set(['25174d51e']))).toBe('2.8-dev8');
});
