import { versionName } from '../quic/index.ts';
import type { Connection } from './connection.ts';
import { type MidwaySearch, MOST_SESSIONS, MOST_TAGS } from './midway.ts';
import { LEAST } from './midway-rows.ts';
import type { DissectedDatagram } from './packet.ts';
import { type CaptureError, type Problem, type ProblemCode, whyNothing } from './problems.ts';
import type { Capture } from './scan.ts';
import type { Survey } from './survey.ts';
import type { DatagramTable } from './table.ts';
import type { Stray } from './tracker.ts';
import { unreadTunnel } from './udp-tunnels.ts';

/** So many names of a kind are listed in a sentence. */
const NAMED = 5;

/** Why there is nothing to show, when no server and no connection was found. `tags`: tried with the sessions of the key log. */
export function nothingFound(
  survey: Survey,
  connections: readonly Connection[],
  asked: { server?: string | undefined; serverPort?: number | undefined },
  capture: Capture,
  sessions: number,
  tags: number,
): CaptureError | undefined {
  if (asked.server !== undefined && !survey.servers.some(({ text }) => text === asked.server)) {
    const known = survey.servers.map(({ text }) => text);
    const others = known.length > 0 ? ` Its servers are ${some(known)}.` : '';
    return {
      code: 'no-such-server',
      text: `Nothing in the capture goes to or comes from ${asked.server}.${others}`,
    };
  }
  if (connections.length > 0 || survey.servers.length > 0 || asked.serverPort !== undefined) return undefined;
  if (survey.google.size > 0) return { code: 'not-quic', text: googleText(survey) };
  const others = [...survey.otherVersions.keys()].map(versionName);
  if (others.length > 0) {
    return {
      code: 'not-quic',
      text: `No connection begins in the capture that can be followed; its long headers are of ${plural(others.length, 'version')} ${some(others)}, not read here.`,
    };
  }
  const datagrams = capture.datagrams.length;
  const why = whyNothing(capture.problems);
  if (why) {
    return {
      code: 'not-quic',
      text: `${why} In what is left (${count(datagrams, 'UDP datagram')}) there is no QUIC handshake.`,
    };
  }
  const tunnel = unreadTunnel(capture.datagrams);
  if (tunnel) {
    return {
      code: 'not-quic',
      text: `The file holds ${count(datagrams, 'UDP datagram')}, most of port ${tunnel.port} (${tunnel.name}): what is carried in them is not read here.`,
    };
  }
  const many = datagrams === 1 ? 'one UDP datagram' : `${datagrams} UDP datagrams`;
  return {
    code: 'not-quic',
    text: `The file holds ${many}, but no QUIC handshake: it is not QUIC, or the capture began too late.${whatKeysDid(sessions, tags)}`,
  };
}

/** Of a key log's sessions that opened nothing, after so many tags that were tried. */
function whatKeysDid(sessions: number, tags: number): string {
  if (sessions === 0) return '';
  if (tags === 0)
    return ` No datagram is one that the key log could be tried on: they are shorter than ${LEAST} bytes, or no packets.`;
  return ` None of the ${sessions === 1 ? 'sessions (one)' : `${sessions} sessions`} of the key log opens any of them.`;
}

/** What a reader should know of the datagrams that were read, a problem each with its count. */
export function findings(
  survey: Survey,
  connections: readonly Connection[],
  datagrams: readonly DissectedDatagram[],
  table: DatagramTable,
  search?: MidwaySearch,
): Problem[] {
  const list: Problem[] = [];
  const say = (code: ProblemCode, frame: number, text: string): void => {
    list.push({ code, frame, count: 1, text });
  };
  const frameOf = (d: DissectedDatagram | undefined): number => (d ? table.frame(d.row) : 0);
  for (const one of oneSided(survey, datagrams).slice(0, NAMED)) {
    const server = survey.paths.text(one.server);
    const text = one.fromServer
      ? `Only the server’s side was captured: ${count(one.datagrams, 'datagram')} from ${server}.`
      : `Only the client’s side was captured: nothing comes from ${server}.`;
    say('one-sided', frameOf(one.first), text);
  }
  if (survey.google.size > 0) say('version', 0, googleText(survey));
  const late = connections.filter(({ beginning }) => beginning === 'missing');
  if (late.length > 0) {
    say(
      'beginning-missing',
      frameOf(datagrams.find((d) => d.connection === late[0])),
      `The beginning of the handshake is missing: ${which(late)} began before the capture${late.some(({ keys }) => keys.random !== undefined) ? `; the key log opens what ${late.length === 1 ? 'it' : 'they'} sent` : ''}.`,
    );
  }
  if (search) for (const text of limits(search)) say('search', 0, text);
  const cut = connections.filter(({ beginning }) => beginning === 'shape');
  if (cut.length > 0) {
    say(
      'not-proven',
      frameOf(datagrams.find((d) => d.connection === cut[0])),
      `Not proven, since the capture did not keep all of its first packet: ${which(cut)}.`,
    );
  }
  const foreign = connections.filter(({ beginning }) => beginning === 'version');
  if (foreign.length > 0) {
    const names = [...new Set(foreign.map(({ version }) => versionName(version)))];
    say(
      'version',
      frameOf(datagrams.find((d) => d.connection === foreign[0])),
      `${capital(which(foreign))} ${foreign.length === 1 ? 'is' : 'are'} of ${plural(names.length, 'version')} ${some(names)}, of which only the connection IDs are read.`,
    );
  }
  const several = datagrams.filter(({ segments }) => segments !== undefined);
  if (several.length > 0)
    say(
      'super-frame',
      frameOf(several[0]),
      several.length === 1
        ? 'One frame holds several datagrams, recorded as one (segmentation offload); they are taken apart.'
        : `${several.length} frames hold several datagrams each, recorded as one (segmentation offload); they are taken apart.`,
    );
  const [perhaps, ...more] = datagrams.filter((d) => d.perhapsSeveral);
  if (perhaps) {
    list.push({
      code: 'large',
      frame: frameOf(perhaps),
      count: more.length + 1,
      text: `Packet ${frameOf(perhaps)} holds ${table.payloadLength(perhaps.row)} bytes: perhaps several datagrams recorded as one (segmentation offload); nothing in it proves where they end, so it is taken as one.`,
    });
  }
  for (const [stray, code, text] of STRAYS) {
    const all = datagrams.filter((d) => d.stray === stray || (stray === 'unannounced' && d.unannounced));
    if (all.length > 0) say(code, frameOf(all[0]), text(all.length));
  }
  return list;
}

