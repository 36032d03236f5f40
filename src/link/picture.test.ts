/** A PNG with a moment in it; what is read of pictures that somebody else made is asked beside the posters. */
import { gunzipSync, gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { momentIn, withMoment } from './picture.ts';

test('a PNG keeps its picture and holds the moment as text', () => {
  const one =
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
  const png = Buffer.from(one, 'base64');
  const out = Buffer.from(withMoment(png, '1AQUBA3NpeAIQ-_x'));
  const at = 33;
  expect(out.subarray(0, at)).toEqual(png.subarray(0, at));
  const length = out.readUInt32BE(at);
  expect(out.subarray(at + 4, at + 8).toString()).toBe('iTXt');
  expect(out.subarray(at + 8, at + 8 + length).toString('utf8')).toBe('rebind\0\0\0\0\x001AQUBA3NpeAIQ-_x');
  // gzip's trailer holds the same CRC-32 (RFC 1952), made by another hand.
  const packed = gzipSync(out.subarray(at + 4, at + 8 + length));
  expect(out.readUInt32BE(at + 8 + length)).toBe(packed.readUInt32LE(packed.length - 8));
  expect(gunzipSync(packed).length).toBe(length + 4);
  expect(momentIn(out)).toBe('1AQUBA3NpeAIQ-_x');
  expect(out.subarray(at + 12 + length)).toEqual(png.subarray(at));
});
