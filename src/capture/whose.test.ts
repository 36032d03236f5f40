import { describe, expect, test } from 'vitest';
import { concatBytes, QUIC_V1, QUIC_V2, QUIC_VERSIONS, writeNewConnectionId } from '../quic/index.ts';
import { dissect, parseKeyLog, readCapture } from './index.ts';
import { conversation, done, frames, Peers, padding, ping } from './testing/peers.ts';
import { lines, read, servers, Talk, whose } from './testing/talk.ts';

const none = padding(0);
const id = (length: number, of: number): Uint8Array => padding(length).fill(of);

/** A version that nobody here reads, its packets sealed as those of version 1. */
const foreign = (number: number) => ({ ...QUIC_V1, number });

describe('the tag decides which Initial begins a connection', () => {
  test('an Initial to an ID that no opened packet gave is of the connection whose keys open it', () => {
    const peers = new Peers();
    const talk = new Talk(peers)
      .client(peers.hello())
      .server(peers.answer())
      .client(peers.long('client', 'Initial', 1, padding(1150), { dcid: id(4, 0x90) }))
      .client(peers.short('client', 0, ping, { dcid: id(4, 0x90) }));
    const { dissection } = read(talk.sent, '');
    expect(dissection.connections).toHaveLength(1);
    expect(lines(dissection)[2]).toBe('c0 Initial#1 PADDING');
    expect(whose(dissection)).toBe('c0 s0 c0~ c0~');
  });

  test('a damaged one begins none, and is told', () => {
    const peers = new Peers();
    const broken = peers.hello();
    broken[600]! ^= 1;
    const { dissection } = read(new Talk(peers).client(broken).sent, '', undefined);
    expect([dissection.connections.length, whose(dissection)]).toEqual([0, 'c:not-opened']);
    expect(dissection.findings.map(({ code }) => code)).toContain('not-opened');
  });

  test('one that was cut is judged by its header, and is told as not proven', () => {
    const peers = new Peers();
    const { sent } = new Talk(peers).handshake();
    const { dissection } = read(
      sent.map((one) => ({ ...one, cut: 100 })),
      '',
    );
    expect(whose(dissection)).toBe('c0 s0 c0 s0');
    expect(dissection.connections[0]?.beginning).toBe('shape');
    expect(dissection.findings.map(({ code }) => code)).toEqual(['not-proven']);
  });

  test.each([
    ['the server listens on a low port', 443],
    ['the client’s port is the lower one', 60_000],
  ])('whoever sends it is the client: %s', (_name, serverPort) => {
    const peers = new Peers();
    peers.clientPort = 50;
    const result = readCapture(conversation(new Talk(peers).handshake().sent, 1, serverPort));
    if (!result.ok) throw new Error(result.error.text);
    const dissection = dissect(result.capture);
    expect(whose(dissection)).toBe('c0 s0 c0 s0');
    expect(dissection.survey.servers.map(({ text }) => text)).toEqual([`10.0.0.2:${serverPort}`]);
  });
});

describe('a file that starts later, or holds one side', () => {
  const talk = (): Talk => {
    const peers = new Peers();
    // As long as a certificate.
    const flight = peers.long('server', 'Handshake', 1, padding(900));
    return new Talk(peers)
      .client(peers.hello())
      .server(peers.answer(), flight)
      .client(peers.finish(), peers.short('client', 0, ping))
      .server(peers.short('server', 0, done));
  };

  test.each([443, 60_000])('without the first Initial the server is found, on port %i too', (serverPort) => {
    const one = talk();
    one.peers.clientPort = 50;
    const sent = one.sent.slice(1).map((d) => ({ ...d, clientPort: 50 }));
    const result = readCapture(conversation(sent, 1, serverPort));
    if (!result.ok) throw new Error(result.error.text);
    const dissection = dissect(result.capture);
    expect(whose(dissection)).toBe('s0 c0 s0');
    expect(dissection.connections[0]?.beginning).toBe('missing');
    expect(dissection.findings.map(({ text }) => text)).toEqual([
      'The beginning of the handshake is missing: connection 0 began before the capture.',
    ]);
  });

  test('only the server’s side', () => {
    const sent = talk().sent.filter(({ from }) => from === 'server');
    const { dissection } = read(sent, '');
    expect(whose(dissection)).toBe('s0 s0');
    expect(dissection.findings[0]?.text).toBe(
      'Only the server’s side was captured: 2 datagrams from 10.0.0.2:443.',
    );
  });

  test('of two servers one side each: a sentence for each, and none for a third', () => {
    const result = readCapture(servers([443, 'both'], [444, 'server'], [445, 'client']));
    if (!result.ok) throw new Error(result.error.text);
    const said = dissect(result.capture).findings.filter(({ code }) => code === 'one-sided');
    expect(said.map(({ text }) => text)).toEqual([
      'Only the server’s side was captured: 2 datagrams from 10.0.0.2:444.',
      'Only the client’s side was captured: nothing comes from 10.0.0.2:445.',
    ]);
  });

  test('only the client’s side', () => {
    const sent = talk().sent.filter(({ from }) => from === 'client');
    const { dissection } = read(sent, '');
    expect(whose(dissection)).toBe('c0 c0');
    expect(dissection.findings.map(({ code }) => code)).toEqual(['one-sided']);
  });

  test('nothing but short headers is no QUIC that could be told', () => {
    const sent = talk().sent.slice(3);
    expect(read(sent, '').dissection.refusal?.text).toBe(
      'The file holds one UDP datagram, but no QUIC handshake: it is not QUIC, or the capture began too late.',
    );
  });
});

