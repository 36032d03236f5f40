import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { toHex } from '../quic/index.ts';
import { join } from './craft.ts';
import { KeyLogReader, parseKeyLog } from './index.ts';
import { KeyLines } from './key-lines.ts';
import { sampleBytes, sampleNames } from './testing/samples.ts';

const random = 'ab'.repeat(32);
const line = (label: string, secret = '11'.repeat(32), of = random): string => `${label} ${of} ${secret}`;

test('all labels QUIC opens with are taken, others of TLS are passed over in silence', () => {
  const log = parseKeyLog(
    [
      '# a comment',
      line('CLIENT_EARLY_TRAFFIC_SECRET', '01'.repeat(32)),
      line('CLIENT_HANDSHAKE_TRAFFIC_SECRET', '02'.repeat(48)),
      line('SERVER_HANDSHAKE_TRAFFIC_SECRET', '03'.repeat(48)),
      '',
      line('CLIENT_TRAFFIC_SECRET_0', '04'.repeat(48)),
      line('SERVER_TRAFFIC_SECRET_0', '05'.repeat(48)),
      line('EXPORTER_SECRET'),
      line('EARLY_EXPORTER_SECRET'),
      line('CLIENT_RANDOM', '06'.repeat(48)),
    ].join('\r\n'),
  );
  expect(log.problems).toEqual([]);
  expect(log.size).toBe(1);
  const secrets = log.secrets(random.toUpperCase()) ?? {};
  expect(
    Object.entries(secrets).map(([label, secret]) => `${label} ${secret.length} ${toHex(secret, 0, 1)}`),
  ).toEqual([
    'CLIENT_EARLY_TRAFFIC_SECRET 32 01',
    'CLIENT_HANDSHAKE_TRAFFIC_SECRET 48 02',
    'SERVER_HANDSHAKE_TRAFFIC_SECRET 48 03',
    'CLIENT_TRAFFIC_SECRET_0 48 04',
    'SERVER_TRAFFIC_SECRET_0 48 05',
  ]);
});

test('wrong lines are told by number and the rest is used', () => {
  const log = parseKeyLog(
    [
      line('CLIENT_TRAFFIC_SECRET_0', 'xy'),
      line('CLIENT_TRAFFIC_SECRET_0', undefined, 'abc'),
      'CLIENT_TRAFFIC_SECRET_0',
      line('SOME_SECRET'),
      'hello there',
      line('SERVER_TRAFFIC_SECRET_0'),
    ].join('\n'),
  );
  expect(log.problems.map((p) => p.text)).toEqual([
    'Line 1 of the key log has a secret that is not 64 or 96 hex digits.',
    'Line 2 of the key log has a ClientHello random that is not 64 hex digits.',
    'Line 3 of the key log does not have the three fields label, random, secret.',
    'Line 4 of the key log has the unknown label SOME_SECRET.',
    'Line 5 of the key log is not a key log line.',
  ]);
  expect(Object.keys(log.secrets(random) ?? {})).toEqual(['SERVER_TRAFFIC_SECRET_0']);
});

test('several logs are read as one', () => {
  const other = 'cd'.repeat(32);
  const log = parseKeyLog(line('CLIENT_TRAFFIC_SECRET_0'), line('CLIENT_TRAFFIC_SECRET_0', undefined, other));
  expect([log.size, log.secrets(random) !== undefined, log.secrets(other) !== undefined]).toEqual([
    2,
    true,
    true,
  ]);
});

test('the logs of the real captures have nothing wrong', () => {
  for (const name of sampleNames) {
    const log = parseKeyLog(sampleBytes(name.replace(/\.pcap(ng)?$/, '.keys')));
    expect(log.problems).toEqual([]);
    expect(log.size).toBeGreaterThan(0);
  }
});

