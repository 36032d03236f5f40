/** The one sentence: owner first, then what is unfinished. At most 90 characters. */
import type { ConnView, Sentence, StageView } from './view.ts';

const count = (n: number, one: string): string => (n === 1 ? `1 ${one}` : `${n} ${one}s`);

export function sentenceOf(stage: StageView, index: number): Sentence {
  const c = stage.conns.find((x) => x.index === index);
  if (stage.fatal) {
    return {
      conn: c?.name ?? null,
      lead: `BUG_ON on T${stage.fatal.tid}.`,
      rest: 'HAProxy aborts here; the run has stopped.',
    };
  }
  if (!c) {
    if (stage.conns.length === 0 && stage.totals.received > 0)
      return { conn: null, lead: 'No connection is left.', rest: 'All have been released.' };
    return { conn: null, lead: 'No connections yet.', rest: 'The first datagram is on its way.' };
  }
  const A = c.name.letter;
  const fresh = c.ghostTid >= 0 && c.ghostTid !== c.owner;
  const lead = fresh ? `${A} now belongs to T${c.owner}.` : `${A} belongs to T${c.owner}.`;
  const rest = unfinished(stage, c);
  return {
    conn: c.name,
    lead,
    rest: `${lead} ${rest}`.length > 90 ? `${rest.slice(0, 88 - lead.length)}…` : rest,
  };
}

function unfinished(stage: StageView, c: ConnView): string {
  const A = c.name.letter;
  const owner = stage.threads[c.owner];
  for (const t of stage.threads) {
    if (t.redispatching?.dgram.conn?.letter === A) {
      const left = t.inbox.filter((d) => d.conn?.letter === A).length;
      return `T${t.tid} passes datagram ${t.redispatching.dgram.id} on${left ? `, ${left} left` : ''}.`;
    }
  }
  if (c.rebind && !c.rebind.committed) {
    const t = stage.threads[c.rebind.from];
    if (t?.stack.includes('qc_set_tid_affinity'))
      return `T${c.rebind.from} prepares to hand it to T${c.rebind.to}.`;
    const held = t?.held ? `; T${c.rebind.from} is held` : '';
    return `A rebind to T${c.rebind.to} is ordered${held}.`;
  }
  if (c.late > 0) {
    const t = stage.threads.find((x) => x.tid !== c.owner && x.inbox.some((d) => d.conn?.letter === A));
    return `${t ? `T${t.tid}` : 'Another thread'} still holds ${count(c.late, 'of its datagrams').replace('datagramss', 'datagrams')}.`;
  }
  if (c.rebind) return `T${c.owner} has not finished the move yet.`;
  if (c.frozen) return 'Nothing will ever run it again: it is frozen.';
  const waiting = owner?.inbox.filter((d) => d.conn?.letter === A).length ?? 0;
  if (owner?.held)
    return waiting
      ? `T${c.owner} is held; ${count(waiting, 'datagram')} of ${A} wait${waiting === 1 ? 's' : ''} in its inbox.`
      : `T${c.owner} is held.`;
  if (c.closing) return 'It is closing.';
  if (c.draining) return 'It is draining.';
  if (c.accepted === 'waiting' || c.accepted === 'in ring') return 'It waits to be accepted.';
  if (c.accepted === 'no') return 'Its handshake is not complete.';
  if (waiting) return `${count(waiting, 'datagram')} wait${waiting === 1 ? 's' : ''} in its inbox.`;
  return 'Nothing is unfinished.';
}