describe('IDs whose announcement did not open', () => {
  test('a Handshake packet’s destination is learnt on its addresses, and nowhere else', () => {
    const peers = new Peers();
    const later = id(8, 0x33);
    const handshake = peers.long('client', 'Handshake', 0, ping, { dcid: later });
    const talk = new Talk(peers)
      .client(peers.hello())
      .server(peers.answer())
      .client(handshake, peers.short('client', 0, ping, { dcid: later }))
      .client(peers.short('client', 1, ping, { dcid: later }));
    peers.clientPort = 50_000;
    talk.client(peers.short('client', 2, ping, { dcid: later }));
    expect(whose(read(talk.sent, '').dissection)).toBe('c0 s0 c0~ c0~ c:older');
    // With keys the packet proves it, there and elsewhere.
    expect(whose(read(talk.sent, peers.keyLog).dissection)).toBe('c0 s0 c0~ c0 c0');
  });

  test('a short header to an unknown ID: the addresses tell if they carry one connection, the tag among several', () => {
    const make = (clientCid: Uint8Array): [Talk, Talk] => {
      const talks = [1, 2].map((seed) => {
        const peers = new Peers({
          seed,
          clientCid: clientCid.length ? clientCid.map((b) => b + seed) : clientCid,
        });
        peers.clientPort = 40_000;
        return new Talk(peers).handshake();
      });
      return talks as [Talk, Talk];
    };
    const [one, two] = make(id(5, 3));
    const stray = (talk: Talk) => talk.client(talk.peers.short('client', 1, ping, { dcid: id(8, 0x77) }));
    expect(
      whose(read(stray(one).sent, '').dissection)
        .split(' ')
        .at(-1),
    ).toBe('c0~');
    const both = [...two.sent, ...one.sent];
    expect(whose(read(both, '').dissection).split(' ').at(-1)).toBe('c:unannounced');
    const keys = one.peers.keyLog + two.peers.keyLog;
    expect(whose(read(both, keys).dissection).split(' ').at(-1)).toBe('c1');
  });

  test('what goes where an older connection’s packets went stays with it', () => {
    const old = new Peers({ seed: 2 });
    const peers = new Peers();
    old.clientPort = peers.clientPort;
    const before = new Talk(old).client(old.short('client', 7, ping)).sent;
    const after = new Talk(old).client(old.short('client', 8, ping)).sent;
    const { sent } = new Talk(peers).handshake();
    expect(whose(read([...before, ...sent, ...after], '').dissection)).toBe('c:older c0 s0 c0 s0 c:older');
  });

  test('the ID of the preferred address is the server’s', () => {
    const peers = new Peers();
    const preferred = id(8, 0x44);
    peers.preferred = preferred;
    const talk = new Talk(peers).handshake();
    peers.clientPort = 50_002;
    talk.client(peers.short('client', 1, ping, { dcid: preferred }));
    expect(whose(read(talk.sent, peers.keyLog).dissection)).toBe('c0 s0 c0 s0 c0');
  });
});

