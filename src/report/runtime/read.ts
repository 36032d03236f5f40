/** What a running HAProxy would print at this moment: `show fd`, `show threads`, `show activity`. Values out of the block. */
import { ringWaiting } from '../../haproxy/lib/accept.ts';
import { REFC } from '../../haproxy/lib/fd.ts';
import { TASK } from '../../haproxy/model/flags.ts';
import { Fdtab, Global, QuicConn, Task, ThreadCtx } from '../../haproxy/model/layouts.ts';
import { maskWord } from '../../haproxy/model/mask.ts';
import { LISTENER_FD } from '../../haproxy/model/world.ts';
import { NS_PER_MS } from '../../machine/machine.ts';
import { listEmpty, listFirst, listNext } from '../../memory/list.ts';
import { mtlWalk } from '../../memory/mtlist.ts';
import { type Look, pointer } from '../look.ts';
import type { Accepts } from './accepts.ts';
import { activityText, type ShownActivity } from './activity-text.ts';
import { fdText, type ShownFd } from './fd-text.ts';
import { heldLocks } from './locks.ts';
import { threadText } from './threads-text.ts';
import { LAYOUT, since, type Version } from './version.ts';

/** A piece of an answer, and whom it is about. */
export interface ShownPart {
  text: string;
  /** Connection on screen, -1 none. */
  conn: number;
  /** Thread, -1 none. */
  tid: number;
}

/**
 * Bits that a real one has at all times and that no step of the model reads: all QUIC sockets can be written to; a listener's
 * stands in the file of sockets that a reload hands on (seen in every recorded output).
 */
const ALWAYS = 0x20;
const LISTENER = 0x100000;

/** Addresses of functions: there is no code; a procedure is known by its number. */
const code = (id: number): string => `0x5500${(id * 16).toString(16).padStart(8, '0')}`;
const orNil = (p: number): string => (p ? pointer(p) : '(nil)');

export function readFds(look: Look, version: Version): ShownPart[] {
  const { W } = look;
  const out: ShownPart[] = [];
  const local = hostAndPort(W.consts.serverAddress);
  for (let fd = LISTENER_FD; fd < W.fdCount; fd++) {
    const at = W.fd(fd);
    const iocb = look.ld(at + Fdtab.iocb);
    if (!iocb) continue;
    const owner = look.ld(at + Fdtab.owner);
    const listener = fd < W.ownFds;
    const conn = listener ? 0 : connectionOf(look, owner);
    const refc = look.ld(at + Fdtab.refcTgid);
    let rest: ShownFd['rest'] = null;
    if (since(version, LAYOUT.fdRest)) {
      const where = { family: local.family, localPort: local.port, frontend: null };
      if (listener) rest = { kind: 'listener', state: 'RDY', ...where };
      else if (conn)
        rest = {
          kind: 'connection',
          ...where,
          back: 0,
          flags: 0,
          error: 0,
          remotePort: hostAndPort(W.consts.clients.address(look.ld(at + Fdtab.peer) - 1)?.text ?? '').port,
          mux: 'QUIC',
          muxContext: '(nil)',
          xprt: 'QUIC',
          xprtContext: null,
        };
    }
    const shown: ShownFd = {
      fd,
      state: look.ld(at + Fdtab.state) | ALWAYS | (listener ? LISTENER : 0),
      ref: refc >> 16,
      gid: refc & REFC.tgid,
      threads: inGroup(look, at, maskAt(look, at + Fdtab.threadMask)),
      updates: inGroup(look, at, maskAt(look, at + Fdtab.updateMask)),
      // With two groups the second word has it as HAProxy does, see lib/groups.
      polledRead:
        W.cfg.groups > 1 ? maskAt(look, at + Fdtab.pollRecv + 1) : maskAt(look, at + Fdtab.pollRecv),
      polledWrite: 0n,
      owner: pointer(owner),
      gen: null,
      takeovers: 0,
      iocb: code(iocb),
      symbol: look.P.procedures[iocb]?.name ?? 'unknown',
      rest,
    };
    const named = !listener && look.nameAt(owner) !== null;
    out.push({ text: fdText(shown, version), conn: named ? look.index(owner) : -1, tid: -1 });
  }
  return out;
}

