import { describe, expect, test } from 'vitest';
import {
  AES_256_GCM,
  CHACHA20_POLY1305,
  concatBytes,
  QUIC_V1,
  QUIC_V2,
  writeMaxStreams,
  writeNewConnectionId,
  writeStatelessReset,
  writeStreamsBlocked,
} from '../quic/index.ts';
import { type Dissection, sentDatagrams, toTruth } from './index.ts';
import { done, frames, Peers, padding, ping } from './testing/peers.ts';
import { describePacket, lines, read, Talk } from './testing/talk.ts';

const plain = [
  'c0 Initial#0 CRYPTO+PADDING',
  's0 Initial#0 CRYPTO | Handshake#0 CRYPTO',
  'c0 Handshake#0 CRYPTO | 1-RTT#0 PING+PADDING',
  's0 1-RTT#0 HANDSHAKE_DONE+PADDING',
];

describe('the plain handshake', () => {
  test.each([
    ['AES-128-GCM', {}],
    ['AES-256-GCM', { suite: AES_256_GCM }],
    ['ChaCha20-Poly1305', { suite: CHACHA20_POLY1305 }],
    ['version 2', { version: QUIC_V2, suite: AES_256_GCM }],
    ['a client without an ID', { clientCid: padding(0) }],
    ['IDs of 20 bytes', { clientCid: padding(20).fill(1), serverCid: padding(20).fill(2) }],
    ['IDs of one byte', { clientCid: padding(1).fill(1), serverCid: padding(1).fill(2) }],
  ])('%s', (_name, options) => {
    const peers = new Peers(options);
    const { dissection } = read(new Talk(peers).handshake().sent, peers.keyLog);
    expect(lines(dissection)).toEqual(plain);
    const [connection] = dissection.connections;
    expect([connection?.keys.suite, connection?.server.finishedRow, connection?.client.finishedRow]).toEqual([
      peers.suite,
      1,
      2,
    ]);
  });

  test.each([0, 101, 113, 276])('on link type %i', (linkType) => {
    const peers = new Peers();
    expect(lines(read(new Talk(peers).handshake().sent, peers.keyLog, linkType).dissection)).toEqual(plain);
  });

  test('without keys only Initial packets open, and packets are still told apart', () => {
    const { dissection } = read(new Talk(new Peers()).handshake().sent, '');
    expect(lines(dissection)).toEqual([
      'c0 Initial#0 CRYPTO+PADDING',
      's0 Initial#0 CRYPTO | Handshake no-keys',
      'c0 Handshake no-keys | 1-RTT no-keys',
      's0 1-RTT no-keys',
    ]);
  });

  test('with the keys of another connection nothing more opens', () => {
    const { dissection } = read(new Talk(new Peers()).handshake().sent, new Peers({ seed: 2 }).keyLog);
    expect(lines(dissection).at(-1)).toBe('s0 1-RTT no-keys');
  });

  test('when the ServerHello was lost the tag tells the suite', () => {
    const peers = new Peers({ suite: CHACHA20_POLY1305 });
    const { sent } = new Talk(peers).handshake();
    const { dissection } = read(
      sent.filter((_, i) => i !== 1),
      peers.keyLog,
    );
    expect(lines(dissection)).toEqual([plain[0], plain[2], plain[3]]);
    expect(dissection.connections[0]?.keys.suite).toBe(CHACHA20_POLY1305);
  });
});