describe('IDs that do not tell', () => {
  test('no IDs on either side: the addresses tell', () => {
    const peers = new Peers({ clientCid: none, serverCid: none });
    expect(whose(read(new Talk(peers).handshake().sent, '').dissection)).toBe('c0 s0 c0 s0');
    expect(whose(read(new Talk(peers).handshake().sent, peers.keyLog).dissection)).toBe('c0 s0 c0 s0');
  });

  test('two connections on one pair of addresses, clients without IDs: the server’s own ID tells, then the tag', () => {
    const [one, two] = [1, 2].map((seed) => {
      const peers = new Peers({ seed, clientCid: none });
      peers.clientPort = 40_000;
      return new Talk(peers).handshake().sent;
    }) as [ReturnType<Talk['handshake']>['sent'], ReturnType<Talk['handshake']>['sent']];
    const first = new Peers({ seed: 1, clientCid: none });
    const late = new Talk(first).server(first.long('server', 'Initial', 1, padding(60))).sent[0]!;
    const mixed = [one[0]!, two[0]!, one[1]!, two[1]!, { ...late, clientPort: 40_000 }, one[2]!, two[2]!];
    expect(whose(read(mixed, '').dissection)).toBe('c0 c1 s0 s1 s0 c0 c1');
    const keys = [1, 2].map((seed) => new Peers({ seed }).keyLog).join('');
    // Short headers to a client without IDs: only the tag can say.
    expect(whose(read([...mixed, one[3]!, two[3]!], keys).dissection)).toBe('c0 c1 s0 s1 s0 c0 c1 s0 s1');
  });

  test('two clients that use the same ID, and two that choose the same first one', () => {
    const talks = [1, 2].map((seed) => new Talk(new Peers({ seed, clientCid: id(1, 9) })).handshake().sent);
    const mixed = [0, 1, 2, 3].flatMap((i) => talks.map((sent) => sent[i]!));
    const keys = [1, 2].map((seed) => new Peers({ seed }).keyLog).join('');
    expect(whose(read(mixed, keys).dissection)).toBe('c0 c1 s0 s1 c0 c1 s0 s1');
    const same = [1, 2].map((seed) => {
      const peers = new Peers({ seed });
      peers.odcid = id(8, 0x55);
      return new Talk(peers).handshake().sent;
    });
    const both = [0, 1, 2, 3].flatMap((i) => same.map((sent) => sent[i]!));
    expect(whose(read(both, keys).dissection)).toBe('c0 c1 s0 s1 c0 c1 s0 s1');
  });

  test('a client that sends its first Initial again from another address is the same', () => {
    const peers = new Peers();
    const talk = new Talk(peers).client(peers.hello());
    peers.clientPort = 50_003;
    talk.client(peers.hello(1)).server(peers.answer());
    expect(whose(read(talk.sent, '').dissection)).toBe('c0 c0 s0');
  });
});

describe('Retry', () => {
  const chosen = id(8, 0xaa);
  const token = id(20, 3);

  test('only the first counts, also when each of two Initials drew one', () => {
    const peers = new Peers();
    const retries = [peers.retry(chosen, token), peers.retry(id(8, 0xbb), token)];
    const late = peers.hello(1);
    const talk = new Talk(peers).client(peers.hello()).server(retries[0]!);
    peers.odcid = chosen;
    talk
      .client(peers.hello(2, { token }))
      .client(late)
      .server(retries[1]!)
      .server(peers.answer())
      .client(peers.finish());
    const { dissection } = read(talk.sent, '');
    expect(whose(dissection)).toBe('c0 s0 c0 c0 s0 s0 c0');
    expect(lines(dissection)[5]).toBe('s0 Initial#0 CRYPTO | Handshake no-keys');
  });

  test('unless the client takes up the second', () => {
    const peers = new Peers();
    const retries = [peers.retry(id(8, 0xbb), token), peers.retry(chosen, token)];
    const talk = new Talk(peers).client(peers.hello()).server(retries[0]!).server(retries[1]!);
    peers.odcid = chosen;
    talk.client(peers.hello(2, { token })).server(peers.answer());
    expect(lines(read(talk.sent, '').dissection).slice(3)).toEqual([
      'c0 Initial#2 CRYPTO+PADDING',
      's0 Initial#0 CRYPTO | Handshake no-keys',
    ]);
  });

  test('one whose tag does not fit is none', () => {
    const peers = new Peers();
    const forged = peers.retry(chosen, token);
    forged[forged.length - 1]! ^= 1;
    const talk = new Talk(peers).client(peers.hello()).server(forged).server(peers.answer());
    const { dissection } = read(talk.sent, '');
    expect(lines(dissection)[2]).toBe('s0 Initial#0 CRYPTO | Handshake no-keys');
    expect(dissection.connections[0]?.retried).toBe(false);
  });

  test('one that was not captured: the same ClientHello with a token is the same connection', () => {
    const peers = new Peers();
    const talk = new Talk(peers).client(peers.hello());
    peers.odcid = chosen;
    talk.client(peers.hello(1, { token })).server(peers.answer());
    const { dissection } = read(talk.sent, '');
    expect([whose(dissection), dissection.connections[0]?.retried]).toEqual(['c0 c0 s0', true]);
  });
});