describe('files as they come', () => {
  const lines = [
    line('CLIENT_TRAFFIC_SECRET_0', '01'.repeat(32)),
    '# a comment',
    line('SERVER_TRAFFIC_SECRET_0', '02'.repeat(48)),
  ];
  const ascii = (text: string): Uint8Array => Uint8Array.from(text, (letter) => letter.charCodeAt(0));
  const wide = (text: string, little: boolean): Uint8Array =>
    Uint8Array.from(ascii(text)).reduce(
      (out, byte, i) => {
        out[2 * i + (little ? 0 : 1)] = byte;
        return out;
      },
      new Uint8Array(2 * text.length),
    );
  const unix = `${lines.join('\n')}\n`;

  test.each<[string, Uint8Array]>([
    ['LF', ascii(unix)],
    ['CR LF', ascii(lines.join('\r\n'))],
    ['CR', ascii(lines.join('\r'))],
    [
      'blanks at either end, tabs between',
      ascii(lines.map((one) => `  ${one.replaceAll(' ', '\t ')} \t `).join('\n')),
    ],
    ['UTF-8 with a mark', join([0xef, 0xbb, 0xbf], ascii(unix))],
    [
      'UTF-8 with a mark before each part',
      join([0xef, 0xbb, 0xbf], ascii(`${lines[0]}\n`), [0xef, 0xbb, 0xbf], ascii(lines[2]!)),
    ],
    ['UTF-16 little-endian', join([0xff, 0xfe], wide(unix, true))],
    ['UTF-16 big-endian, CR LF', join([0xfe, 0xff], wide(lines.join('\r\n'), false))],
    ['UTF-16 without a mark', wide(unix, true)],
    ['UTF-16 behind ASCII', join(ascii(`${lines[0]}\n`), wide(lines[2]!, true))],
    ['packed', gzipSync(unix)],
    ['packed, UTF-16', gzipSync(join([0xff, 0xfe], wide(unix, true)))],
  ])('%s', (_name, bytes) => {
    const log = parseKeyLog(bytes);
    expect([log.problems, log.wrong]).toEqual([[], 0]);
    const { CLIENT_TRAFFIC_SECRET_0: client, SERVER_TRAFFIC_SECRET_0: server } = log.secrets(random) ?? {};
    expect([client, server]).toEqual([new Uint8Array(32).fill(1), new Uint8Array(48).fill(2)]);
    expect([...log.randoms()]).toEqual([random]);
  });

  test('lines are counted from the head of each log, whatever ends them', () => {
    for (const end of ['\n', '\r\n', '\r'])
      expect(parseKeyLog(lines.join(end), `${end}${end}x${end}`).problems).toEqual([
        { line: 3, text: 'Line 3 of the key log is not a key log line.' },
      ]);
  });

  test('cut in parts of any size: the same', () => {
    const whole = ascii(lines.join('\r\n'));
    for (let size = 1; size < 20; size++) {
      const seen: string[] = [];
      const reader = new KeyLines((_buf, from, to, number) => seen.push(`${number} ${to - from}`));
      for (let at = 0; at < whole.length; at += size) reader.add(whole.subarray(at, at + size));
      reader.end();
      expect(seen).toEqual([`1 ${lines[0]!.length}`, `3 ${lines[2]!.length}`]);
    }
  });

  test('of millions of wrong lines the first are told and all are counted; a line without end is one', () => {
    const log = parseKeyLog(
      new Uint8Array(2_000_000).fill(0x0a, 1).fill(0x78, 0, 1_000_000),
      'x\n'.repeat(1_000_000),
    );
    expect([log.wrong, log.problems.length]).toEqual([1_000_001, 100]);
  });

  test('a packed log that is cut gives what it has, and is told; one that is too large is not taken', () => {
    const packed = gzipSync(`${unix}${'# filling\n'.repeat(10)}`);
    const log = parseKeyLog(packed.subarray(0, packed.length - 9));
    expect([log.size, log.problems[0]?.text]).toEqual([
      1,
      'The key log is packed, and cut or damaged; what comes before is used.',
    ]);
    expect(new KeyLogReader(10).add(packed)).toBe('bomb');
    expect(new KeyLogReader().add(ascii('# nothing'))).toBe('empty');
  });
});