describe('connections are told apart', () => {
  test('three at once, numbered by first appearance', () => {
    const talks = [1, 2, 3].map((seed) => new Talk(new Peers({ seed })).handshake());
    const mixed = [0, 1, 2, 3].flatMap((i) => talks.map((talk) => talk.sent[i]!));
    const { dissection } = read(mixed, talks.map((talk) => talk.peers.keyLog).join(''));
    expect(lines(dissection)).toEqual(
      plain.flatMap((line) => [0, 1, 2].map((n) => line.replace(/^(.)0/, `$1${n}`))),
    );
  });

  test('two one after the other on the same addresses, clients without IDs', () => {
    const first = new Peers({ seed: 1, clientCid: padding(0) });
    const second = new Peers({ seed: 2, clientCid: padding(0) });
    second.clientPort = first.clientPort;
    const sent = [...new Talk(first).handshake().sent, ...new Talk(second).handshake().sent];
    const { dissection } = read(sent, first.keyLog + second.keyLog);
    expect(lines(dissection)).toEqual([...plain, ...plain.map((line) => line.replace(/^(.)0/, '$11'))]);
  });

  test('a client that moves is known by its ID, and the answers to it too when it has none', () => {
    for (const clientCid of [padding(5).fill(9), padding(0)]) {
      const peers = new Peers({ clientCid });
      const talk = new Talk(peers).handshake();
      peers.clientPort = 50_000;
      talk.client(peers.short('client', 1, ping)).server(peers.short('server', 1, ping));
      expect(lines(read(talk.sent, peers.keyLog).dissection).slice(4)).toEqual([
        'c0 1-RTT#1 PING+PADDING',
        's0 1-RTT#1 PING+PADDING',
      ]);
    }
  });

  test('an ID given out later is known on new addresses', () => {
    const peers = new Peers();
    const later = padding(8).fill(0xee);
    const talk = new Talk(peers).handshake();
    talk.server(
      peers.short(
        'server',
        1,
        frames((b, at) => writeNewConnectionId(b, at, 1, 0, later, padding(16))),
      ),
    );
    peers.clientPort = 50_001;
    talk.client(peers.short('client', 1, ping, { dcid: later }));
    expect(lines(read(talk.sent, peers.keyLog).dissection).slice(4)).toEqual([
      's0 1-RTT#1 NEW_CONNECTION_ID',
      'c0 1-RTT#1 PING+PADDING',
    ]);
  });
});

describe('beginnings other than the plain one', () => {
  test('Retry: a new Destination Connection ID, new Initial keys, the same connection', () => {
    const peers = new Peers();
    const chosen = padding(8).fill(0xaa);
    const token = padding(20).fill(3);
    const talk = new Talk(peers).client(peers.hello()).server(peers.retry(chosen, token));
    peers.odcid = chosen;
    talk.client(peers.hello(1, { token })).server(peers.answer()).client(peers.finish());
    const { capture, dissection } = read(talk.sent, peers.keyLog);
    expect(lines(dissection)).toEqual([
      'c0 Initial#0 CRYPTO+PADDING',
      's0 Retry none',
      'c0 Initial#1 CRYPTO+PADDING',
      's0 Initial#0 CRYPTO | Handshake#0 CRYPTO',
      'c0 Handshake#0 CRYPTO',
    ]);
    const [retry] = toTruth(capture.datagrams, dissection.datagrams[1]!).packets;
    expect(retry).toStrictEqual({
      len: 1 + 4 + 1 + 5 + 1 + 8 + 20 + 16,
      form: 'long',
      type: 'Retry',
      version: '0x00000001',
      dcil: 5,
      dcid: '11181f262d',
      scil: 8,
      scid: 'aaaaaaaaaaaaaaaa',
      retry_token_length: 20,
    });
  });

  test('version negotiation: an unknown version, the list, a new handshake', () => {
    const peers = new Peers();
    const unknown = { ...QUIC_V1, number: 0x1a2a3a4a };
    const first = peers.long('client', 'Initial', 0, padding(1200), { dcid: peers.odcid, version: unknown });
    const talk = new Talk(peers)
      .client(first)
      .server(peers.versionNegotiation([1, 0x6b3343cf]))
      .handshake();
    const { capture, dissection } = read(talk.sent, peers.keyLog);
    expect(lines(dissection)).toEqual(['c0 Unknown none', 's0 VersionNegotiation none', ...plain]);
    const [offer] = toTruth(capture.datagrams, dissection.datagrams[1]!).packets;
    expect(offer).toStrictEqual({
      len: 28,
      form: 'long',
      type: 'VersionNegotiation',
      version: '0x00000000',
      dcil: 5,
      dcid: '11181f262d',
      scil: 8,
      scid: '10171e252c333a41',
      supported_versions: ['0x00000001', '0x6b3343cf'],
    });
  });

  test('after version negotiation a client may begin a whole new handshake on the same IDs', () => {
    const before = new Peers({ version: QUIC_V2 });
    const after = new Peers({ version: QUIC_V1 });
    after.random.fill(0x77);
    const sent = [
      ...new Talk(before).client(before.hello()).server(before.versionNegotiation([1])).sent,
      ...new Talk(after).handshake().sent,
    ];
    expect(lines(read(sent, after.keyLog).dissection).slice(2)).toEqual(plain);
  });

  test('compatible version negotiation: asked in version 1, answered in version 2', () => {
    const peers = new Peers({ suite: AES_256_GCM });
    const talk = new Talk(peers).client(peers.hello());
    peers.version = QUIC_V2;
    talk
      .server(peers.answer())
      .client(peers.finish(), peers.short('client', 0, ping))
      .server(peers.short('server', 0, done));
    const { dissection } = read(talk.sent, peers.keyLog);
    expect(lines(dissection)).toEqual(plain);
    expect(dissection.connections[0]?.version).toBe(QUIC_V2.number);
  });

  test.each([
    ['AES-128-GCM', {}],
    ['ChaCha20', { suite: CHACHA20_POLY1305 }],
    ['AES-256-GCM in version 2', { suite: AES_256_GCM, version: QUIC_V2 }],
  ])('0-RTT, %s', (_name, options) => {
    const peers = new Peers(options);
    const early = peers.long('client', '0-RTT', 0, ping, { dcid: peers.odcid });
    const talk = new Talk(peers)
      .client(peers.hello(), early)
      .client(peers.long('client', '0-RTT', 1, ping, { dcid: peers.odcid }))
      .server(peers.answer())
      .client(peers.finish(), peers.short('client', 2, ping));
    expect(lines(read(talk.sent, peers.keyLog).dissection)).toEqual([
      'c0 Initial#0 CRYPTO+PADDING | 0-RTT#0 PING+PADDING',
      'c0 0-RTT#1 PING+PADDING',
      's0 Initial#0 CRYPTO | Handshake#0 CRYPTO',
      'c0 Handshake#0 CRYPTO | 1-RTT#2 PING+PADDING',
    ]);
  });
});

