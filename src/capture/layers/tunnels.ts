/** What carries a packet inside another: by label, by IP, over UDP. */
import { foreign, type Here, hex4, type Layer, looksIp, type Outcome, other, u16 } from './here.ts';
import { behindEtherType, looksEthernet } from './link.ts';

/** Labels (RFC 3032) down to the last; nothing but the first bits behind it tells what they carry (RFC 4385, RFC 4928). */
export function mpls(here: Here): Layer | Outcome {
  const { buf, end } = here;
  for (;;) {
    if (here.off + 4 > end) return 'cut';
    const last = (buf[here.off + 2]! & 1) === 1;
    here.off += 4;
    if (last) break;
  }
  if (here.off >= end) return 'cut';
  const first = buf[here.off]! >> 4;
  if (looksIp(here, here.off)) return first === 4 ? 'ipv4' : 'ipv6';
  // An Ethernet pseudowire, with its control word or without.
  if (first === 0 && looksEthernet(here, here.off + 4)) {
    here.off += 4;
    return 'ethernet';
  }
  if (looksEthernet(here, here.off)) return 'ethernet';
  return first === 4 ? 'ipv4' : first === 6 ? 'ipv6' : other(here, 'not-ip', 'MPLS that carries no IP');
}

/** EtherIP (RFC 3378): a version, then an Ethernet frame. */
export function etherIp(here: Here): Layer | Outcome {
  const { buf, off, end } = here;
  if (off + 2 > end) return 'cut';
  if (buf[off]! >> 4 !== 3) return 'malformed';
  here.off = off + 2;
  return 'ethernet';
}

const GRE_CHECKSUM = 0x8000;
const GRE_ROUTING = 0x4000;
const GRE_KEY = 0x2000;
const GRE_SEQUENCE = 0x1000;
const GRE_ACKNOWLEDGMENT = 0x0080;

/** GRE (RFC 2784, RFC 2890), and version 1 as PPTP has it (RFC 2637 section 4.1). */
export function gre(here: Here): Layer | Outcome {
  const { buf, off, end } = here;
  if (off + 4 > end) return 'cut';
  const flags = u16(buf, off);
  const protocol = u16(buf, off + 2);
  const version = flags & 7;
  if (version > 1) return 'malformed';
  // What a switch mirrors names itself by the protocol.
  if (protocol === 0x88be) return foreign(here, 'ERSPAN');
  if (protocol === 0x22eb) return foreign(here, 'ERSPAN type III');
  if (flags & GRE_ROUTING) return foreign(here, 'GRE with routing (RFC 1701)');
  let length = 4;
  for (const field of [GRE_CHECKSUM, GRE_KEY, GRE_SEQUENCE]) if (flags & field) length += 4;
  if (version === 1 && flags & GRE_ACKNOWLEDGMENT) length += 4;
  here.off = off + length;
  if (here.off > here.wireEnd) return 'malformed';
  if (here.off > end) return 'cut';
  // An acknowledgment or a keepalive has nothing behind it.
  if (here.off === here.wireEnd) return other(here, 'not-ip', 'GRE without content');
  const next = behindEtherType(here, protocol);
  if (next === 'not-ip' && protocol !== 0) return foreign(here, `GRE of protocol ${hex4(protocol)}`);
  return next;
}

const VXLAN_PORTS: ReadonlySet<number> = new Set([4789, 8472]);
const GENEVE_PORT = 6081;
const GTP_PORT = 2152;

/**
 * A datagram that is not the last layer: its port says so, and what is inside confirms it; whatever else is sent to these ports
 * stays a datagram. `here` stands at the UDP header.
 */
export function behindUdp(here: Here): Layer | Outcome {
  const { udp, buf } = here;
  const { dport, sport, payloadOff: at, payloadLen, capturedLen } = udp;
  if (VXLAN_PORTS.has(dport) && isVxlan(inside(here))) return enter(here, 'vxlan');
  if (dport === GENEVE_PORT && isGeneve(inside(here))) return enter(here, 'geneve');
  const gtp = (dport === GTP_PORT || sport === GTP_PORT) && capturedLen >= 8 && buf[at]! >> 4 === 3;
  // A user's packet in version 1 (3GPP TS 29.281 section 5.1), whose length is that of the datagram.
  if (gtp && buf[at + 1] === 0xff && u16(buf, at + 2) === payloadLen - 8) return foreign(here, 'GTP-U');
  return 'udp';
}

function inside(here: Here): Here {
  const { payloadOff, payloadLen, capturedLen } = here.udp;
  return { ...here, off: payloadOff, wireEnd: payloadOff + payloadLen, end: payloadOff + capturedLen };
}

function enter(here: Here, layer: Layer): Layer {
  const { off, end, wireEnd } = inside(here);
  here.off = off;
  here.end = end;
  here.wireEnd = wireEnd;
  return layer;
}

/** RFC 7348 section 5: a network identifier, then an Ethernet frame. */
function isVxlan(here: Here): boolean {
  return here.off + 8 <= here.end && (here.buf[here.off]! & 0x08) !== 0 && looksEthernet(here, here.off + 8);
}

export function vxlan(here: Here): Layer {
  here.off += 8;
  return 'ethernet';
}

/** RFC 8926 section 3.4: options, then what its protocol type says. */
function isGeneve(here: Here): boolean {
  const { buf, off, end } = here;
  if (off + 8 > end || buf[off]! >> 6 !== 0) return false;
  const at = off + 8 + (buf[off]! & 0x3f) * 4;
  const protocol = u16(buf, off + 2);
  return protocol === 0x6558 ? looksEthernet(here, at) : looksIp(here, at);
}

export function geneve(here: Here): Layer | Outcome {
  const { buf, off } = here;
  here.off = off + 8 + (buf[off]! & 0x3f) * 4;
  return behindEtherType(here, u16(buf, off + 2));
}
