import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { sampleNames, samplePath, sampleTruth } from '../capture/testing/samples.ts';
import { dissect } from './dissect.ts';
import { command } from './testing/command.ts';

const run = command(dissect);

afterEach(() => {
  vi.restoreAllMocks();
});

const keysOf = (name: string): string => samplePath(name.replace(/\.pcap(ng)?$/, '.keys'));

describe('--json has the shape of the ground truth', () => {
  test.each(sampleNames)('%s', async (name) => {
    const { code, out, err } = await run(samplePath(name), '--keys', keysOf(name), '--json');
    expect([code, err]).toEqual([0, '']);
    expect(JSON.parse(out)).toStrictEqual(sampleTruth(name));
  });

  test('keys inside the capture need no file', async () => {
    const name = 'v08-chromium-haproxy34-dsb.pcapng';
    expect(JSON.parse((await run(samplePath(name), '--json')).out)).toStrictEqual(sampleTruth(name));
  });
});

test('without --json it is a listing for a person', async () => {
  const name = 'v09-ngtcp2-gtlsserver-keyupdate.pcap';
  const lines = (await run(samplePath(name), '--keys', keysOf(name))).out.split('\n');
  expect(lines[0]).toBe('18 datagrams, 21 packets (21 opened), 1 connection, server port 4435');
  expect(lines[1]).toMatch(/^connection 0: 0x00000001, original DCID [0-9a-f]{36}, .*AES-128-GCM$/);
  expect(lines.filter((line) => line.includes('key phase 1')).length).toBeGreaterThan(0);
});

test('without keys it says what could not be opened', async () => {
  const { code, out } = await run(samplePath('v03-ngtcp2-gtlsserver.pcap'));
  expect(code).toBe(0);
  expect(out).toContain('1-RTT, to 4173786c030c095b821748e9802f0eceaac7, 377 bytes: not opened, no keys');
});

test('keys of another capture are told, and what can be read is read', async () => {
  const { code, out, err } = await run(
    samplePath('v03-ngtcp2-gtlsserver.pcap'),
    '--keys',
    keysOf('v05-ngtcp2-haproxy34-ipv6.pcap'),
  );
  expect([code, err]).toEqual([
    0,
    'dissect: The key log belongs to another capture: it has no secrets for any connection of this one.',
  ]);
  expect(out).toContain('16 datagrams, 19 packets (2 opened), 1 connection');
});

describe('unusable input is one line and exit code 2', () => {
  const folder = mkdtempSync(join(tmpdir(), 'dissect-'));
  const file = (name: string, content: string | Uint8Array): string => {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  };
  const good = samplePath('v03-ngtcp2-gtlsserver.pcap');

  test.each<[string, string[], RegExp]>([
    ['no argument', [], /^dissect: usage: /],
    ['two files', [good, good], /^dissect: usage: /],
    ['an unknown option', [good, '--yaml'], /^dissect: Unknown option '--yaml'; usage: /],
    [
      'a port that is none',
      [good, '--server-port', '70000'],
      /^dissect: --server-port is a number from 1 to 65535/,
    ],
    ['no such file', [join(folder, 'nothing')], /There is no such file\.$/],
    ['a folder', [folder], /This is a folder, not a file\.$/],
    ['an empty file', [file('empty', '')], /The file is empty\.$/],
    ['no capture', [file('text.pcap', 'hello')], /neither a pcap nor a pcapng file/],
    [
      'keys that are none',
      [good, '--keys', file('keys', 'hello\n')],
      /holds no TLS key log line that can be used\.$/,
    ],
  ])('%s', async (_name, argv, expected) => {
    const { code, out, err } = await run(...argv);
    expect([code, out]).toEqual([2, '']);
    expect(err).toMatch(expected);
    expect(err).not.toContain('\n');
  });
});
