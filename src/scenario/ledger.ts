/** Which client datagrams of a capture are replayed, and why the others are not. */
import type { Connection, DissectedDatagram, Survey } from '../capture/index.ts';
import type { Unread } from '../haproxy/model/unread.ts';
import { speaksVersion } from '../haproxy/model/versions.ts';

/** Whether HAProxy would accept a connection: it begins in the capture, in a version that HAProxy speaks. */
export function replayable({ beginning, version }: Connection): boolean {
  return beginning !== 'missing' && speaksVersion(version);
}

/**
 * Why a client's datagram is not replayed, undefined if it is. `server`: endpoint of the server that HAProxy stands for, -1: for all of
 * the capture.
 */
export function unreadReason(d: DissectedDatagram, survey: Survey, server: number): Unread | undefined {
  const { connection } = d;
  const theirs = connection?.serverEnd ?? survey.paths.dst(d.row);
  if (server >= 0 && theirs !== server && survey.isServer(theirs)) return 'other-server';
  if (connection) {
    if (connection.beginning === 'missing') return 'before-capture';
    if (!speaksVersion(connection.version)) return 'version';
    return d.unannounced ? 'keys-missing' : undefined;
  }
  switch (d.stray) {
    case 'unannounced':
      return 'keys-missing';
    case 'version':
      return 'version';
    case 'not-opened':
    case 'unreadable':
      return 'not-opened';
    default:
      return 'before-capture';
  }
}
