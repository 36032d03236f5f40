import {
  keyUpdate,
  type PacketKeys,
  packetKeys,
  type QuicVersion,
  SUITES,
  type Suite,
} from '../quic/index.ts';
import type { HandshakeSecrets, SecretLabel } from './keylog.ts';

type Level = 'Handshake' | '1-RTT';

const LABELS: Readonly<Record<Level, readonly [client: SecretLabel, server: SecretLabel]>> = {
  Handshake: ['CLIENT_HANDSHAKE_TRAFFIC_SECRET', 'SERVER_HANDSHAKE_TRAFFIC_SECRET'],
  '1-RTT': ['CLIENT_TRAFFIC_SECRET_0', 'SERVER_TRAFFIC_SECRET_0'],
};

/** All keys that a session of a key log may have used, made when they are asked for: neither suite nor version is known. */
export class SessionKeys {
  private readonly made = new Map<string, PacketKeys[]>();

  constructor(
    /** ClientHello random, hex. */
    readonly random: string,
    private readonly secrets: HandshakeSecrets,
  ) {}

  /** The suites that the length of the secret allows; none where the log does not give it. */
  suites(level: Level, fromServer: boolean): readonly Suite[] {
    const secret = this.secrets[LABELS[level][fromServer ? 1 : 0]];
    return SUITES.filter(({ secretLength }) => secretLength === secret?.length);
  }

  /** One of `suites`; `generation`: key updates since the handshake, 0 and up. */
  keys(level: Level, fromServer: boolean, suite: Suite, version: QuicVersion, generation = 0): PacketKeys {
    const label = LABELS[level][fromServer ? 1 : 0];
    const id = `${label} ${suite.tls} ${version.number}`;
    let list = this.made.get(id);
    if (!list) {
      list = [packetKeys(suite, this.secrets[label]!, version)];
      this.made.set(id, list);
    }
    while (list.length <= generation) list.push(keyUpdate(list.at(-1)!));
    return list[generation]!;
  }
}
