/** What a capture that has just been opened is said to hold. Where it is read, so that the page has the words alone. */
import { type Contents, letterOf } from '../../stories/contents.ts';
import { plural } from '../stage/text.ts';
import type { ContentsWords } from './contract.ts';

export function contentsWords(c: Contents): ContentsWords {
  if (c.connections === 0)
    return {
      heading: `${plural(c.datagrams, 'datagram')} from clients, none of which can be replayed.`,
      detail: `No connection that HAProxy would accept begins in the capture: ${c.whyUnread}.`,
      moves: false,
    };
  const span = c.span < 1000 ? `${c.span}\u202fms` : `${(c.span / 1000).toFixed(1)}\u202fs`;
  const moved = c.migrating.map(letterOf);
  const busiest = `The busiest is ${letterOf(c.busiest)}, with ${c.busiestHas}.`;
  const migrating =
    moved.length > 0
      ? ` ${listed(moved)} ${moved.length > 1 ? 'come' : 'comes'} from more than one address.`
      : '';
  const unread = c.unread > 0 ? ` Not replayed: ${c.whyUnread}.` : '';
  return {
    heading: `${plural(c.connections, 'connection')}, ${plural(c.datagrams, 'datagram')} from clients in ${span}.`,
    detail: `${busiest}${migrating}${unread} Play runs it from its beginning.`,
    moves: true,
  };
}

const listed = (parts: readonly string[]): string =>
  parts.length < 2
    ? (parts[0] ?? '')
    : `${parts.slice(0, 4).join(', ')}${parts.length > 4 ? ' and others' : ''}`;
