import { describe, expect, test } from 'vitest';
import { AES_128_GCM, AES_256_GCM, CHACHA20_POLY1305, QUIC_V1, QUIC_V2 } from '../quic/index.ts';
import { pcapFile } from './craft.ts';
import { Dissection, dissect, parseKeyLog, readCapture, type TruthDatagram, toTruth } from './index.ts';
import { conversation, Peers, padding, ping } from './testing/peers.ts';
import { loadSample, sampleNames, sampleTruth } from './testing/samples.ts';
import { lines, read, Talk, whose } from './testing/talk.ts';

/** A bundled Ethernet capture without the datagrams that hold long headers, nor those in front of them; and what tshark reads of the rest. */
function withoutHandshake(name: string): { file: Uint8Array; rest: TruthDatagram[] } {
  const { datagrams: table } = loadSample(name).capture;
  const truth = sampleTruth(name) as TruthDatagram[];
  const ends = new Map<number | undefined, number>();
  truth.forEach((d, i) => {
    if (d.packets.some(({ form }) => form === 'long')) ends.set(d.conn, i);
  });
  const rest = truth.filter((d, i) => i > ends.get(d.conn)!);
  const packets = rest.map((d) => {
    const i = truth.indexOf(d);
    const header = table.src(i).includes(':') ? 48 : 28;
    const off = table.offset(i);
    const ns = table.tNs(i);
    const data = table.buffer(i).slice(off - header, off + table.payloadLength(i));
    return { data, sec: 9 + Math.floor(ns / 1e9), ns: ns % 1e9 };
  });
  return { file: pcapFile(packets, { linkType: 101, nano: true }), rest };
}

describe('a real capture that begins behind the handshake', () => {
  test.each(sampleNames)('%s: every packet opens as in the whole one', (name) => {
    const { file, rest } = withoutHandshake(name);
    const result = readCapture(file);
    if (!result.ok) throw new Error(result.error.text);
    const { capture } = result;
    const { datagrams, connections, findings } = dissect(capture, { keyLog: loadSample(name).keyLog });
    // Numbers of frames, connections and times begin anew; what the packets say is the same.
    const said = (all: readonly TruthDatagram[]): unknown[] =>
      all.map(({ packets, src, sport }) => ({ packets, src, sport }));
    expect(said(datagrams.map((d) => toTruth(capture.datagrams, d)))).toStrictEqual(said(rest));
    const numbers = new Map<number | undefined, number>();
    for (const { conn } of rest) if (!numbers.has(conn)) numbers.set(conn, numbers.size);
    expect(datagrams.map((d) => d.connection?.number)).toEqual(rest.map(({ conn }) => numbers.get(conn)));
    expect(new Set(connections.map(({ beginning }) => beginning))).toEqual(new Set(['missing']));
    expect(findings.map(({ code }) => code)).toEqual(['beginning-missing']);
  });
});

/** Packets in the middle of a connection, in both directions, from these numbers on. */
function middle(peers: Peers, pn: number, pnLen: number): Talk {
  const talk = new Talk(peers);
  for (let i = 0; i < 3; i++) {
    talk.client(peers.short('client', pn + i, ping, { pnLen, size: 60 }));
    talk.server(peers.short('server', pn + 7 + i, ping, { pnLen, size: 80 }));
  }
  return talk;
}

const opened = (pn: number): string[] =>
  [0, 1, 2].flatMap((i) => [`c0 1-RTT#${pn + i} PING+PADDING`, `s0 1-RTT#${pn + 7 + i} PING+PADDING`]);

