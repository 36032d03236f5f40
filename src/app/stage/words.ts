/** The stage in words: labels of its groups, and its text version. */
import type { ConnView, StageView, ThreadView } from '../../report/view.ts';
import { plural, span } from './text.ts';

/** "A and E", "A, C and D". */
export function listed(parts: readonly string[]): string {
  if (parts.length < 2) return parts[0] ?? '';
  return `${parts.slice(0, -1).join(', ')} and ${parts[parts.length - 1]}`;
}

/** "T2, adopting A, owns A and E, 1 datagram waiting". */
export function laneWords(view: StageView, thread: ThreadView): string {
  const owned = view.conns.filter((c) => c.owner === thread.tid).map((c) => c.name.letter);
  const parts = [
    `T${thread.tid}${thread.group && ` of ${thread.group}`}`,
    thread.verb.charAt(0).toLowerCase() + thread.verb.slice(1),
  ];
  if (thread.held) parts.push('held');
  const beyond = view.beyond?.[thread.tid];
  if (beyond) owned.push(`${beyond} more`);
  parts.push(owned.length > 0 ? `owns ${listed(owned)}` : 'owns nothing');
  parts.push(thread.inbox.length > 0 ? `${plural(thread.inbox.length, 'datagram')} waiting` : 'inbox empty');
  return parts.join(', ');
}

/** One line a thread for the text version. */
export function threadLine(view: StageView, thread: ThreadView): string {
  const waits = thread.inbox.map((d) => {
    const whose = d.conn ? `${d.conn.letter} ${d.no}` : d.no;
    return d.ownerTid >= 0 && d.ownerTid !== thread.tid ? `${whose} for T${d.ownerTid}` : whose;
  });
  const inbox = waits.length > 0 ? ` Inbox: ${listed(waits)}.` : '';
  const hand = thread.hand ? ` In its hands: datagram ${thread.hand.no}.` : '';
  const step = thread.step
    ? ` Next there: ${thread.step.label}, ${thread.step.text}.`
    : ` ${thread.sleepReason}`;
  return `${laneWords(view, thread)}. In ${thread.fn}.${step}${hand}${inbox}`;
}

/** One line a connection for the text version. */
export function connLine(conn: ConnView): string {
  const idle = conn.idle.armed ? `idle timer ${span(conn.idle.leftMs)}` : 'idle timer off';
  const late = conn.late > 0 ? ` ${plural(conn.late, 'datagram')} late on other threads.` : '';
  const frozen = conn.frozen ? ' Nothing will ever run it again.' : '';
  const list = conn.listTid < 0 && !conn.inClosingList ? ' In no thread’s list.' : '';
  return `${conn.name.letter}, ${conn.client}, owned by T${conn.owner}, ${conn.state}, ${idle}.${late}${list}${frozen}`;
}
