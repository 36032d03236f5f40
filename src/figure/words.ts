/** What a mark is called beside the scrubber, and to whoever hears it. */
import { nameOf } from '../report/name.ts';
import type { Tape, TapeEvent } from '../tape/schema.ts';

export function markWords({ kind, tid, conn, no, other }: TapeEvent): string {
  const A = conn === undefined ? 'a connection' : nameOf(conn).letter;
  switch (kind) {
    case 'commit':
      return other === undefined ? 'commit' : `commit: ${A} is T${other}’s`;
    case 'redispatch':
      return `${no ?? 'a datagram'} is passed on`;
    case 'handled':
      return `${no ?? 'a datagram'} is handled`;
    case 'rebind':
      return `${A} is being moved`;
    case 'finalize':
      return `T${tid} has adopted ${A}`;
    case 'refused':
      return 'refused';
    case 'create':
      return `T${tid} creates ${A}`;
    case 'accept':
      return `${A} is accepted`;
    case 'close':
      return `${A} is closing`;
    case 'release':
      return `${A} is released`;
    case 'drop':
      return `${no ?? 'a packet'} is dropped`;
    case 'violation':
      return 'a rule is broken';
    default:
      return `T${tid}, ${kind}${no ? ` ${no}` : ''}`;
  }
}

const listed = (parts: readonly string[]): string =>
  parts.length < 2 ? (parts[0] ?? '') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;

/** What happens on a tape to its connection, in one sentence; its own line where nothing of it is a move. */
export function captionOf({ conn, events, look }: Pick<Tape, 'conn' | 'events' | 'look'>): string {
  const { letter } = nameOf(conn);
  const own = events.filter((e) => e.conn === conn);
  const moves = own.filter((e) => e.kind === 'commit' && e.other !== undefined);
  const passed = [...new Set(own.filter((e) => e.kind === 'redispatch').map((e) => e.no ?? ''))];
  const handled = new Set(own.filter((e) => e.kind === 'handled').map((e) => e.no));
  const refused = own.find((e) => e.kind === 'refused');
  if (moves.length === 0) return refused ? `T${refused.tid} does not give ${letter} away.` : look;
  const [first] = moves;
  const way = `${letter} moves from T${first!.tid} to ${moves.map((m) => `T${m.other}`).join(', then to ')}`;
  if (passed.length === 0) return `${way}; none of its datagrams is late.`;
  const late = `${listed(passed)} ${passed.length > 1 ? 'lie' : 'lies'} with the old thread and ${passed.length > 1 ? 'are' : 'is'} passed on`;
  return `${way}; ${late}${passed.every((no) => handled.has(no)) ? ', none is lost' : ''}.`;
}
