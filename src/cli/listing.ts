import {
  type Capture,
  type Connection,
  type DissectedDatagram,
  type Dissection,
  type Packet,
  problemList,
  type Stray,
} from '../capture/index.ts';
import { counted } from '../door/index.ts';
import { toHex, versionName, versionText } from '../quic/index.ts';

/** A dissection as text for a person, line by line. */
export function* listing(capture: Capture, dissection: Dissection): Generator<string> {
  yield summary(dissection);
  for (const { text } of problemList([...capture.problems, ...dissection.findings])) yield `! ${text}`;
  for (const connection of dissection.connections) yield describe(connection);
  for (const datagram of dissection.datagrams) {
    yield datagramLine(capture, datagram);
    const payload = capture.datagrams.bytes(datagram.row);
    for (const packet of datagram.packets) yield packetLine(packet, payload, datagram.statelessReset);
    if (datagram.trailing > 0) yield `      ${counted(datagram.trailing, 'byte')} behind the last packet`;
    for (const [i, segment] of (datagram.segments ?? []).entries()) {
      yield `    datagram ${i + 1} of ${datagram.segments?.length} in this frame:`;
      for (const packet of segment.packets) yield `  ${packetLine(packet, payload, false)}`;
    }
  }
}

function summary(dissection: Dissection): string {
  const { datagrams, connections, survey } = dissection;
  const packets = datagrams.reduce((sum, d) => sum + d.packets.length, 0);
  const opened = datagrams.reduce((sum, d) => sum + d.packets.filter((p) => p.state === 'opened').length, 0);
  const ports = survey.serverPorts.length > 0 ? `, server port ${survey.serverPorts.join(', ')}` : '';
  return `${counted(datagrams.length, 'datagram')}, ${counted(packets, 'packet')} (${opened} opened), ${counted(connections.length, 'connection')}${ports}`;
}

/** The number, and what it is called where that says more. */
function named(version: number): string {
  const [text, name] = [versionText(version), versionName(version)];
  return version === 0 || version === 1 || name.endsWith(text) ? text : `${text} (${name})`;
}

function describe(connection: Connection): string {
  const { client, server, keys } = connection;
  const cid = (bytes: Uint8Array | undefined): string =>
    bytes && bytes.length > 0 ? toHex(bytes) : '(empty)';
  const suite = keys.suite ? `, ${keys.suite.name}` : '';
  const retry = connection.retried ? ', after a Retry' : '';
  const original = connection.originalDcid
    ? `original DCID ${cid(connection.originalDcid)}`
    : 'its beginning is missing';
  return `connection ${connection.number}: ${named(connection.version)}, ${original}, client ${cid(client.cids[0]?.bytes)}, server ${cid(server.cids[0]?.bytes)}${suite}${retry}`;
}

function datagramLine(capture: Capture, datagram: DissectedDatagram): string {
  const table = capture.datagrams;
  const { row, connection, fromServer } = datagram;
  const ms = (table.tNs(row) / 1e6).toFixed(3).padStart(11);
  const side = `from the ${fromServer ? 'server' : 'client'}`;
  const whose = connection
    ? `connection ${connection.number}, ${side}${datagram.unannounced ? ', to an ID never seen given out' : ''}`
    : `${side}, ${stray(datagram.stray)}`;
  const captured = table.capturedLength(row);
  const cut = captured < table.payloadLength(row) ? ` (${captured} captured)` : '';
  return `${String(table.frame(row)).padStart(5)} ${ms} ms  ${table.src(row)}:${table.sport(row)} > ${table.dst(row)}:${table.dport(row)}  ${table.payloadLength(row)} bytes${cut}, ${whose}`;
}

function stray(why: Stray | undefined): string {
  switch (why) {
    case 'older':
      return 'of a connection older than the capture';
    case 'unannounced':
      return 'to an ID never seen given out';
    case 'not-opened':
      return 'opens with no connection’s keys';
    case 'version':
      return 'a version that is not read';
    case 'unreadable':
      return 'no QUIC';
    case undefined:
      return 'no known connection';
  }
}

function packetLine(packet: Packet, payload: Uint8Array, statelessReset: boolean): string {
  if (statelessReset) return `      stateless reset, ${packet.len} bytes`;
  const parts: string[] = [packet.type];
  if (packet.form === 'long' && packet.version !== 1) parts.push(`version ${named(packet.version)}`);
  const dcid = toHex(payload, packet.dcidOff, packet.dcidOff + packet.dcidLen);
  if (dcid) parts.push(`to ${dcid}`);
  if (packet.pnLen > 0) parts.push(`number ${packet.pn}`);
  if (packet.pnLen > 0 && packet.keyPhase === 1) parts.push('key phase 1');
  if (packet.tokenLen > 0) parts.push(`token of ${packet.tokenLen} bytes`);
  if (packet.supportedVersions.length > 0)
    parts.push(`offers ${packet.supportedVersions.map(named).join(' ')}`);
  parts.push(`${packet.len} bytes`);
  return `      ${parts.join(', ')}${content(packet)}`;
}

function content(packet: Packet): string {
  switch (packet.state) {
    case 'opened':
      return `: ${inRuns(packet.frames)}${unreadable(packet)}`;
    case 'no-keys':
      return ': not opened, no keys';
    case 'failed':
      return ': not opened, the tag does not match';
    case 'cut':
      return ': not opened, not all of it was captured';
    case 'none':
      return '';
  }
}

/** A frame of unknown type says itself that the list ends there. */
function unreadable({ frameError }: Packet): string {
  return frameError && frameError !== 'frameTypeUnknown' ? ` (then unreadable: ${frameError})` : '';
}

/** "STREAM x3, PADDING": a run of one frame is written once. */
function inRuns(frames: readonly string[]): string {
  const runs: { name: string; count: number }[] = [];
  for (const name of frames) {
    const last = runs.at(-1);
    if (last?.name === name) last.count++;
    else runs.push({ name, count: 1 });
  }
  return runs.map(({ name, count }) => (count > 1 ? `${name} x${count}` : name)).join(', ');
}
