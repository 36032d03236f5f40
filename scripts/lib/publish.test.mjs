/** A site's folder: the page is replaced, releases stay as they were. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { publish } from './publish.mjs';

const folder = mkdtempSync(join(tmpdir(), 'rebind-site-'));
afterAll(() => rmSync(folder, { recursive: true }));
const [dist, site] = [join(folder, 'dist'), join(folder, 'site')];
const build = (text, file) => {
  rmSync(dist, { recursive: true, force: true });
  mkdirSync(join(dist, 'm/first'), { recursive: true });
  writeFileSync(join(dist, 'index.html'), text);
  writeFileSync(join(dist, 'm/first', file), text);
};
const read = (...path) => readFileSync(join(site, ...path), 'utf8');

test('what is published goes on where it was', () => {
  expect(() => publish(dist, site)).toThrow('no built page');
  build('one', 'a.js');
  publish(dist, site, '1');
  writeFileSync(join(site, 'CNAME'), 'example.org');
  build('two', 'b.js');
  publish(dist, site);
  expect([read('index.html'), read('v/1/index.html'), read('v/1/m/first/a.js')]).toEqual([
    'two',
    'one',
    'one',
  ]);
  expect([existsSync(join(site, 'm/first/a.js')), read('m/first/b.js'), read('CNAME')]).toEqual([
    false,
    'two',
    'example.org',
  ]);
  expect(existsSync(join(site, '.nojekyll'))).toBe(true);
});

test('a release is published once, under a number', () => {
  expect(() => publish(dist, site, '1')).toThrow('published already');
  expect(() => publish(dist, site, '../x')).toThrow('is no release');
  expect(read('index.html')).toBe('two');
});
