import type { Layer, Peel } from './here.ts';
import { ipv4, ipv6, udpHeader } from './ip.ts';
import {
  ciscoHdlc,
  cooked1,
  cooked2,
  enc,
  ethernet,
  etherType,
  loopback,
  nflog,
  pflog,
  pktap,
  ppp,
  pppDirection,
  pppoe,
  raw,
  vlan,
} from './link.ts';
import { etherIp, geneve, gre, mpls, vxlan } from './tunnels.ts';

/** How one layer is read, and whether it wraps a packet that could stand alone. */
export interface Row {
  readonly peel: Peel;
  readonly wraps: boolean;
}

const layer = (peel: Peel): Row => ({ peel, wraps: false });
const wrapping = (peel: Peel): Row => ({ peel, wraps: true });

/** Every layer that is read. */
export const ROWS: Readonly<Record<Layer, Row>> = {
  ethernet: layer(ethernet),
  'ether-type': layer(etherType),
  vlan: layer(vlan),
  'cooked-1': layer(cooked1),
  'cooked-2': layer(cooked2),
  null: layer(loopback),
  raw: layer(raw),
  ppp: layer(ppp),
  'ppp-direction': layer(pppDirection),
  'cisco-hdlc': layer(ciscoHdlc),
  enc: layer(enc),
  pflog: layer(pflog),
  nflog: layer(nflog),
  ipv4: layer(ipv4),
  ipv6: layer(ipv6),
  'udp-header': layer(udpHeader),
  pktap: wrapping(pktap),
  pppoe: wrapping(pppoe),
  mpls: wrapping(mpls),
  'ip-in-ip': wrapping(raw),
  gre: wrapping(gre),
  'ether-ip': wrapping(etherIp),
  vxlan: wrapping(vxlan),
  geneve: wrapping(geneve),
};
