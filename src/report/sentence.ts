/** The one sentence: owner first, then what is unfinished. At most 90 characters. */
import { heldBack } from './conns.ts';
import type { ConnView, FatalView, Sentence, StageView } from './view.ts';

/** Said once the person's orders have made datagrams wait as they did not when they were recorded. */
export const LEFT =
  'Your orders have left the recording: datagrams wait longer than they did, and the recorded clients cannot react.';

export const GONE =
  'Your orders have left the recording: a datagram was dropped, and its recorded client does not send it again.';

/** What the thread does that stopped the run, and what that is for HAProxy. */
const STOPPED: Readonly<Record<FatalView['kind'], [(T: string) => string, string]>> = {
  assertion: [(T) => `BUG_ON on ${T}.`, 'HAProxy aborts here'],
  crash: [(T) => `${T} crashes.`, 'HAProxy ends here with a segmentation fault'],
  freed: [(T) => `${T} uses a freed object.`, 'What HAProxy would do is not determined'],
};

const count = (n: number, one: string, many = `${one}s`): string => `${n} ${n === 1 ? one : many}`;

/** The sentence about connection `index` (as on screen); one about the whole world when it is not there. */
export function sentenceOf(stage: StageView, index: number): Sentence {
  const c = stage.conns.find((x) => x.index === index);
  if (stage.fatal) {
    const [does, rest] = STOPPED[stage.fatal.kind];
    return {
      conn: c?.name ?? null,
      lead: does(`T${stage.fatal.tid}`),
      rest: `${rest}; the run has stopped.`,
    };
  }
  if (!c) return { conn: null, ...without(stage, index) };
  if (c.owner < 0)
    return {
      conn: c.name,
      lead: `${c.name.letter} belongs to no thread.`,
      rest: beingMade(stage) ? 'It is being created.' : 'It is being released.',
    };
  const moved = c.ghostTid >= 0 && c.ghostTid !== c.owner;
  const lead = `${c.name.letter} ${moved ? 'now belongs' : 'belongs'} to T${c.owner}.`;
  return { conn: c.name, lead, rest: unfinished(stage, c) };
}

function without(stage: StageView, index: number): { lead: string; rest: string } {
  const client = stage.clients.find((x) => x.connIndex === index);
  if (stage.conns.length > 0 && client) {
    const A = client.conn.letter;
    return client.sent === 0
      ? { lead: `${A} is not there yet.`, rest: 'Its first datagram is still to come.' }
      : { lead: `${A} has no connection now.`, rest: 'It has ended, or has not been made yet.' };
  }
  if (stage.conns.length > 0)
    return { lead: `${count(stage.conns.length, 'connection')}.`, rest: 'None is selected.' };
  if (stage.totals.received > 0) {
    return stage.idle
      ? { lead: 'No connection is left.', rest: 'All have been released.' }
      : { lead: 'No connection now.', rest: `${count(stage.totals.received, 'datagram')} received so far.` };
  }
  return stage.flights.length > 0
    ? { lead: 'No connections yet.', rest: 'The first datagram is on its way.' }
    : { lead: 'No connections.', rest: 'No datagram is on its way.' };
}

/** A connection is without a CID at both ends of its life: before its first points to it, and after its last is freed. */
const beingMade = (stage: StageView): boolean =>
  stage.threads.some((t) => t.roles.includes('create') && !t.roles.includes('release'));

function unfinished(stage: StageView, c: ConnView): string {
  return (
    passing(stage, c) ||
    moving(stage, c) ||
    closing(stage, c) ||
    standing(stage, c) ||
    'Nothing is unfinished.'
  );
}

/** Datagrams that are with a thread which does not own the connection. */
function passing(stage: StageView, c: ConnView): string {
  const { letter } = c.name;
  for (const t of stage.threads) {
    if (t.redispatching?.dgram.conn?.letter !== letter) continue;
    const left = t.inbox.filter((d) => d.conn?.letter === letter).length;
    const more = left ? `; ${left} left` : '';
    return `T${t.tid} passes datagram ${t.redispatching.dgram.no} on, because its entry now says T${c.owner}${more}.`;
  }
  return '';
}

function moving(stage: StageView, c: ConnView): string {
  if (c.rebind && !c.rebind.committed) {
    const { from, to, prepared } = c.rebind;
    const t = stage.threads[from];
    const held = t?.held ? `; T${from} is held` : '';
    if (t?.roles.includes('rebind')) {
      return `T${from} prepares to hand it to T${to}${held}.`;
    }
    if (prepared)
      return `It is prepared for T${to}; T${from} still owns it${t?.held ? ', and is held' : ''}.`;
    return `A rebind to T${to} is ordered${held}.`;
  }
  if (c.late > 0) {
    const t = stage.threads.find((x) => x.tid !== c.owner && heldBack(x, c.name.letter) > 0);
    return t
      ? `T${t.tid} still holds ${heldBack(t, c.name.letter)} of its datagrams${t.held ? ', and is held' : ''}.`
      : `Other threads still hold ${c.late} of its datagrams.`;
  }
  // To its own thread there is nothing to finish.
  return c.rebind && c.rebind.from !== c.rebind.to ? `T${c.owner} has not finished the move yet.` : '';
}

function closing(stage: StageView, c: ConnView): string {
  if (!c.closeOrdered) return '';
  return `Its close is ordered${stage.threads[c.owner]?.held ? `; T${c.owner} is held` : ''}.`;
}

function standing(stage: StageView, c: ConnView): string {
  const owner = stage.threads[c.owner];
  const waiting = owner?.inbox.filter((d) => d.conn?.letter === c.name.letter).length ?? 0;
  const wait = `${count(waiting, 'datagram')} of it wait${waiting === 1 ? 's' : ''} in its inbox`;
  if (c.frozen) return 'It is frozen: nothing will ever run it again.';
  if (owner?.held) return waiting ? `T${c.owner} is held; ${wait}.` : `T${c.owner} is held.`;
  if (c.closing) return 'It is closing.';
  if (c.draining) return 'It is draining.';
  if (c.accepted === 'waiting') return 'It waits to be accepted.';
  if (c.accepted === 'in ring') return 'It waits in an accept ring for its new thread.';
  if (c.accepted === 'no') return 'Its handshake is not complete.';
  const hand = owner?.hand?.conn?.letter === c.name.letter ? owner.hand : null;
  if (hand)
    return `T${c.owner} works on datagram ${hand.no}${waiting ? `; ${waiting} more wait${waiting === 1 ? 's' : ''}` : ''}.`;
  if (waiting) return `${count(waiting, 'datagram')} wait${waiting === 1 ? 's' : ''} in T${c.owner}’s inbox.`;
  if (!c.idle.queued && !c.io.queued && quietOwner(stage, c))
    return 'No timer of it runs: only its next datagram can wake it.';
  return stage.notes.includes(LEFT) ? 'Your orders have left the recording.' : '';
}

/** The owner sleeps: a timer that is queued nowhere is then no passing state. */
const quietOwner = (stage: StageView, c: ConnView): boolean => stage.threads[c.owner]?.state === 'asleep';
