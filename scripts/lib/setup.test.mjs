import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, relative } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ensureFirefox, ensureWebKit } from './browsers.mjs';
import { sourcePrint } from './build.mjs';
import { findChromium } from './chromium.mjs';
import { dependencyProblem } from './dependencies.mjs';
import { root } from './root.mjs';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'setup-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(path, text = '') {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
  return join(folder, path);
}

describe('dependencies', () => {
  const lock = (packages) => JSON.stringify({ packages: { '': {}, ...packages } });
  const a = { 'node_modules/a': { version: '1.2.3' } };
  const other = { 'node_modules/a-win32': { version: '1.2.3', optional: true } };

  test('missing altogether', () => {
    write('package-lock.json', lock(a));
    expect(dependencyProblem(folder)).toBe('node_modules is missing');
  });

  test('as the lock file says, a package of another platform left out', () => {
    write('package-lock.json', lock({ ...a, ...other }));
    write('node_modules/.package-lock.json', lock(a));
    write('node_modules/a/package.json', '{}');
    expect(dependencyProblem(folder)).toBe('');
  });

  test.each([
    ['one is missing', {}, 'a is not installed'],
    ['one is stale', { 'node_modules/a': { version: '1.2.2' } }, 'a is 1.2.2, the lock file says 1.2.3'],
    ['one was deleted', a, 'a is incomplete'],
  ])('%s', (_, installed, problem) => {
    write('package-lock.json', lock(a));
    write('node_modules/.package-lock.json', lock(installed));
    expect(dependencyProblem(folder)).toBe(problem);
  });
});

describe('a browser', () => {
  test('the first on PATH that can be run', () => {
    write('one/chromium');
    const second = write('two/google-chrome');
    chmodSync(second, 0o755);
    const PATH = [join(folder, 'one'), join(folder, 'two')].join(delimiter);
    expect(findChromium({ PATH })).toBe(second);
  });

  test('CHROMIUM goes first, and is an error when it cannot be run', () => {
    const mine = write('mine');
    expect(() => findChromium({ CHROMIUM: mine, PATH: '' })).toThrow('cannot be run');
    chmodSync(mine, 0o755);
    expect(findChromium({ CHROMIUM: mine, PATH: '' })).toBe(mine);
  });

  test('none', () => {
    expect(findChromium({ PATH: folder })).toBe('');
  });
});

describe('the further browsers', () => {
  const program = (path) => {
    const at = write(path);
    chmodSync(at, 0o755);
    return at;
  };

  test('Firefox: the one on PATH; the one FIREFOX names goes first; installed when there is none; else the reason', async () => {
    const esr = program('bin/firefox-esr');
    const PATH = join(folder, 'bin');
    const never = () => Promise.reject(new Error('nothing has to be installed'));
    expect(await ensureFirefox({ PATH }, never)).toEqual({ firefox: esr });
    expect(await ensureFirefox({ PATH, FIREFOX: '/mine' }, never)).toEqual({ firefox: '/mine' });
    const later = join(folder, 'later');
    const installs = async (packages) => {
      expect(packages).toEqual(['firefox-esr']);
      program('later/firefox');
      return '';
    };
    expect(await ensureFirefox({ PATH: later }, installs)).toEqual({ firefox: join(later, 'firefox') });
    const none = await ensureFirefox({ PATH: '' }, async () => 'only root may install packages');
    expect(none).toEqual({
      why: 'no Firefox found, and none could be installed: only root may install packages',
    });
  });

  test('WebKitGTK: without its driver and a display there is a reason', async () => {
    const none = await ensureWebKit({ PATH: folder }, async (packages) => {
      expect(packages).toEqual(['webkit2gtk-driver', 'xvfb', 'xauth']);
      return 'this is no Debian or Ubuntu';
    });
    expect(none.why).toContain('this is no Debian or Ubuntu');
  });
});

describe('is the build up to date', () => {
  const print = () => sourcePrint(folder, ['src']);

  test('a file added, changed or removed makes another print; a test does not', () => {
    write('src/a.ts', 'a');
    const first = print();
    write('src/a.test.ts', 't');
    expect(print()).toBe(first);
    const b = write('src/deep/b.ts', 'b');
    const second = print();
    expect(second).not.toBe(first);
    utimesSync(b, 1, 1);
    expect(print()).not.toBe(second);
    rmSync(b);
    expect(print()).toBe(first);
  });
});

test.each(['start', 'test', 'build', 'gallery', 'recipes'])(
  '`npm run %s` begins without a package: it installs what is missing',
  (name) => {
    const seen = new Set();
    const needed = [];
    const follow = (file) => {
      if (seen.has(file)) return;
      seen.add(file);
      const imports = readFileSync(file, 'utf8').split(
        /^(?:const|let|function|async|class|export (?!.* from))\b/m,
      )[0];
      for (const [, from] of imports.matchAll(/^(?:import|export)\b[^;]*?from '([^']+)'/gm)) {
        if (from.startsWith('.')) follow(join(dirname(file), from));
        else if (!from.startsWith('node:')) needed.push(`${from} in ${relative(root, file)}`);
      }
    };
    follow(join(root, `scripts/${name}.mjs`));
    expect(needed).toEqual([]);
    expect(seen.size).toBeGreaterThan(2);
  },
);
