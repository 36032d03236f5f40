/**
 * TLS key logs in the NSS format (draft-ietf-tls-keylogfile): lines of LABEL, ClientHello random, secret. Lines that are
 * wrong are told by number and the rest is used.
 */
import { fromHex, toHex } from '../quic/index.ts';
import { KeyLines } from './key-lines.ts';
import { isGzip, MOST_UNPACKED, type UnpackEnd, Unpacking } from './unpack.ts';

/** Labels of TLS 1.3 that QUIC packets are opened with. */
const LABELS = [
  'CLIENT_EARLY_TRAFFIC_SECRET',
  'CLIENT_HANDSHAKE_TRAFFIC_SECRET',
  'SERVER_HANDSHAKE_TRAFFIC_SECRET',
  'CLIENT_TRAFFIC_SECRET_0',
  'SERVER_TRAFFIC_SECRET_0',
] as const;
/** Those that belong to nothing QUIC opens, and are known so as not to be called wrong. */
const UNUSED =
  /^(EARLY_EXPORTER_(MASTER_)?SECRET|EXPORTER_SECRET|CLIENT_RANDOM|RSA|ECH_SECRET|ECH_CONFIG|(CLIENT|SERVER)_TRAFFIC_SECRET_[1-9]\d*)$/;
/** So many sessions are kept, and so many wrong lines told. */
const MOST_SESSIONS = 500_000;
const MOST_TOLD = 100;
/** No line that can be used is shorter, and no label longer. */
const SHORTEST = 100;
const LONGEST_LABEL = 60;
/** Of a file that is packed, what is unpacked between two looks at the lines, bytes. */
const PORTION = 1 << 20;

export type SecretLabel = (typeof LABELS)[number];

/** The secrets of one handshake, each 32 or 48 bytes; those that the log does not give are absent. */
export type HandshakeSecrets = { readonly [label in SecretLabel]?: Uint8Array };

export interface KeyLogProblem {
  /** Line number within its log, from 1. */
  readonly line: number;
  readonly text: string;
}

export interface KeyLog {
  /** The secrets of the handshake with this ClientHello random (64 hex digits, lower case). */
  secrets(clientRandom: string): HandshakeSecrets | undefined;
  /** ClientHello randoms of all handshakes, in the order of the log. */
  randoms(): Iterable<string>;
  /** Number of handshakes with at least one usable secret. */
  readonly size: number;
  /** The first hundred lines that are wrong, and how many there are. */
  readonly problems: readonly KeyLogProblem[];
  readonly wrong: number;
}

/** Reads one or several key logs as one; where two lines contradict each other the later one counts. */
export function parseKeyLog(...logs: readonly (string | Uint8Array)[]): KeyLog {
  const reader = new KeyLogReader();
  for (const log of logs) reader.add(typeof log === 'string' ? bytesOf(log) : log);
  return reader;
}

/** What became of a log: `empty`: no line of it can be used. `bomb`: packed, and larger than is unpacked. */
export type LogRead = 'read' | 'empty' | 'bomb';

/** Reads key logs line by line; whatever their size, only what can be used of them is kept. */
export class KeyLogReader implements KeyLog {
  readonly problems: KeyLogProblem[] = [];
  wrong = 0;
  /** Randoms and secrets, each as a text of one character a byte: an array of its own would take five times the room. */
  private readonly entries = new Map<string, (string | undefined)[]>();
  private readonly asked = new Map<string, HandshakeSecrets>();
  private readonly decoder = new TextDecoder('latin1');
  private used = 0;

  /** `mostUnpacked`: bytes that are taken out of a packed log before it is refused. */
  constructor(private readonly mostUnpacked = MOST_UNPACKED) {}

  get size(): number {
    return this.entries.size;
  }

  secrets(clientRandom: string): HandshakeSecrets | undefined {
    const known = this.asked.get(clientRandom);
    if (known) return known;
    const entry = HEX_64.test(clientRandom) ? this.entries.get(packed(clientRandom)) : undefined;
    if (!entry) return undefined;
    const out: { [label in SecretLabel]?: Uint8Array } = {};
    for (const [i, label] of LABELS.entries()) if (entry[i] !== undefined) out[label] = bytesOf(entry[i]);
    this.asked.set(clientRandom, out);
    return out;
  }

  *randoms(): Iterable<string> {
    for (const key of this.entries.keys()) yield toHex(bytesOf(key));
  }

  /** Takes in a log; what is packed by gzip is unpacked on the way. */
  add(log: Uint8Array): LogRead {
    const before = this.used;
    const lines = new KeyLines((buf, from, to, number) => this.line(buf, from, to, number));
    let end: UnpackEnd | undefined;
    if (isGzip(log)) {
      const unpacking = new Unpacking(log, (part) => lines.add(part), this.mostUnpacked);
      while (!unpacking.step(PORTION));
      end = unpacking.end;
    } else lines.add(log);
    if (end === 'bomb') return 'bomb';
    lines.end();
    if (end === 'broken')
      this.tell(lines.number, 'The key log is packed, and cut or damaged; what comes before is used.');
    this.asked.clear();
    return this.used > before ? 'read' : 'empty';
  }

  private line(buf: Uint8Array, from: number, to: number, number: number): void {
    const letter = buf[from]!;
    const hopeless = letter < 0x41 || letter > 0x5a || to - from < SHORTEST;
    // Of millions of lines that are none only the first are looked at.
    if (hopeless && this.problems.length >= MOST_TOLD) {
      this.wrong++;
      return;
    }
    const wrong = this.takeLine(this.decoder.decode(buf.subarray(from, to)));
    if (wrong) this.tell(number, `Line ${number} of the key log ${wrong}.`);
  }

  private tell(line: number, text: string): void {
    this.wrong++;
    if (this.problems.length < MOST_TOLD) this.problems.push({ line, text });
  }

  /** Takes one line in; says what is wrong with it, or nothing. */
  private takeLine(line: string): string | undefined {
    const [label = '', random = '', secret = '', ...rest] = line.split(/[ \t]+/);
    if (UNUSED.test(label)) return undefined;
    const place = (LABELS as readonly string[]).indexOf(label);
    if (place < 0) {
      return /^[A-Z][A-Z0-9_]*$/.test(label) && label.length <= LONGEST_LABEL
        ? `has the unknown label ${label}`
        : 'is not a key log line';
    }
    if (rest.length > 0 || secret === '') return 'does not have the three fields label, random, secret';
    if (!HEX_64.test(random)) return 'has a ClientHello random that is not 64 hex digits';
    if (!HEX_64.test(secret) && !HEX_96.test(secret)) return 'has a secret that is not 64 or 96 hex digits';
    const key = packed(random);
    let entry = this.entries.get(key);
    if (!entry) {
      if (this.entries.size >= MOST_SESSIONS) return `comes behind ${MOST_SESSIONS} sessions; it is not used`;
      entry = [];
      this.entries.set(key, entry);
    }
    entry[place] = packed(secret);
    this.used++;
    return undefined;
  }
}

const HEX_64 = /^[0-9a-fA-F]{64}$/;
const HEX_96 = /^[0-9a-fA-F]{96}$/;

const packed = (hex: string): string => String.fromCharCode(...fromHex(hex));
const bytesOf = (text: string): Uint8Array => Uint8Array.from(text, (letter) => letter.charCodeAt(0));
