/** Numbers of TLS that a reader wants to see by name (IANA TLS parameters). */

const SUITES: ReadonlyMap<number, string> = new Map([
  [0x1301, 'TLS_AES_128_GCM_SHA256'],
  [0x1302, 'TLS_AES_256_GCM_SHA384'],
  [0x1303, 'TLS_CHACHA20_POLY1305_SHA256'],
  [0x1304, 'TLS_AES_128_CCM_SHA256'],
  [0x1305, 'TLS_AES_128_CCM_8_SHA256'],
]);

const GROUPS: ReadonlyMap<number, string> = new Map([
  [0x0017, 'secp256r1'],
  [0x0018, 'secp384r1'],
  [0x0019, 'secp521r1'],
  [0x001d, 'x25519'],
  [0x001e, 'x448'],
  [0x0100, 'ffdhe2048'],
  [0x0101, 'ffdhe3072'],
  [0x0102, 'ffdhe4096'],
  [0x0103, 'ffdhe6144'],
  [0x0104, 'ffdhe8192'],
  [0x0200, 'MLKEM512'],
  [0x0201, 'MLKEM768'],
  [0x0202, 'MLKEM1024'],
  [0x11eb, 'SecP256r1MLKEM768'],
  [0x11ec, 'X25519MLKEM768'],
  [0x11ed, 'SecP384r1MLKEM1024'],
  [0x6399, 'X25519Kyber768Draft00'],
]);

/** Reserved values that clients send so that servers learn to ignore them (RFC 8701): 0x0a0a, 0x1a1a, … */
export function isGrease(value: number): boolean {
  return (value & 0x0f0f) === 0x0a0a && value >> 8 === (value & 0xff);
}

/** The name of a cipher suite, or its number. */
export function cipherSuiteName(value: number): string {
  return SUITES.get(value) ?? numberName(value);
}

/** The name of a named group, or its number. */
export function groupName(value: number): string {
  return GROUPS.get(value) ?? numberName(value);
}

function numberName(value: number): string {
  const digits = `0x${value.toString(16).padStart(4, '0')}`;
  return isGrease(value) ? `GREASE ${digits}` : digits;
}
