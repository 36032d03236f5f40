/** A poster is read back as the moment that it shows; what is no poster holds none, and reading it ends. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { momentIn } from '../../link/picture.ts';
import { OPTIONS } from '../../scenario/testing/worlds.ts';
import { loadStory } from '../../stories/index.ts';
import { sampleData } from '../../stories/testing/sample.ts';
import { tapeOfStory } from '../../tape/of-story.ts';
import { posterOf } from './folder.ts';

const src = join(import.meta.dirname, '../..');
const style = ['app/page/tokens.css', 'app/parts/glyphs.css', 'app/stage/stage.css']
  .map((file) => readFileSync(join(src, file), 'utf8'))
  .join('\n');
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** A PNG of these chunks; nobody here looks at their sums. */
function png(...chunks: [string, string][]): Uint8Array {
  const parts = chunks.map(([type, data]) => {
    const body = bytes(data);
    const out = new Uint8Array(body.length + 12);
    new DataView(out.buffer).setUint32(0, body.length);
    out.set(bytes(type), 4);
    out.set(body, 8);
    return out;
  });
  return Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, ...parts.flatMap((p) => [...p])]);
}

test('of an SVG as it is made', async () => {
  const tape = tapeOfStory((await loadStory('first'))!, sampleData('six'), OPTIONS);
  expect(momentIn(bytes(posterOf(tape, { style }, { url: '', moment: tape.link ?? '' }).svg))).toBe(
    tape.link,
  );
});

test('of a PNG, whatever stands before it', () => {
  const link = '1AQUBA3NpeAIQ-_x';
  expect(momentIn(png(['IHDR', '0123456789abc'], ['iTXt', `rebind\0\0\0\0\0${link}`]))).toBe(link);
  expect(momentIn(png(['iTXt', 'Title\0\0\0\0\0x'], ['iTXt', `rebind\0\0\0\0\0${link}`]))).toBe(link);
});

test.each([
  [
    'an SVG of somebody else',
    bytes('<svg xmlns="http://www.w3.org/2000/svg"><rect moment="1AQUBA3NpeAIQ"/></svg>'),
  ],
  ['one whose moment is none', bytes('<svg><metadata><rebind moment="<script>"/></metadata></svg>')],
  ['a PNG without one', png(['IHDR', '0123456789abc'], ['IEND', ''])],
  ['one that is cut short', png(['iTXt', 'rebind\0\0\0\0\x001AQUBA3NpeAIQ']).subarray(0, 40)],
  ['a packed text', png(['iTXt', 'rebind\0\x01\0\0\x001AQUBA3NpeAIQ'])],
  ['nothing', new Uint8Array(0)],
])('%s holds none', (_, data) => {
  expect(momentIn(data)).toBe('');
});

test('whatever the bytes are', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.boolean(), (data, asPng) => {
      const all = asPng ? Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, ...data]) : data;
      expect(typeof momentIn(all)).toBe('string');
    }),
  );
});
