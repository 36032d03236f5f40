/** Keys of one connection's client side, expanded when first asked for. */
import {
  clientInitialKeys,
  keyUpdate,
  type PacketKeys,
  packetKeys,
  QUIC_V1,
  quicVersion,
  SUITES,
  suiteByTls,
} from '../quic/index.ts';
import type { KeyMaterial } from './data.ts';

export class ConnKeys {
  private readonly initials = new Map<number, PacketKeys>();
  private readonly handshakes = new Map<number, PacketKeys>();
  private readonly generations: PacketKeys[] = [];

  constructor(private readonly material: KeyMaterial) {}

  /** Keys of Initial packets of a version; none when the version or the DCID that they come from is not known. */
  initial(version: number): PacketKeys | undefined {
    const { initialDcid } = this.material;
    const v = quicVersion(version);
    if (!v || !initialDcid) return undefined;
    return kept(this.initials, version, () => clientInitialKeys(v, initialDcid));
  }

  handshake(version: number): PacketKeys | undefined {
    const { handshake } = this.material;
    const v = quicVersion(version);
    if (!v || !handshake) return undefined;
    return kept(this.handshakes, version, () => packetKeys(this.suite(handshake), handshake, v));
  }

  /** 1-RTT keys after `generation` key updates. */
  application(generation: number): PacketKeys | undefined {
    const { application, version } = this.material;
    if (!application) return undefined;
    this.generations[0] ??= packetKeys(this.suite(application), application, quicVersion(version) ?? QUIC_V1);
    for (let g = this.generations.length; g <= generation; g++)
      this.generations[g] = keyUpdate(this.generations[g - 1]!);
    return this.generations[generation];
  }

  private suite(secret: Uint8Array) {
    return suiteByTls(this.material.suite) ?? SUITES.find((s) => s.secretLength === secret.length)!;
  }
}

function kept(of: Map<number, PacketKeys>, version: number, make: () => PacketKeys): PacketKeys {
  let keys = of.get(version);
  if (!keys) {
    keys = make();
    of.set(version, keys);
  }
  return keys;
}