describe('versions', () => {
  test.each(QUIC_VERSIONS.map((version) => [version.name, version] as const))(
    '%s is read',
    (_name, version) => {
      const peers = new Peers({ version });
      const { dissection } = read(new Talk(peers).handshake().sent, peers.keyLog);
      expect(whose(dissection)).toBe('c0 s0 c0 s0');
      expect(dissection.datagrams.every((d) => d.packets.every(({ state }) => state === 'opened'))).toBe(
        true,
      );
    },
  );

  test.each([
    ['draft-28', 0xff00001c],
    ['mvfst 2', 0xfaceb002],
    ['Q050', 0x51303530],
    ['T051', 0x54303531],
    ['reserved 0x1a2a3a4a', 0x1a2a3a4a],
  ])('of %s only the connection IDs are read, and they hold it together', (name, number) => {
    const peers = new Peers({ version: foreign(number) });
    const talk = new Talk(peers)
      .client(peers.hello(0, { size: 1300 }))
      .server(peers.long('server', 'Initial', 0, padding(80)))
      .client(peers.long('client', 'Initial', 1, padding(1200)))
      .client(peers.short('client', 0, ping))
      .server(peers.short('server', 0, ping));
    const { dissection } = read(talk.sent, '');
    expect(whose(dissection)).toBe('c0 s0 c0 c0 s0');
    expect(dissection.findings.map(({ text }) => text)).toEqual([
      `Connection 0 is of version ${name}, of which only the connection IDs are read.`,
    ]);
  });

  test('a version that nobody reads whose beginning is missing begins no connection with the server’s packets', () => {
    const peers = new Peers({ version: foreign(0xff00001b) });
    const talk = new Talk(peers)
      .server(peers.long('server', 'Initial', 0, padding(1200)))
      .client(peers.long('client', 'Handshake', 0, padding(1200)));
    const { dissection } = read(talk.sent, '');
    expect(dissection.connections).toHaveLength(0);
  });

  test('a greased version first, then one that is read: one connection', () => {
    const peers = new Peers();
    const first = peers.long('client', 'Initial', 0, padding(1200), {
      dcid: peers.odcid,
      version: foreign(0x1a2a3a4a),
    });
    const talk = new Talk(peers).client(first).handshake();
    const { dissection } = read(talk.sent, peers.keyLog);
    // Also where the server's Version Negotiation was not captured.
    expect(whose(dissection)).toBe('c0 c0 s0 c0 s0');
    expect(dissection.connections[0]?.beginning).toBe('tag');
  });

  test('Google QUIC is named with its version', () => {
    const hello = concatBytes(
      Uint8Array.from([0x0d, 1, 2, 3, 4, 5, 6, 7, 8, 0x51, 0x30, 0x34, 0x33, 1]),
      padding(1200),
    );
    const peers = new Peers();
    expect(read(new Talk(peers).client(hello).sent, '').dissection.refusal?.text).toBe(
      'This is Google QUIC (Q043), which HAProxy does not speak.',
    );
    const q046 = concatBytes(
      Uint8Array.from([0xc3, 0x51, 0x30, 0x34, 0x36, 0x50, 1, 2, 3, 4, 5, 6, 7, 8]),
      padding(1200),
    );
    expect(read(new Talk(peers).client(q046).sent, '').dissection.refusal?.text).toContain('(Q046)');
  });
});

describe('a file that is not in order', () => {
  test('0-RTT before the Initial it belongs to, and the server’s answer before both', () => {
    const peers = new Peers();
    const early = peers.long('client', '0-RTT', 0, ping, { dcid: peers.odcid });
    const [hello, answer, finish] = new Talk(peers).handshake().sent as [never, never, never];
    const { sent } = new Talk(peers).client(early);
    const mixed = [answer, ...sent, hello, finish];
    const { dissection } = read(mixed, peers.keyLog);
    expect(whose(dissection)).toBe('s0 c0 c0 c0');
    expect(dissection.connections[0]?.beginning).toBe('tag');
  });

  test('a new ID that was given out counts wherever it turns up', () => {
    const peers = new Peers({ version: QUIC_V2 });
    const later = id(8, 0xee);
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
    expect(whose(read(talk.sent, peers.keyLog).dissection)).toBe('c0 s0 c0 s0 s0 c0');
    expect(parseKeyLog(peers.keyLog).size).toBe(1);
  });
});