test('stream counts are named by the kind of stream', () => {
  const peers = new Peers();
  const counts = frames(
    (b, at) => writeMaxStreams(b, at, 7, false),
    (b, at) => writeMaxStreams(b, at, 7, true),
    (b, at) => writeStreamsBlocked(b, at, 7, false),
    (b, at) => writeStreamsBlocked(b, at, 7, true),
  );
  const talk = new Talk(peers).handshake().client(peers.short('client', 1, counts));
  expect(lines(read(talk.sent, peers.keyLog).dissection).at(-1)).toBe(
    'c0 1-RTT#1 MAX_STREAMS_BIDI+MAX_STREAMS_UNI+STREAMS_BLOCKED_BIDI+STREAMS_BLOCKED_UNI',
  );
});

test('frames of extensions are named; a type that is not known ends the list and says so', () => {
  const peers = new Peers();
  const known = concatBytes(Uint8Array.from([0x40, 0xaf, 1, 2, 3, 4, 0x1f]), ping);
  const unknown = concatBytes(ping, Uint8Array.from([0x42, 0xab, 1, 2, 3]), ping);
  const cut = concatBytes(ping, Uint8Array.from([0x06, 0x00, 0x7f]));
  const talk = new Talk(peers).handshake();
  for (const [i, payload] of [known, unknown, cut].entries())
    talk.client(peers.short('client', 1 + i, payload, { size: 31 + payload.length }));
  const { capture, dissection } = read(talk.sent, peers.keyLog);
  expect(lines(dissection).slice(4)).toEqual([
    'c0 1-RTT#1 ACK_FREQUENCY+IMMEDIATE_ACK+PING+PADDING',
    'c0 1-RTT#2 PING+UNKNOWN 0x2ab',
    'c0 1-RTT#3 PING',
  ]);
  const [last] = toTruth(capture.datagrams, dissection.datagrams.at(-1)!).packets;
  expect(last).toMatchObject({ frames: ['PING'], frame_error: 'frameTruncated' });
});

