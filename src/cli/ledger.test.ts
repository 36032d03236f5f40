import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { conversation, Peers, padding, ping, type Sent } from '../capture/testing/peers.ts';
import { servers, Talk } from '../capture/testing/talk.ts';
import { QUIC_DRAFT_29, QUIC_V1, QUIC_VERSIONS } from '../quic/index.ts';
import type { RunReport } from '../report/run.ts';
import { run as runCommand } from './run.ts';
import { command } from './testing/command.ts';

const run = command(runCommand);
const folder = mkdtempSync(join(tmpdir(), 'ledger-'));
let files = 0;

afterEach(() => {
  vi.restoreAllMocks();
});

function capture(sent: readonly Sent[], serverPort = 443): string {
  const path = join(folder, `${files++}.pcap`);
  writeFileSync(path, conversation(sent, 1, serverPort));
  return path;
}

async function report(sent: readonly Sent[], ...more: string[]): Promise<RunReport> {
  const { code, out } = await run(capture(sent), '--json', ...more);
  expect(code).toBe(0);
  return JSON.parse(out);
}

const clients = (sent: readonly Sent[]): number => sent.filter(({ from }) => from === 'client').length;
const counted = ({ datagrams, unread }: RunReport): number =>
  datagrams.received + Object.values(unread).reduce((sum, n) => sum + n, 0);
const id = (of: number): Uint8Array => padding(8).fill(of);