describe('what a short header does not say is found', () => {
  test.each([0, 1, 4, 8, 17, 20])('an ID of %i bytes', (length) => {
    const peers = new Peers({
      serverCid: padding(length).fill(0x31),
      clientCid: padding(20 - length).fill(0x32),
    });
    const { dissection } = read(middle(peers, 5, 2).sent, peers.keyLog);
    expect(lines(dissection)).toEqual(opened(5));
    const [conn] = dissection.connections;
    expect([conn?.server.cids[0]?.bytes, conn?.client.cids[0]?.bytes]).toEqual([
      peers.serverCid,
      peers.clientCid,
    ]);
  });

  test.each([
    [1, 200],
    [1, 256 * 255 + 9],
    [2, 65_536 * 3 + 7],
    [2, 65_536 * 255 + 100],
    [3, 9_000_000],
  ])('the upper part of a packet number of %i bytes: %i', (pnLen, pn) => {
    const peers = new Peers();
    const { dissection } = read(middle(peers, pn, pnLen).sent, peers.keyLog);
    expect(lines(dissection)).toEqual(opened(pn));
  });

  test.each([
    [AES_128_GCM, QUIC_V1],
    [AES_256_GCM, QUIC_V2],
    [CHACHA20_POLY1305, QUIC_V1],
    [CHACHA20_POLY1305, QUIC_V2],
  ])('suite and version', (suite, version) => {
    const peers = new Peers({ suite, version });
    const { dissection } = read(middle(peers, 66_000, 2).sent, peers.keyLog);
    expect(lines(dissection)).toEqual(opened(66_000));
    const [conn] = dissection.connections;
    expect([conn?.keys.suite, conn?.version]).toEqual([suite, version.number]);
  });

  test.each([1, 2, 3])('%i key updates, and another on the way', (updates) => {
    const peers = new Peers();
    const update = (): void => {
      peers.updateKeys('client');
      peers.updateKeys('server');
    };
    for (let n = 0; n < updates; n++) update();
    const talk = middle(peers, 300, 2);
    update();
    const { dissection } = read([...talk.sent, ...middle(peers, 303, 2).sent], peers.keyLog);
    const bit = (n: number): string => (n % 2 === 1 ? "'" : '');
    const phase = (list: string[], n: number): string[] =>
      list.map((line) => line.replace(' PING', `${bit(n)} PING`));
    expect(lines(dissection)).toEqual([...phase(opened(300), updates), ...phase(opened(303), updates + 1)]);
  });

  test('the session, among many; two connections, and datagrams of neither', () => {
    const a = new Peers({ seed: 7 });
    const b = new Peers({ seed: 9, serverCid: padding(0) });
    const other = new Peers({ seed: 3 });
    const logs = Array.from({ length: 2 }, (_, seed) => new Peers({ seed: seed + 20 }).keyLog);
    logs.splice(1, 0, a.keyLog, b.keyLog);
    const sent = [...middle(other, 1, 2).sent, ...middle(b, 70_000, 2).sent, ...middle(a, 9, 1).sent];
    const { dissection } = read(sent, logs.join(''));
    expect(lines(dissection).slice(0, 1)).toEqual(['c? 1-RTT no-keys']);
    expect(lines(dissection).slice(6)).toEqual([
      ...opened(70_000),
      ...opened(9).map((line) => line.replace('0', '1')),
    ]);
    const said = dissection.findings.map(({ text }) => text);
    expect(said[0]).toBe(
      'The beginning of the handshake is missing: 2 connections: 0, 1 began before the capture; the key log opens what they sent.',
    );
    expect(said.at(-1)).toBe('6 datagrams belong to connections that began before the capture.');
  });
});

describe('a handshake whose beginning is missing', () => {
  test('the session that opens its Handshake packets opens the rest', () => {
    const peers = new Peers();
    const logs = [new Peers({ seed: 5 }).keyLog, peers.keyLog];
    const sent = new Talk(peers).handshake().sent.slice(1);
    const { dissection } = read(sent, logs.join(''));
    expect(lines(dissection)).toEqual([
      's0 Initial no-keys | Handshake#0 CRYPTO',
      'c0 Handshake#0 CRYPTO | 1-RTT#0 PING+PADDING',
      's0 1-RTT#0 HANDSHAKE_DONE+PADDING',
    ]);
  });

  test('only what one side sent', () => {
    const peers = new Peers();
    const { sent } = new Talk(peers).handshake();
    const { dissection } = read(
      sent.filter(({ from }) => from === 'server'),
      peers.keyLog,
    );
    expect(lines(dissection)).toEqual([
      's0 Initial no-keys | Handshake#0 CRYPTO',
      's0 1-RTT#0 HANDSHAKE_DONE+PADDING',
    ]);
  });

  test('a key proves who is the server, whatever the ports say', () => {
    const peers = new Peers();
    peers.clientPort = 443;
    const sent = new Talk(peers).handshake().sent.slice(1);
    const result = readCapture(conversation(sent, 1, 50_123));
    if (!result.ok) throw new Error(result.error.text);
    const { survey, datagrams } = dissect(result.capture, { keyLog: parseKeyLog(peers.keyLog) });
    expect(survey.servers.map(({ text }) => text)).toEqual(['10.0.0.2:50123']);
    expect(datagrams.map(({ fromServer }) => fromServer)).toEqual([true, false, true]);
  });

  test('a damaged Initial in front of it is nobody’s', () => {
    const peers = new Peers();
    const hello = peers.hello();
    hello[700]! ^= 1;
    const { sent } = new Talk(peers).client(hello).server(peers.answer()).client(peers.finish());
    const { dissection } = read(sent, peers.keyLog);
    expect(whose(dissection)).toBe('c:not-opened s0 c0');
  });
});

