import { expect, test } from 'vitest';
import { toHex } from '../quic/index.ts';
import { parseKeyLog } from './index.ts';
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