describe('every client datagram is replayed or has its reason', () => {
  const peers = (): Peers => new Peers({ serverCid: id(0x51) });
  const later = (p: Peers): Uint8Array => p.short('client', 3, ping, { dcid: id(0x77) });

  test.each<[string, () => Sent[], RunReport['unread'], number]>([
    ['all is owned', () => new Talk(peers()).handshake().sent, {}, 1],
    [
      'an ID that was never seen given out',
      () => {
        const p = peers();
        return new Talk(p).handshake().client(later(p)).sent;
      },
      { 'keys-missing': 1 },
      1,
    ],
    [
      'the beginning is missing',
      () => new Talk(peers()).handshake().sent.slice(1),
      { 'before-capture': 1 },
      0,
    ],
    [
      'connections of before beside a new one',
      () => {
        const old = new Peers({ seed: 2 });
        const strays = new Talk(old).client(later(old)).client(later(old)).sent;
        return [...strays, ...new Talk(peers()).handshake().sent];
      },
      { 'before-capture': 2 },
      1,
    ],
    [
      'a version that is read and not spoken',
      () => {
        const version = QUIC_VERSIONS.find(({ name }) => name === 'draft-34')!;
        return new Talk(new Peers({ version })).handshake().sent;
      },
      { version: 2 },
      0,
    ],
    [
      'a version that nobody reads',
      () => {
        const p = new Peers({ version: { ...QUIC_V1, number: 0xff00001c } });
        return new Talk(p)
          .client(p.hello(0, { size: 1300 }))
          .server(p.long('server', 'Initial', 0, padding(60)))
          .client(p.short('client', 0, ping)).sent;
      },
      { version: 2 },
      0,
    ],
    [
      'a damaged Initial, and something else on the port',
      () => {
        const broken = new Peers({ seed: 3 }).hello();
        broken[700]! ^= 1;
        const other = new Talk(new Peers({ seed: 3 })).client(broken).client(padding(30).fill(0x81)).sent;
        return [...new Talk(peers()).handshake().sent, ...other];
      },
      { 'not-opened': 2 },
      1,
    ],
  ])('%s', async (_name, make, unread, connections) => {
    const sent = make();
    const r = await report(sent);
    expect(r.unread).toEqual(unread);
    expect(counted(r)).toBe(clients(sent));
    expect(r.connections).toHaveLength(connections);
    const all = await report(sent, '--replay-unread');
    expect([all.unread, all.datagrams.received]).toEqual([{}, clients(sent)]);
  });

  test('what is not spoken is answered with Version Negotiation once it is replayed all the same', async () => {
    const version = QUIC_VERSIONS.find(({ name }) => name === 'draft-33')!;
    const { sent } = new Talk(new Peers({ version })).client(new Peers({ version }).hello(0, { size: 1300 }));
    const said = await report(sent);
    expect(said.notes.join(' ')).toContain(
      'HAProxy does not speak this version: it answers Version Negotiation',
    );
    const { datagrams } = await report(sent, '--replay-unread');
    expect(datagrams.dropped).toEqual({ 'version negotiation answered': 1 });
  });

  test('draft-29 is spoken', async () => {
    const p = new Peers({ version: QUIC_DRAFT_29, serverCid: id(0x52) });
    const talk = new Talk(p)
      .client(p.hello(0, { size: 1300 }))
      .server(p.answer())
      .client(p.finish());
    const r = await report(talk.sent);
    expect([r.unread, r.datagrams.handled]).toEqual([{}, 2]);
  });

  test('connections that HAProxy would not have are not numbered', async () => {
    const version = QUIC_VERSIONS.find(({ name }) => name === 'draft-34')!;
    const sent = [
      ...new Talk(new Peers({ seed: 2, version })).handshake().sent,
      ...new Talk(peers()).handshake().sent,
    ];
    const r = await report(sent);
    expect(r.connections.map(({ conn }) => conn)).toEqual([0]);
    expect(r.notes.at(-1)).toBe('Connections are numbered anew: 0 to 0 are the capture’s 1.');
  });

  test('a Retry to an ID shorter than 8 bytes is replayed like one of 8', async () => {
    const token = padding(20).fill(3);
    const p = new Peers({ serverCid: padding(4).fill(6) });
    const talk = new Talk(p).client(p.hello(0, { size: 1300 })).server(p.retry(padding(4).fill(7), token));
    p.odcid = padding(4).fill(7);
    talk
      .client(p.hello(1, { size: 1300, token }))
      .server(p.answer())
      .client(p.finish());
    const { datagrams } = await report(talk.sent);
    expect([datagrams.dropped, datagrams.handled]).toEqual([{ 'retry answered': 1 }, 2]);
  });

  test('a datagram of 0-RTT alone is dropped for what it is', async () => {
    const p = peers();
    const early = p.long('client', '0-RTT', 0, ping, { dcid: p.odcid });
    const { datagrams } = await report(new Talk(p).client(p.hello(0, { size: 1300 })).client(early).sent);
    expect(datagrams.dropped).toEqual({ '0-RTT not supported': 1 });
  });

  test('server IDs of several lengths behind one address are told apart', async () => {
    const talks = [4, 8, 18].map((length, i) => {
      const p = new Peers({ seed: i + 1, serverCid: padding(length).fill(0x61 + i) });
      return new Talk(p).handshake().client(p.short('client', 1, ping));
    });
    const sent = [0, 1, 2, 3, 4].flatMap((n) => talks.map((talk) => talk.sent[n]!));
    const r = await report(sent);
    expect([r.datagrams.dropped, r.datagrams.handled, r.unread]).toEqual([{}, 9, {}]);
    expect(r.connections.map(({ scid }) => scid.length / 2)).toEqual([4, 8, 18]);
    expect(r.notes.join(' ')).toContain('each connection’s short headers are read with its own');
  });

  test('a server without IDs: HAProxy cannot stand for it, which is said', async () => {
    const p = new Peers({ serverCid: padding(0) });
    const r = await report(new Talk(p).handshake().sent);
    expect(r.notes.join(' ')).toContain('HAProxy routes by them and cannot stand for it');
    expect(counted(r)).toBe(2);
  });

  test('of several servers the busiest that clients were captured of; another that is asked for: why there is nothing', async () => {
    const path = join(folder, 'sides.pcap');
    writeFileSync(path, servers([444, 'server'], [445, 'client'], [446, 'server']));
    const r = JSON.parse((await run(path, '--json')).out) as RunReport;
    expect(r.datagrams).toMatchObject({ received: 2, handled: 2 });
    expect(r.notes.join(' ')).toContain('HAProxy stands for 10.0.0.2:445');
    expect(r.notes.join(' ')).toContain('nothing comes from 10.0.0.2:445');
    const other = await run(path, '--server', '10.0.0.2:446', '--json');
    expect([other.code, other.out]).toEqual([2, '']);
    expect(other.err).toContain(
      'Only the server’s side was captured: 2 datagrams from 10.0.0.2:446. There is nothing to replay.',
    );
  });

  test('only the server’s side: nothing to replay, and why', async () => {
    const sent = new Talk(peers()).handshake().sent.filter(({ from }) => from === 'server');
    const { code, out, err } = await run(capture(sent), '--json');
    expect([code, out]).toEqual([2, '']);
    expect(err).toMatch(
      /Only the server’s side was captured: 2 datagrams from 10\.0\.0\.2:443\. There is nothing to replay\./,
    );
  });
});