describe('what is no proof, and where trying ends', () => {
  test('one packet alone is none', () => {
    const peers = new Peers();
    const { dissection } = read(middle(peers, 5, 2).sent.slice(0, 1), peers.keyLog);
    expect(dissection.connections).toEqual([]);
    expect(dissection.refusal?.text).toContain(
      'None of the sessions (one) of the key log opens any of them.',
    );
  });

  test('datagrams that are too short to be tried: no session is said to have failed on them', () => {
    const peers = new Peers();
    const { sent } = new Talk(peers)
      .client(peers.short('client', 5, ping))
      .server(peers.short('server', 9, ping));
    expect(Math.max(...sent.map(({ payload }) => payload.length))).toBeLessThan(40);
    expect(read(sent, peers.keyLog).dissection.refusal?.text).toContain(
      'No datagram is one that the key log could be tried on: they are shorter than 40 bytes, or no packets.',
    );
  });

  test('a handshake further on, on the same addresses, begins another connection', () => {
    const old = new Peers({ seed: 7 });
    const peers = new Peers({ seed: 8 });
    peers.clientPort = old.clientPort;
    const { dissection } = read(
      [...middle(old, 5, 2).sent, ...new Talk(peers).handshake().sent],
      old.keyLog + peers.keyLog,
    );
    expect(
      lines(dissection)
        .map((line) => line.slice(0, 2))
        .join(' '),
    ).toBe('c0 s0 c0 s0 c0 s0 c1 s1 c1 s1');
    expect(dissection.connections.map(({ beginning }) => beginning)).toEqual(['missing', 'tag']);
  });

  test('beside connections that all begin here, other datagrams are tried for the likely only', () => {
    const peers = new Peers({ seed: 8 });
    const noise = middle(new Peers({ seed: 3 }), 5, 2).sent;
    const { dissection } = read([...noise, ...new Talk(peers).handshake().sent], peers.keyLog);
    expect(lines(dissection).slice(6)).toHaveLength(4);
    expect(dissection.findings.map(({ code }) => code)).toEqual(['older']);
    // With another session in the log it may be theirs.
    const more = read(
      [...noise, ...new Talk(peers).handshake().sent],
      peers.keyLog + new Peers({ seed: 4 }).keyLog,
    );
    expect(more.dissection.findings.map(({ code }) => code)).toEqual(['older']);
  });

  test('of more sessions than 64 no more are tried, which is said', () => {
    const peers = new Peers({ seed: 99 });
    const logs = Array.from({ length: 70 }, (_, i) => {
      const one = new Peers({ seed: 1 });
      one.random.fill(i);
      return one.keyLog;
    });
    const late = read(middle(peers, 5, 2).sent, logs.join('') + peers.keyLog).dissection;
    expect(late.connections).toEqual([]);
    expect(late.findings.map(({ text }) => text)).toContain(
      'The key log holds 71 sessions: 64 of them were tried on packets of connections from before the capture.',
    );
    const early = read(middle(peers, 5, 2).sent, peers.keyLog + logs.join('')).dissection;
    expect(early.connections).toHaveLength(1);
  });

  test('no more than 200 000 tags are tried, which is said', () => {
    const others = Array.from(
      { length: 30 },
      (_, i) => middle(new Peers({ seed: (i >> 3) * 16 + (i & 7) + 1 }), 66_000, 2).sent,
    ).flat();
    const strangers = Array.from({ length: 6 }, (_, i) => new Peers({ seed: i + 9 }).keyLog).join('');
    const { dissection } = read(others, strangers);
    expect(dissection.findings.map(({ text }) => text)).toContain(
      'After 200000 tries no more was tried to open packets of connections from before the capture.',
    );
  });
});

test('a capture is read in portions all the same', () => {
  const peers = new Peers();
  const { capture, dissection } = read(middle(peers, 66_000, 2).sent, peers.keyLog);
  const portions = new Dissection(capture, { keyLog: parseKeyLog(peers.keyLog) });
  while (!portions.step(1));
  expect(lines(portions)).toEqual(lines(dissection));
});