describe('1-RTT', () => {
  test('key updates of either side, and a packet of the phase before that comes late', () => {
    const peers = new Peers();
    const talk = new Talk(peers).handshake();
    const late = peers.short('client', 1, ping);
    peers.updateKeys('client');
    talk.client(peers.short('client', 2, ping)).client(late);
    peers.updateKeys('server');
    talk.server(peers.short('server', 1, ping));
    peers.updateKeys('client');
    talk.client(peers.short('client', 3, ping));
    expect(lines(read(talk.sent, peers.keyLog).dissection).slice(4)).toEqual([
      "c0 1-RTT#2' PING+PADDING",
      'c0 1-RTT#1 PING+PADDING',
      "s0 1-RTT#1' PING+PADDING",
      'c0 1-RTT#3 PING+PADDING',
    ]);
  });

  test('packet numbers are expanded over losses', () => {
    const peers = new Peers();
    const talk = new Talk(peers).handshake();
    for (const [pn, pnLen] of [
      [100, 1],
      [220, 1],
      [30_000, 2],
      [29_990, 1],
      [5_000_000, 3],
      [5_000_001, 1],
    ] as const) {
      talk.client(peers.short('client', pn, ping, { pnLen }));
    }
    expect(lines(read(talk.sent, peers.keyLog).dissection).slice(4)).toEqual(
      [100, 220, 30_000, 29_990, 5_000_000, 5_000_001].map((pn) => `c0 1-RTT#${pn} PING+PADDING`),
    );
  });

  test('a packet that was damaged on the way keeps its number and is not opened', () => {
    const peers = new Peers();
    const broken = peers.short('client', 1, ping, { size: 60 });
    broken[59]! ^= 1;
    const talk = new Talk(peers)
      .handshake()
      .client(broken)
      .client(peers.short('client', 2, ping));
    expect(lines(read(talk.sent, peers.keyLog).dissection).slice(4)).toEqual([
      'c0 1-RTT#1 failed',
      'c0 1-RTT#2 PING+PADDING',
    ]);
  });

  test.each([
    ['the client has IDs', padding(5).fill(9)],
    ['the client has none', padding(0)],
  ])('a stateless reset is known by its token, when %s', (_name, clientCid) => {
    const peers = new Peers({ clientCid });
    const reset = padding(40);
    writeStatelessReset(reset, 0, 40, peers.resetToken, () => 0x5c);
    const talk = new Talk(peers)
      .handshake()
      .client(peers.short('client', 1, ping))
      .server(reset);
    const { capture, dissection } = read(talk.sent, peers.keyLog);
    const last = dissection.datagrams.at(-1)!;
    expect([last.statelessReset, last.connection?.number, last.fromServer]).toEqual([true, 0, true]);
    const truth = toTruth(capture.datagrams, last);
    expect(truth.packets[0]).toMatchObject({ len: 40, form: 'short', decrypted: false });
  });
});

describe('what a datagram holds besides packets', () => {
  test('bytes behind the last packet are no packet', () => {
    const peers = new Peers();
    const talk = new Talk(peers).client(peers.hello(0, { size: 1000 }), padding(200));
    expect(lines(read(talk.sent, peers.keyLog).dissection)).toEqual(['c0 Initial#0 CRYPTO+PADDING +200']);
  });

  test('a datagram that is no QUIC is kept, with nothing read in it', () => {
    const peers = new Peers();
    const talk = new Talk(peers).handshake().client(new Uint8Array([0xff, 1, 2, 3, 4, 200]));
    expect(lines(read(talk.sent, peers.keyLog).dissection).at(-1)).toBe('c?  +6');
  });

  test('a cut datagram: header protection goes, the rest is named', () => {
    const peers = new Peers();
    const { sent } = new Talk(peers).handshake();
    sent[1] = { ...sent[1]!, cut: 60 };
    sent[3] = { ...sent[3]!, cut: 30 };
    const whole = sent[1].payload.length;
    const { capture, dissection } = read(sent, peers.keyLog);
    const { len } = dissection.datagrams[1]!.packets[0]!;
    expect(lines(dissection).slice(1, 2)).toEqual([`s0 Initial#0 cut +${whole - len}`]);
    expect(toTruth(capture.datagrams, dissection.datagrams[1]!).packets[0]).toMatchObject({
      pn: 0,
      pn_len: 2,
      decrypted: false,
    });
  });
});

