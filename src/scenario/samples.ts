/** The bundled captures as beginnings with plain names. */
import type { WorldOptions } from '../machine/options.ts';

export interface SampleSpec {
  id: string;
  name: string;
  /** Under captures/. */
  file: string;
  keys: string;
  /** Only these connections, the story's first. */
  conns?: readonly number[];
  options: Partial<WorldOptions>;
  /** Story at whose start opening stands, with its run ahead. */
  story?: string;
}

const teaching: Partial<WorldOptions> = { socketOwner: 'listener', withholdPostHandshake: true };

const of = (id: string, name: string, base: string, more: Partial<SampleSpec> = {}): SampleSpec => ({
  id,
  name,
  file: `${base}.pcap`,
  keys: `${base}.keys`,
  options: teaching,
  ...more,
});

export const SAMPLES: readonly SampleSpec[] = [
  of('six', 'Six clients at once', 'v07-ngtcp2x20-haproxy29', {
    conns: [3, 0, 6, 8, 13, 18],
    story: 'first',
  }),
  of('twenty', 'Twenty clients at once', 'v07-ngtcp2x20-haproxy29'),
  of('one', 'One client, three requests', 'v01-ngtcp2-haproxy34'),
  of('chromium', 'Chromium loads a page', 'v02-chromium-haproxy34'),
  of('firefox', 'Firefox loads a page', 'v11-firefox-haproxy34'),
  of('quiche', 'quiche, six requests', 'v04-quiche-haproxy34'),
  of('chacha', 'ChaCha20-Poly1305 only', 'v12-ngtcp2-haproxy34-chacha'),
  of('ipv6', 'Over IPv6', 'v05-ngtcp2-haproxy34-ipv6'),
  of('rebinding', 'The client’s address changes', 'v10-ngtcp2-gtlsserver-natrebind'),
];
