/**
 * TLS key logs in the NSS format (draft-ietf-tls-keylogfile): lines of LABEL, ClientHello random, secret. Lines that are
 * wrong are told by number and the rest is used.
 */

/** Labels of TLS 1.3; those below the line belong to nothing QUIC opens, and are known so as not to be called wrong. */
const LABELS = [
  'CLIENT_EARLY_TRAFFIC_SECRET',
  'CLIENT_HANDSHAKE_TRAFFIC_SECRET',
  'SERVER_HANDSHAKE_TRAFFIC_SECRET',
  'CLIENT_TRAFFIC_SECRET_0',
  'SERVER_TRAFFIC_SECRET_0',
] as const;
const UNUSED =
  /^(EARLY_EXPORTER_(MASTER_)?SECRET|EXPORTER_SECRET|CLIENT_RANDOM|RSA|ECH_SECRET|ECH_CONFIG|(CLIENT|SERVER)_TRAFFIC_SECRET_[1-9]\d*)$/;

export type SecretLabel = (typeof LABELS)[number];

/** The secrets of one handshake, each 32 or 48 bytes; those that the log does not give are absent. */
export type HandshakeSecrets = { readonly [label in SecretLabel]?: Uint8Array };

export interface KeyLogProblem {
  /** Line number, from 1. */
  readonly line: number;
  readonly text: string;
}

export interface KeyLog {
  /** The secrets of the handshake with this ClientHello random (64 hex digits, lower case). */
  secrets(clientRandom: string): HandshakeSecrets | undefined;
  /** Number of handshakes with at least one usable secret. */
  readonly size: number;
  readonly problems: readonly KeyLogProblem[];
}

/** Reads one or several key logs as one; where two lines contradict each other the later one counts. */
export function parseKeyLog(...logs: readonly (string | Uint8Array)[]): KeyLog {
  const entries = new Map<string, { [label in SecretLabel]?: Uint8Array }>();
  const problems: KeyLogProblem[] = [];
  let number = 0;
  for (const log of logs) {
    const text = typeof log === 'string' ? log : new TextDecoder('latin1').decode(log);
    for (const raw of text.split(/\r\n|\r|\n/)) {
      number++;
      const line = raw.replace(/\0/g, '').trim();
      if (line === '' || line.startsWith('#')) continue;
      const wrong = takeLine(line, entries);
      if (wrong) problems.push({ line: number, text: `Line ${number} of the key log ${wrong}.` });
    }
  }
  return { secrets: (random) => entries.get(random.toLowerCase()), size: entries.size, problems };
}

/** Takes one line in; says what is wrong with it, or nothing. */
function takeLine(
  line: string,
  entries: Map<string, { [label in SecretLabel]?: Uint8Array }>,
): string | undefined {
  const [label = '', random = '', secret = '', ...rest] = line.split(/[ \t]+/);
  if (UNUSED.test(label)) return undefined;
  if (!isLabel(label)) {
    return /^[A-Z][A-Z0-9_]*$/.test(label) ? `has the unknown label ${label}` : 'is not a key log line';
  }
  if (rest.length > 0 || secret === '') return 'does not have the three fields label, random, secret';
  if (!/^[0-9a-fA-F]{64}$/.test(random)) return 'has a ClientHello random that is not 64 hex digits';
  if (!/^([0-9a-fA-F]{64}|[0-9a-fA-F]{96})$/.test(secret))
    return 'has a secret that is not 64 or 96 hex digits';
  const key = random.toLowerCase();
  let entry = entries.get(key);
  if (!entry) {
    entry = {};
    entries.set(key, entry);
  }
  entry[label] = fromHex(secret);
  return undefined;
}

function isLabel(text: string): text is SecretLabel {
  return (LABELS as readonly string[]).includes(text);
}

function fromHex(hex: string): Uint8Array {
  const out = new Uint8Array(hex.length / 2);
  for (let i = 0; i < out.length; i++) out[i] = Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16);
  return out;
}