/** Where not all was tried that could have opened packets of connections from before the capture. */
function limits({ tooMany, exhausted }: MidwaySearch): string[] {
  const out: string[] = [];
  if (tooMany > 0)
    out.push(
      `The key log holds ${tooMany} sessions: ${MOST_SESSIONS} of them were tried on packets of connections from before the capture.`,
    );
  if (exhausted)
    out.push(
      `After ${MOST_TAGS} tries no more was tried to open packets of connections from before the capture.`,
    );
  return out;
}

const STRAYS: readonly [Stray, ProblemCode, (n: number) => string][] = [
  [
    'older',
    'older',
    (n) =>
      `${count(n, 'datagram')} ${n === 1 ? 'belongs' : 'belong'} to connections that began before the capture.`,
  ],
  [
    'unannounced',
    'unannounced',
    (n) =>
      `${count(n, 'datagram')} ${n === 1 ? 'goes' : 'go'} to IDs that were never seen given out: without keys the packets that give them cannot be read.`,
  ],
  [
    'not-opened',
    'not-opened',
    (n) =>
      `${count(n, 'Initial')} ${n === 1 ? 'opens' : 'open'} with no connection’s keys, so ${n === 1 ? 'it begins' : 'they begin'} none.`,
  ],
  [
    'version',
    'version',
    (n) =>
      `${count(n, 'datagram')} of versions that are not read ${n === 1 ? 'belongs' : 'belong'} to no connection.`,
  ],
  [
    'unreadable',
    'unreadable',
    (n) => `${count(n, 'datagram')} to or from a server ${n === 1 ? 'is' : 'are'} no QUIC.`,
  ],
];

function googleText(survey: Survey): string {
  return `This is Google QUIC (${some([...survey.google.keys()])}), which HAProxy does not speak.`;
}

const count = (n: number, word: string): string => `${n} ${plural(n, word)}`;
const plural = (n: number, word: string): string => (n === 1 ? word : `${word}s`);

function some(names: readonly string[]): string {
  return names.length > NAMED ? `${names.slice(0, NAMED).join(', ')}, …` : names.join(', ');
}

function which(connections: readonly Connection[]): string {
  const numbers = some(connections.map(({ number }) => String(number)));
  return `${connections.length === 1 ? 'connection' : `${connections.length} connections:`} ${numbers}`;
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

interface OneSided {
  /** Its endpoint. */
  server: number;
  fromServer: boolean;
  datagrams: number;
  first: DissectedDatagram;
}

/** Servers of which only what they sent was captured, or only what was sent to them; of the latter those that a connection is with. */
function oneSided(survey: Survey, datagrams: readonly DissectedDatagram[]): OneSided[] {
  const by = new Map<number, OneSided & { both: boolean; known: boolean }>();
  for (const d of datagrams) {
    const server = serverEnd(survey, d);
    const one = by.get(server);
    const known = d.connection !== undefined;
    if (!one)
      by.set(server, { server, fromServer: d.fromServer, datagrams: 1, first: d, both: false, known });
    else {
      one.datagrams++;
      one.known ||= known;
      one.both ||= one.fromServer !== d.fromServer;
    }
  }
  return [...by.values()].filter(({ both, fromServer, known }) => !both && (fromServer || known));
}

/** The endpoint of the server that a datagram comes from, or goes to. */
export function serverEnd({ paths }: Survey, { connection, fromServer, row }: DissectedDatagram): number {
  return connection?.serverEnd ?? (fromServer ? paths.src(row) : paths.dst(row));
}
