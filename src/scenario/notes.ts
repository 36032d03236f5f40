/** What a person should know about a world that a capture began. */
import { type Capture, type Connection, type Problem, problemText } from '../capture/index.ts';
import { unreadCounts } from '../haproxy/model/unread.ts';
import { speaksVersion } from '../haproxy/model/versions.ts';
import { versionName } from '../quic/index.ts';
import type { KeyMaterial, WorldData } from './data.ts';

/** Findings that a person is told in so many words; the others are in the ledger's counts. */
const TOLD: ReadonlySet<Problem['code']> = new Set([
  'one-sided',
  'beginning-missing',
  'not-proven',
  'super-frame',
  'large',
]);
/** So many numbers are listed in a sentence. */
const NAMED = 5;

export interface Facts {
  readonly capture: Capture;
  readonly findings: readonly Problem[];
  /** All connections of the capture with the server that HAProxy stands for, and those that are replayed, in order. */
  readonly connections: readonly Connection[];
  readonly replayed: readonly Connection[];
  readonly keys: readonly KeyMaterial[];
  readonly cidLength: number;
  readonly cidLengths: number;
  /** Datagrams that were cut. */
  readonly cut: number;
  readonly anyFixedBit: boolean;
  /** Names of frames that clients use and HAProxy does not know. */
  readonly extensions: readonly string[];
  readonly store: WorldData['datagrams'];
  /** Other servers than the one that HAProxy stands for. */
  readonly servers: number;
  readonly server: string;
  /** HAProxy stands for all of them, as one listener. */
  readonly together: boolean;
}

export function notesOf(f: Facts): string[] {
  return [...keyNotes(f.keys), ...serverNotes(f), ...fileNotes(f), ...ledgerNotes(f)];
}

function keyNotes(keys: readonly KeyMaterial[]): string[] {
  const without = keys.filter((k) => k.application === null).length;
  if (without === 0) return [];
  if (without === keys.length)
    return ['No keys for this capture: 1-RTT packets are routed by their CID and not opened.'];
  return [
    `No keys for ${without} of ${keys.length} connections: their 1-RTT packets are routed and not opened.`,
  ];
}

function serverNotes({
  extensions,
  cidLength,
  cidLengths,
  replayed,
  anyFixedBit,
  servers,
  server,
  together,
}: Facts): string[] {
  const out: string[] = [];
  if (servers > 1 && together)
    out.push(
      `The capture holds ${servers} servers, and the link names none of them: HAProxy stands for all of them as one.`,
    );
  else if (servers > 1)
    out.push(`The capture holds ${servers} servers; HAProxy stands for ${server}, the others are left out.`);
  const none = replayed.filter(({ server: { cids } }) => cids.length > 0 && cids[0]?.bytes.length === 0);
  if (none.length > 0)
    out.push(
      'The captured server gave out no connection IDs. HAProxy routes by them and cannot stand for it: what its clients send after the handshake finds no connection.',
    );
  else if (cidLength !== 8)
    out.push(
      `The captured server is not HAProxy: its CIDs have ${cidLength} bytes. HAProxy’s 8 are overridden.`,
    );
  if (cidLengths > 1)
    out.push(
      'The captured server gave out CIDs of different lengths: each connection’s short headers are read with its own.',
    );
  if (replayed.some((c) => c.retried))
    out.push(
      'The captured server asked for a Retry: replayed as with a cluster secret, tokens taken as valid.',
    );
  if (anyFixedBit)
    out.push(
      'The client clears the fixed bit (RFC 9287). HAProxy would refuse its packets; here they are taken.',
    );
  if (extensions.length > 0)
    out.push(
      `The client uses frames of extensions (${extensions.join(', ')}). HAProxy does not know them and would refuse these packets; here they are taken.`,
    );
  return out;
}

function fileNotes({ capture, cut, findings }: Facts): string[] {
  const out: string[] = [];
  if (cut) out.push(`${cut} datagrams were cut short by the capture: they are routed and not opened.`);
  if (capture.counts.fragments) out.push(`${capture.counts.fragments} IP fragments are left out.`);
  return [...out, ...findings.filter(({ code }) => TOLD.has(code)).map(problemText)];
}

/** What is not replayed, and what the numbers of connections mean then. */
function ledgerNotes({ connections, replayed, store }: Facts): string[] {
  const out: string[] = [];
  const foreign = connections.filter((c) => c.beginning !== 'missing' && !speaksVersion(c.version));
  for (const version of new Set(foreign.map((c) => c.version))) {
    const numbers = foreign.filter((c) => c.version === version).map((c) => c.number);
    const are = numbers.length === 1 ? 'is' : 'are';
    out.push(
      `Connection${numbers.length === 1 ? '' : 's'} ${listed(numbers)} of the capture ${are} of version ${versionName(version)}. HAProxy does not speak this version: it answers Version Negotiation.`,
    );
  }
  const unread = unreadCounts(store.unread);
  if (unread) out.push(`Not replayed: ${unread}.`);
  if (replayed.length > 0 && replayed.some((c, i) => c.number !== i))
    out.push(
      `Connections are numbered anew: 0 to ${replayed.length - 1} are the capture’s ${listed(replayed.map((c) => c.number))}.`,
    );
  return out;
}

const listed = (numbers: readonly number[]): string =>
  numbers.length > NAMED ? `${numbers.slice(0, NAMED).join(', ')}, …` : numbers.join(', ');
