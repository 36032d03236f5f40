/** Choices of a person and of the network, done to a world, or refused with the reason. */

import { LEDGER } from '../haproxy/model/flags.ts';
import { Global, ThreadCtx } from '../haproxy/model/layouts.ts';
import type { Choice } from './choice.ts';
import type { Machine } from './machine.ts';
import { orderRebind } from './order-rebind.ts';
import { NS_PER_MS } from './time.ts';

/** Does one choice. Returns an empty string, or why it could not be done (the world is then unchanged). */
export function apply(x: Machine, c: Choice): string {
  const { m, W } = x;
  switch (c.kind) {
    case 'step': {
      if (c.tid < 0 || c.tid >= W.cfg.threads) return `there is no thread T${c.tid}`;
      if (x.stopped) return 'the run has stopped at a BUG_ON';
      if (!x.enabled(c.tid)) return `T${c.tid} is asleep: nothing has arrived for it`;
      x.awake(c.tid, x.ready(c.tid));
      x.step(c.tid);
      return '';
    }
    case 'deliver': {
      const state = c.dgram >= 0 && c.dgram < W.consts.datagrams.count ? m.ld(W.ledger(c.dgram)) & 0xff : -1;
      if (state !== LEDGER.FUTURE) return `datagram ${c.dgram + 1} is not in flight`;
      x.deliver(c.dgram);
      return '';
    }
    case 'expire': {
      if (!x.waiting(c.tid) || !m.ld(W.th(c.tid) + ThreadCtx.waitMs)) return `T${c.tid} waits for no timer`;
      const at = x.ready(c.tid);
      x.expire(c.tid);
      x.awake(c.tid, at);
      return '';
    }
    case 'hold':
    case 'release':
      if (c.tid < 0 || c.tid >= W.cfg.threads) return `there is no thread T${c.tid}`;
      if (c.kind === 'release' && x.held(c.tid)) resume(x, c.tid);
      m.st(W.th(c.tid) + ThreadCtx.held, c.kind === 'hold' ? 1 : 0);
      return '';
    case 'fail-allocation':
      m.st(W.failWord, Math.max(0, c.n));
      return '';
    case 'gate':
      m.st(W.global + Global.gate, c.on ? 1 : 0);
      return '';
    case 'accept-target':
      if (c.tid >= W.cfg.threads) return `there is no thread T${c.tid}`;
      if (c.conn >= W.consts.conns.length) return 'there is no such connection in this capture';
      m.st(c.conn < 0 ? W.global + Global.acceptTarget : W.acceptTarget(c.conn), c.tid + 1);
      return '';
    case 'rebind':
      return orderRebind(x, c.conn, c.tid);
  }
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
