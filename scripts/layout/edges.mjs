import { posix } from 'node:path';
import { below, benchPackages, folders, testPackages } from './rules.mjs';

const isTest = (path) => /\.test[.-]/.test(path) || /\/(testdata|testing)\//.test(path);
const isBench = (path) => /(^|[/-])bench[^/]*\.ts$/.test(path);

/** The package a specifier belongs to: `@noble/hashes/sha2.js` is of `@noble/hashes`. */
function packageOf(specifier) {
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
}

const roomOf = (path) => path.split('/', 2).join('/');

/** Whether `target` lies in a room that this file's room lies below. Tests look where they like. */
const above = (path, target) => !isTest(path) && (below[roomOf(path)] ?? []).includes(roomOf(target));

/**
 * What one file imports and may not.
 *
 * @param {import('./parse.mjs').SourceFile} file
 * @returns {{at: number, rule: string, name: string, message: string}[]}
 */
export function badImports(file) {
  const folder = file.path.split('/')[0];
  const rule = folders[folder];
  if (rule === undefined || !file.path.includes('/')) return [];
  const bad = [];
  for (const { specifier, at } of file.imports) {
    const say = (message) => bad.push({ at, rule: 'import', name: specifier, message });
    const plain = specifier.replace(/\?.*$/, '');
    if (plain === '') say('a dynamic import must name its file in a literal');
    else if (plain.startsWith('.')) {
      if (posix.extname(plain) === '') say(`${specifier}: write the file's extension`);
      const target = posix.normalize(posix.join(posix.dirname(file.path), plain));
      const to = target.split('/')[0];
      if (to === '..') say(`${specifier} lies outside src`);
      else if (above(file.path, target))
        say(`${roomOf(file.path)} may not import ${roomOf(target)} (${specifier})`);
      else if (to !== folder && !rule.ours.includes(to)) say(`${folder} may not import ${to} (${specifier})`);
    } else if (plain.startsWith('node:')) {
      if (!rule.node && !isTest(file.path)) say(`${folder} may not use ${specifier}`);
    } else if (plain.startsWith('/')) say(`${specifier}: import by relative path`);
    else {
      const name = packageOf(plain);
      const allowed = [
        ...rule.packages,
        ...(isTest(file.path) ? testPackages : []),
        ...(isBench(file.path) ? benchPackages : []),
      ];
      if (!allowed.includes(name)) say(`${folder} may not import the package ${name}`);
    }
  }
  return bad;
}

export { isBench, isTest };
