import { concatBytes } from '../../quic/index.ts';
import { type Capture, type Dissection, dissect, type Packet, parseKeyLog, readCapture } from '../index.ts';
import { conversation, done, Peers, ping, type Sent } from './peers.ts';

/** The conversation of one connection, datagram by datagram. */
export class Talk {
  readonly sent: Sent[] = [];
  constructor(readonly peers: Peers) {}

  client(...packets: Uint8Array[]): this {
    this.sent.push({ from: 'client', payload: concatBytes(...packets), clientPort: this.peers.clientPort });
    return this;
  }
  server(...packets: Uint8Array[]): this {
    this.sent.push({ from: 'server', payload: concatBytes(...packets), clientPort: this.peers.clientPort });
    return this;
  }
  /** The usual handshake, four datagrams. */
  handshake(): this {
    const { peers } = this;
    return this.client(peers.hello())
      .server(peers.answer())
      .client(peers.finish(), peers.short('client', 0, ping))
      .server(peers.short('server', 0, done));
  }
}

export function read(
  sent: readonly Sent[],
  keys: string,
  linkType?: number,
): { capture: Capture; dissection: Dissection } {
  const result = readCapture(conversation(sent, linkType));
  if (!result.ok) throw new Error(result.error.text);
  return { capture: result.capture, dissection: dissect(result.capture, { keyLog: parseKeyLog(keys) }) };
}

/** A capture of one connection with each server of 10.0.0.2, by port, and which side of it was captured. */
export function servers(
  ...list: (readonly [port: number, side: 'client' | 'server' | 'both'])[]
): Uint8Array {
  const files = list.map(([port, side]) => {
    const { sent } = new Talk(new Peers({ seed: port & 15 })).handshake();
    return conversation(
      sent.filter(({ from }) => side === 'both' || from === side),
      1,
      port,
    );
  });
  // The head of a file has 24 bytes, the same in all.
  return concatBytes(...files.map((file, i) => (i === 0 ? file : file.subarray(24))));
}

export const describePacket = (packet: Packet): string => {
  const what = packet.state === 'opened' ? packet.frames.join('+') : packet.state;
  return `${packet.type}${packet.pnLen > 0 ? `#${packet.pn}` : ''}${packet.keyPhase ? "'" : ''} ${what}`;
};

/** One line a datagram: side and connection, then its packets. */
export function lines(dissection: Dissection): string[] {
  return dissection.datagrams.map((d) => {
    const side = d.fromServer ? 's' : 'c';
    const rest = d.trailing > 0 ? ` +${d.trailing}` : '';
    const reset = d.statelessReset ? ' (reset)' : '';
    return `${side}${d.connection?.number ?? '?'} ${d.packets.map(describePacket).join(' | ')}${rest}${reset}`;
  });
}

/**
 * Whose each datagram is, in one word: side and connection ("c0"), with "~" where its ID was never seen given out; without a
 * connection why ("c:older").
 */
export function whose(dissection: Dissection): string {
  return dissection.datagrams
    .map((d) => {
      const side = d.fromServer ? 's' : 'c';
      return d.connection ? `${side}${d.connection.number}${d.unannounced ? '~' : ''}` : `${side}:${d.stray}`;
    })
    .join(' ');
}
