/** Which datagram waits in which thread's inbox, followed through the event ring: what was true at each of its records. */
import { inboxWalk } from '../haproxy/lib/inbox.ts';
import { EV } from '../haproxy/step/events.ts';
import type { EventRecord } from './happenings.ts';
import type { Look } from './look.ts';

export class Inboxes {
  private readonly at = new Map<number, number>();
  /** Records are missing: nothing is known until the next `recount`. */
  private lost = false;

  clear(): void {
    this.at.clear();
    this.lost = false;
  }

  lose(): void {
    this.lost = true;
  }

  take(r: EventRecord): void {
    if (r.kind === EV.DISPATCH || r.kind === EV.REDISPATCH) this.at.set(r.a, r.b);
    else if (r.kind === EV.POP) this.at.delete(r.a);
  }

  /** Datagrams of a connection waiting with `tid`; -1 when records are missing. */
  waiting(tid: number, conn: number, connOf: (dgram: number) => number): number {
    if (this.lost) return -1;
    let n = 0;
    for (const [d, t] of this.at) if (t === tid && connOf(d) === conn) n++;
    return n;
  }

  /** After the newest record the inboxes themselves are the truth again. */
  recount(look: Look): void {
    if (!this.lost) return;
    this.clear();
    for (let t = 0; t < look.W.cfg.threads; t++) {
      inboxWalk(look.mem, look.W, t, (dgram) => {
        const dg = look.dgOf(dgram);
        if (dg >= 0) this.at.set(dg, t);
      });
    }
  }
}
