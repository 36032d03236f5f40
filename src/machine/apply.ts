/** Choices of a person and of the network, done to a world, or refused with the reason. */

import { Global, ThreadCtx } from '../haproxy/model/layouts.ts';
import type { Choice } from './choice.ts';
import type { Machine } from './machine.ts';
import { deliverNow, dropInFlight, duplicate, keepBack, reorder } from './network.ts';
import { orderClose, orderRebind, orderShowQuic } from './orders.ts';
import { NS_PER_MS } from './time.ts';
import { expireThread, expireTimer } from './timers.ts';

/** Does one choice. Returns an empty string, or why it could not be done (the world is then unchanged). */
export function apply(x: Machine, c: Choice): string {
  const { m, W } = x;
  const none = 'tid' in c && c.tid !== undefined && !isThread(x, c.tid) && noThread(c);
  if (none) return none;
  switch (c.kind) {
    case 'step': {
      if (x.stopped) return 'the run has stopped at a BUG_ON';
      if (!x.enabled(c.tid)) return `T${c.tid} is asleep: nothing has arrived for it`;
      x.awake(c.tid, x.ready(c.tid));
      x.step(c.tid);
      return '';
    }
    case 'deliver':
      return deliverNow(x, c.dgram, c.fd ?? -1, c.tid ?? -1);
    case 'keep-back':
      return keepBack(x, c.dgram);
    case 'drop':
      return dropInFlight(x, c.dgram);
    case 'duplicate':
      return duplicate(x, c.dgram);
    case 'reorder':
      return reorder(x, c.dgram, c.after);
    case 'expire':
      return expireThread(x, c.tid);
    case 'expire-timer':
      return expireTimer(x, c.conn, c.timer);
    case 'hold':
    case 'release':
      if (c.kind === 'release' && x.held(c.tid)) resume(x, c.tid);
      m.st(W.th(c.tid) + ThreadCtx.held, c.kind === 'hold' ? 1 : 0);
      return '';
    case 'fail-allocation':
      m.st(W.failWord, Math.max(0, c.n));
      return '';
    case 'fail-socket':
      if (!W.failSocket) return 'no call on a socket fails here';
      m.st(W.failSocket, Math.max(0, c.n));
      return '';
    case 'gate':
      m.st(W.global + Global.gate, c.on ? 1 : 0);
      return '';
    case 'accept-target':
      if (c.conn >= W.consts.clients.conns) return 'there is no such connection in this capture';
      m.st(c.conn < 0 ? W.global + Global.acceptTarget : W.acceptTarget(c.conn), c.tid + 1);
      return '';
    case 'rebind':
      return orderRebind(x, c.conn, c.tid);
    case 'close':
      return orderClose(x, c.conn);
    case 'show-quic':
      return orderShowQuic(x, c.tid, c.all);
  }
}

function isThread(x: Machine, tid: number): boolean {
  return Number.isInteger(tid) && tid >= 0 && tid < x.W.cfg.threads;
}

/** Where -1 means something, it is no thread that does not exist. */
function noThread(c: Choice & { tid?: number }): string {
  return c.tid === -1 && (c.kind === 'deliver' || c.kind === 'accept-target')
    ? ''
    : `there is no thread T${c.tid}`;
}

/** A thread that was held goes on in the world's present, not where it was stopped. */
function resume(x: Machine, t: number): void {
  const { m } = x;
  const th = x.W.th(t);
  const now = x.now();
  const [ms, ns] = [Math.floor(now / NS_PER_MS), now % NS_PER_MS];
  if (!x.waiting(t)) {
    m.st(th + ThreadCtx.clockMs, ms);
    m.st(th + ThreadCtx.clockNs, ns);
  } else if (x.enabled(t)) {
    m.st(th + ThreadCtx.wakeMs, ms);
    m.st(th + ThreadCtx.wakeNs, ns);
  }
}