/** `answers`: the thread that the command runs on, from 0. */
export function readThreadsShown(look: Look, version: Version, answers: number): ShownPart[] {
  const { W, mem } = look;
  const locks = heldLocks(look);
  return Array.from({ length: W.cfg.threads }, (_, t) => {
    const th = W.th(t);
    const tasklets = TASKLETS.reduce((n, head) => n + lengthOf(look, th + head), sharedOf(look, t));
    const runQueue = !listEmpty(mem, th + ThreadCtx.rqueue);
    const current = look.ld(th + ThreadCtx.current);
    const asleep = look.machine.waiting(t);
    const clock = look.machine.clock(t);
    const woke = look.ld(th + ThreadCtx.wakeMs) * NS_PER_MS + look.ld(th + ThreadCtx.wakeNs);
    const state = current ? look.ld(current + Task.state) : 0;
    const process = current ? look.ld(current + Task.process) : 0;
    const running = !asleep && current !== 0 && look.ld(th + ThreadCtx.currentQueue) >= 0;
    return {
      conn: -1,
      tid: t,
      text: threadText(
        {
          number: t + 1,
          answers: t === answers,
          id: pointer(th),
          active: running || runQueue || tasklets > 0,
          timers: !listEmpty(mem, th + ThreadCtx.timers),
          runQueue,
          tasklets: tasklets > 0,
          taskletCount: tasklets,
          queued: look.ld(th + ThreadCtx.rqTotal),
          group: t < W.perGroup ? 1 : 2,
          inGroup: (t % W.perGroup) + 1,
          loops: look.ld(th + ThreadCtx.loops),
          switches: null,
          harmless: look.ld(th + ThreadCtx.harmless) !== 0,
          isolated: look.ld(W.global + Global.isolated) === t + 1,
          locks: locks[t]!.length,
          cpu: { poll: null, now: null, diff: asleep ? 0 : Math.max(0, clock - woke) },
          task: running
            ? {
                pointer: pointer(current),
                kind: state & TASK.F_TASKLET ? 'tasklet' : 'task',
                calls: null,
                last: null,
                fct: code(process),
                symbol: look.P.procedures[process]?.name ?? 'unknown',
                context: orNil(look.ld(current + Task.context)),
                applet: null,
              }
            : null,
        },
        version,
      ),
    };
  });
}

const TASKLETS = [ThreadCtx.urgent, ThreadCtx.normal, ThreadCtx.bulk, ThreadCtx.heavy] as const;

/** `accepts`: counted from the events of the run up to this moment; null while they are being read. */
export function readActivity(
  look: Look,
  version: Version,
  answers: number,
  accepts: Accepts | null,
): ShownPart[] {
  const { W } = look;
  const each = (of: (t: number) => number) => {
    const values = Array.from({ length: W.cfg.threads }, (_, t) => of(t));
    return { total: values.reduce((a, b) => a + b, 0), each: values };
  };
  const size = W.cfg.ringSize;
  const counters: ShownActivity['counters'] = {
    loops: each((t) => look.ld(W.th(t) + ThreadCtx.loops)),
    ...(accepts && {
      accepted: each((t) => accepts.accepted[t] ?? 0),
      accq_pushed: each((t) => accepts.pushed[t] ?? 0),
      accq_full: each((t) => accepts.full[t] ?? 0),
    }),
    accq_ring: each((t) => ringWaiting((i) => look.ld(i), W.acceptRing(t), size)),
    fd_takeover: each(() => 0),
  };
  const now = look.machine.now();
  const uptime = `${Math.floor(now / 1e9)}.${String(Math.floor((now % 1e9) / 1000)).padStart(6, '0')}`;
  const shown = { thread: answers + 1, threads: W.cfg.threads, date: null, uptime, counters };
  return activityText(shown, version)
    .split(/(?<=\n)/)
    .map((text) => ({ text, conn: -1, tid: -1 }));
}

/** The struct connection of a quic_conn, 0 before it is accepted. */
function connectionOf(look: Look, qc: number): number {
  return look.isConn(qc) ? look.ld(qc + QuicConn.conn) : 0;
}

/** A mask of the fd at `at` as HAProxy has it: by the threads' numbers in the fd's group. */
const inGroup = (look: Look, at: number, mask: bigint): bigint =>
  mask >> BigInt(((look.ld(at + Fdtab.refcTgid) & REFC.tgid) - 1) * look.W.perGroup);

function maskAt(look: Look, at: number): bigint {
  const word = (t: number): bigint => BigInt(look.ld(maskWord(at, t)) >>> 0);
  return look.W.cfg.threads > 32 ? word(0) | (word(32) << 32n) : word(0);
}

function hostAndPort(text: string): { family: 'ipv4' | 'ipv6'; port: number | null } {
  const port = /:(\d+)$/.exec(text)?.[1];
  return { family: text.startsWith('[') ? 'ipv6' : 'ipv4', port: port === undefined ? null : Number(port) };
}

function lengthOf(look: Look, head: number): number {
  let n = 0;
  for (let i = listFirst(look.mem, head); i && n < 4096; i = listNext(look.mem, head, i)) n++;
  return n;
}

function sharedOf(look: Look, t: number): number {
  let n = 0;
  mtlWalk(look.mem, look.W.th(t) + ThreadCtx.sharedTasklets, () => n++);
  return n;
}
