import {
  type InitialKeys,
  initialKeys,
  keyUpdate,
  type PacketKeys,
  packetKeys,
  type QuicVersion,
  SUITES,
  type Suite,
  toHex,
} from '../quic/index.ts';
import { cidKey } from './cid.ts';
import type { KeyLog, SecretLabel } from './keylog.ts';

/** 1-RTT keys of one direction over its key updates (RFC 9001 section 6). */
export interface PhaseKeys {
  /** Key phase bit of `current`. */
  phase: 0 | 1;
  /** Lowest packet number opened with `current`. */
  firstPn: number;
  previous: PacketKeys | undefined;
  current: PacketKeys;
  /** Expanded when the first packet of the next phase comes; see `nextPhase`. */
  next: PacketKeys | undefined;
}

const NONE: readonly PhaseKeys[] = [];

/** 1-RTT keys of one label, and what they follow from. */
interface Found {
  readonly version: QuicVersion;
  readonly suite: Suite | undefined;
  readonly random: string | undefined;
  readonly keys: readonly PhaseKeys[];
}

/**
 * Which keys open the packets of one connection. Keys are expanded when first asked for. Initial keys follow from the
 * header; all others need a key log and the ClientHello's random, and there may be several candidates until the cipher
 * suite is known.
 */
export class ConnectionKeys {
  /** Hex of the ClientHello random, once it was read. */
  random: string | undefined;
  /** From the ServerHello, or proven by the first packet that opened. */
  suite: Suite | undefined;
  private readonly initials = new Map<string, InitialKeys>();
  private readonly expanded = new Map<string, PacketKeys>();
  private readonly phases = new Map<string, PhaseKeys>();
  /** What was found last, of each label: it is asked for with every packet of a transfer. */
  private readonly found = new Map<SecretLabel, Found>();

  constructor(private readonly keyLog: KeyLog | undefined) {}

  /** Keys of Initial packets that follow from a Destination Connection ID. */
  initial(version: QuicVersion, dcid: Uint8Array): InitialKeys {
    const id = `${version.number} ${cidKey(dcid, 0, dcid.length)}`;
    let keys = this.initials.get(id);
    if (!keys) {
      keys = initialKeys(version, dcid);
      this.initials.set(id, keys);
    }
    return keys;
  }

  /** Candidates for Handshake or 0-RTT packets; empty when the secret is not known. */
  candidates(label: SecretLabel, version: QuicVersion): PacketKeys[] {
    const secret = this.secret(label);
    if (!secret) return [];
    // The suite of 0-RTT was agreed on in an earlier connection, and its packets come before the ServerHello.
    const early = label === 'CLIENT_EARLY_TRAFFIC_SECRET';
    return this.suites(secret, early ? undefined : this.suite).map((suite) =>
      this.expand(suite, secret, label, version),
    );
  }

  /** As `candidates`, for 1-RTT packets. */
  phaseCandidates(label: SecretLabel, version: QuicVersion): readonly PhaseKeys[] {
    const { random, suite } = this;
    const last = this.found.get(label);
    if (last && last.version === version && last.suite === suite && last.random === random) return last.keys;
    const keys = this.phasesOf(label, version);
    this.found.set(label, { version, suite, random, keys });
    return keys;
  }

  private phasesOf(label: SecretLabel, version: QuicVersion): readonly PhaseKeys[] {
    const secret = this.secret(label);
    if (!secret) return NONE;
    return this.suites(secret, this.suite).map((suite) => {
      const id = `${label} ${suite.tls} ${version.number}`;
      let keys = this.phases.get(id);
      if (!keys) {
        const current = packetKeys(suite, secret, version);
        keys = { phase: 0, firstPn: 0, previous: undefined, current, next: undefined };
        this.phases.set(id, keys);
      }
      return keys;
    });
  }

  /** 1-RTT keys of a direction that is met in key phase `generation`, 0 and up. `suite` must be known already. */
  startAt(label: SecretLabel, version: QuicVersion, generation: number): void {
    const [phases] = this.phaseCandidates(label, version);
    for (let n = 0; phases && n < generation; n++) advancePhase(phases, 0);
  }

  /** Remembers the random at bytes[off, off+32). */
  setRandom(bytes: Uint8Array, off: number): void {
    this.random = toHex(bytes, off, off + 32);
  }

  /**
   * Drops the expanded keys of the handshake, which is over; late packets of it have them expanded again. With thousands of connections
   * they would take more room than the capture.
   */
  forgetHandshake(): void {
    if (this.initials.size > 0) this.initials.clear();
    if (this.expanded.size > 0) this.expanded.clear();
  }

  private secret(label: SecretLabel): Uint8Array | undefined {
    if (this.random === undefined) return undefined;
    return this.keyLog?.secrets(this.random)?.[label];
  }

  private suites(secret: Uint8Array, known: Suite | undefined): readonly Suite[] {
    return (known ? [known] : SUITES).filter((suite) => suite.secretLength === secret.length);
  }

  private expand(suite: Suite, secret: Uint8Array, label: SecretLabel, version: QuicVersion): PacketKeys {
    const id = `${label} ${suite.tls} ${version.number}`;
    let keys = this.expanded.get(id);
    if (!keys) {
      keys = packetKeys(suite, secret, version);
      this.expanded.set(id, keys);
    }
    return keys;
  }
}

/** The keys of the next key phase. */
export function nextPhase(keys: PhaseKeys): PacketKeys {
  keys.next ??= keyUpdate(keys.current);
  return keys.next;
}

/** Moves a direction's keys one key phase on, after a packet of the next phase with number `pn` has opened. */
export function advancePhase(keys: PhaseKeys, pn: number): void {
  keys.previous = keys.current;
  keys.current = nextPhase(keys);
  keys.next = undefined;
  keys.phase = keys.phase === 0 ? 1 : 0;
  keys.firstPn = pn;
}