describe('super-frames', () => {
  const bulk = (
    peers: Peers,
    from: 'client' | 'server',
    first: number,
    size: number,
    count: number,
  ): Uint8Array[] =>
    Array.from({ length: count }, (_, i) =>
      peers.short(from, first + i, ping, { size: i === count - 1 ? size - 300 : size }),
    );
  const pieces = (dissection: Dissection, row: number): string[] | undefined =>
    dissection.datagrams[row]!.segments?.map((s) => `${s.len}: ${s.packets.map(describePacket).join(' | ')}`);

  test('short header packets: read as one that does not open, and as the datagrams that they are', () => {
    const peers = new Peers();
    const talk = new Talk(peers)
      .handshake()
      .server(...bulk(peers, 'server', 1, 1252, 4))
      .server(...bulk(peers, 'server', 5, 1252, 3))
      .server(peers.short('server', 8, ping));
    const { dissection } = read(talk.sent, peers.keyLog);
    expect(lines(dissection).slice(4)).toEqual([
      's0 1-RTT#1 failed',
      's0 1-RTT#5 failed',
      's0 1-RTT#8 PING+PADDING',
    ]);
    expect(pieces(dissection, 4)).toEqual(
      [1, 2, 3, 4].map((pn) => `${pn === 4 ? 952 : 1252}: 1-RTT#${pn} PING+PADDING`),
    );
    expect(pieces(dissection, 5)).toEqual(
      [5, 6, 7].map((pn) => `${pn === 7 ? 952 : 1252}: 1-RTT#${pn} PING+PADDING`),
    );
  });

  test('two Initials', () => {
    const peers = new Peers();
    const initial = (size: number): Uint8Array =>
      peers.long('client', 'Initial', 1, padding(size), { dcid: peers.odcid });
    const hello = peers.hello(0, { size: 1240 });
    const second = initial(hello.length - initial(100).length + 100);
    const talk = new Talk(peers).client(hello, second);
    const { dissection } = read(talk.sent, peers.keyLog);
    expect(hello.length).toBe(second.length);
    expect(lines(dissection)).toEqual(['c0 Initial#0 CRYPTO+PADDING | Initial#1 PADDING']);
    expect(pieces(dissection, 0)).toEqual([
      `${hello.length}: Initial#0 CRYPTO+PADDING`,
      `${hello.length}: Initial#1 PADDING`,
    ]);
  });

  test('two Initials, each filled up with bytes outside of the packet', () => {
    const peers = new Peers();
    const second = peers.long('client', 'Initial', 1, padding(300), { dcid: peers.odcid });
    const hello = peers.hello(0, { size: 700 });
    const fill = (packet: Uint8Array): Uint8Array => concatBytes(packet, padding(1252 - packet.length));
    const talk = new Talk(peers).client(fill(hello), fill(second));
    const { dissection } = read(talk.sent, peers.keyLog);
    expect(lines(dissection)).toEqual([`c0 Initial#0 CRYPTO+PADDING +${2504 - hello.length}`]);
    expect(pieces(dissection, 0)).toEqual(['1252: Initial#0 CRYPTO+PADDING', '1252: Initial#1 PADDING']);
    expect(sentDatagrams(dissection.datagrams[0]!).map((sent) => sent.off)).toEqual([0, 1252]);
  });

  test('without keys the IDs at even distances tell; where the receiver has none nothing does', () => {
    const peers = new Peers();
    const talk = new Talk(peers).handshake().server(...bulk(peers, 'server', 1, 1252, 4));
    const told = read(talk.sent, '').dissection;
    expect(pieces(told, 4)?.map((piece) => piece.split(' ')[0])).toEqual(['1252:', '1252:', '1252:', '952:']);
    const without = new Peers({ clientCid: padding(0) });
    const silent = new Talk(without).handshake().server(...bulk(without, 'server', 1, 1252, 4));
    const { dissection } = read(silent.sent, '');
    expect(pieces(dissection, 4)).toBeUndefined();
    expect(dissection.findings.filter(({ code }) => code === 'large').map(({ text }) => text)).toEqual([
      'Packet 5 holds 4708 bytes: perhaps several datagrams recorded as one (segmentation offload); nothing in it proves where they end, so it is taken as one.',
    ]);
  });

  test('a jumbo packet is one datagram when its own Length says so, or its tag', () => {
    const peers = new Peers();
    const talk = new Talk(peers)
      .client(peers.hello(0, { size: 3945 }))
      .server(peers.answer())
      .client(peers.finish())
      .server(peers.short('server', 1, ping, { size: 4000 }))
      .server(
        peers.long('server', 'Handshake', 2, padding(1300)),
        peers.short('server', 3, ping, { size: 1400 }),
      );
    const { dissection } = read(talk.sent, peers.keyLog);
    expect(lines(dissection).filter((_, i) => i !== 1 && i !== 2)).toEqual([
      'c0 Initial#0 CRYPTO+PADDING',
      's0 1-RTT#1 PING+PADDING',
      's0 Handshake#2 PADDING | 1-RTT#3 PING+PADDING',
    ]);
    expect(dissection.datagrams.map(({ segments, perhapsSeveral }) => segments ?? perhapsSeveral)).toEqual([
      false,
      false,
      false,
      false,
      false,
    ]);
    expect(dissection.findings).toEqual([]);
  });
});
