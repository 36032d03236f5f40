/** `rebind export`: the files of a story's run and of a link's; what is no run is refused in one line. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, test, vi } from 'vitest';
import { sampleTruth } from '../capture/testing/samples.ts';
import type { TruthDatagram } from '../capture/truth.ts';
import { encodeMoment, plainMoment } from '../link/index.ts';
import { dataOf } from '../scenario/testing/worlds.ts';
import { exportRun } from './export.ts';
import { BASE } from './moment.ts';
import { run as replay } from './run.ts';
import { command } from './testing/command.ts';

const folder = mkdtempSync(join(tmpdir(), 'rebind-exports-'));
const run = command(exportRun);
const replayed = command(replay);
const CAPTURES = join(import.meta.dirname, '../../public/captures');
const eventsIn = (file: string): { name: string }[] =>
  JSON.parse(readFileSync(file, 'utf8')).traces[0].events;
afterEach(() => vi.restoreAllMocks());
afterAll(() => rmSync(folder, { recursive: true }));

test('a story’s run: a file for each connection', async () => {
  const { code, out } = await run('first', '--as', 'qlog', '--out', folder);
  expect(code).toBe(0);
  const files = readdirSync(folder).sort();
  expect(files).toEqual(['A', 'B', 'C', 'D', 'E', 'F'].map((l) => `first-${l}.qlog`));
  for (const file of files) expect(out).toContain(file);
});

test('a link’s run, up to where it is recorded, with the link in it', async () => {
  const link = encodeMoment({
    ...plainMoment(),
    name: 'The first 200',
    scenario: { kind: 'sample', id: 'one' },
    options: BASE,
    end: 300,
    playhead: { at: 200, undone: 0 },
  });
  expect((await run(`https://example.org/#m=${link}`, '--as', 'perfetto', '--out', folder)).code).toBe(0);
  const { otherData, traceEvents } = JSON.parse(readFileSync(join(folder, 'run.perfetto.json'), 'utf8'));
  expect(otherData).toMatchObject({ title: 'The first 200', link: `#m=${link}` });
  const happened = (traceEvents as { cat: string }[]).filter(
    ({ cat }) => cat === 'step' || cat === 'arrival',
  );
  expect(happened.length).toBe(300);
});

test('a bare capture, from its first datagram to its last', async () => {
  const file = join(CAPTURES, 'v01-ngtcp2-haproxy34.pcap');
  const keys = file.replace('.pcap', '.keys');
  const out = join(folder, 'bare');
  expect((await run('--capture', file, '--keys', keys, '--as', 'qlog', '--out', out)).code).toBe(0);
  const received = eventsIn(join(out, 'v01-ngtcp2-haproxy34-A.qlog')).filter(
    ({ name }) => name === 'quic:udp_datagrams_received',
  );
  const report = await replayed(file, '--keys', keys, '--json');
  expect(received.length).toBe(JSON.parse(report.out).datagrams.received);
});

interface Received {
  name: string;
  data: {
    header: { packet_type: string; packet_number: number };
    frames?: { frame_type: string }[];
    datagram_id: number;
  };
}
const TYPE: Record<string, string> = { initial: 'Initial', handshake: 'Handshake', '1RTT': '1-RTT' };

test.each([
  ['v01-ngtcp2-haproxy34', '.pcap'],
  ['v08-chromium-haproxy34-dsb', '.pcapng'],
])('%s: every packet that HAProxy opened has the frames that tshark found in it', async (name, ending) => {
  const out = join(folder, name);
  const [file, keys] = [ending, '.keys'].map((end) => join(CAPTURES, name + end));
  expect((await run('--capture', file!, '--keys', keys!, '--as', 'qlog', '--out', out)).code).toBe(0);
  const truth = sampleTruth(name) as TruthDatagram[];
  const { frame } = dataOf(name).datagrams;
  const wrong: string[] = [];
  let packets = 0;
  for (const log of readdirSync(out))
    for (const { name: called, data: d } of eventsIn(join(out, log)) as Received[]) {
      if (called !== 'quic:packet_received') continue;
      packets++;
      const type = TYPE[d.header.packet_type];
      const seen = truth
        .find((t) => t.frame === frame[d.datagram_id - 1])
        ?.packets.find((p) => p.type === type && p.pn === d.header.packet_number);
      const ours = d.frames?.map((f) => f.frame_type.toUpperCase()).join(' ');
      const theirs = seen?.frames?.map((f) => f.replace(/_ECN$|_APP$/, '')).join(' ');
      if (ours === undefined || ours !== theirs) wrong.push(`${d.datagram_id}: ${ours}, not ${theirs}`);
    }
  expect(wrong).toEqual([]);
  expect(packets).toBeGreaterThan(10);
});

test.each([
  [['--capture', 'none.pcap', '--as', 'qlog'], /none\.pcap/],
  [['first', '--capture', 'none.pcap', '--as', 'qlog'], /usage/],
  [['first', '--server', '192.0.2.1:443', '--as', 'qlog'], /usage/],
  [['first'], /usage/],
  [['first', '--as', 'pcap'], /usage/],
  [['nothing', '--as', 'qlog'], /There is no story nothing/],
  [['#m=1zzzz', '--as', 'qlog'], /export: /],
])('%j is refused in one line', async (argv, why) => {
  const { code, err } = await run(...argv, '--out', folder);
  expect(code).toBe(2);
  expect(err).toMatch(why);
});
