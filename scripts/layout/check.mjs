import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { badImports, isTest } from './edges.mjs';
import { children, lineOf, parseFile } from './parse.mjs';
import { impurities } from './purity.mjs';
import { exceptions, folders, madeOnlyIn } from './rules.mjs';

function* sourcesUnder(folder, prefix) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) yield* sourcesUnder(join(folder, entry.name), `${prefix}${entry.name}/`);
    else if (/\.tsx?$/.test(entry.name)) yield `${prefix}${entry.name}`;
  }
}

function enums(file) {
  const found = [];
  const visit = (node) => {
    if (node.type === 'TSEnumDeclaration') {
      found.push({
        at: node.start,
        rule: 'enum',
        name: node.id.name,
        message: `enum ${node.id.name}: use a constant object`,
      });
    }
    for (const [, child] of children(node)) visit(child);
  };
  visit(file.program);
  return found;
}

/** What is made elsewhere than in the one file that may. An imported class of the same name is another one. */
function madeElsewhere(file) {
  if (isTest(file.path)) return [];
  const imported = new Set(
    file.program.body.flatMap((s) =>
      s.type === 'ImportDeclaration' ? s.specifiers.map((x) => x.local.name) : [],
    ),
  );
  const found = [];
  const visit = (node) => {
    const name = node.type === 'NewExpression' ? node.callee.name : undefined;
    const where = madeOnlyIn.get(name);
    if (where && where !== file.path && !imported.has(name))
      found.push({ at: node.start, rule: 'made', name, message: `only ${where} makes a ${name}` });
    for (const [, child] of children(node)) visit(child);
  };
  visit(file.program);
  return found;
}

/** Everything that is wrong with one file, as `path:line message`. `path` is from src. */
export function checkFile(path, text) {
  const file = parseFile(path, text);
  if (file.errors.length > 0) return [`${path}: ${file.errors[0].message}`];
  return [...badImports(file), ...impurities(file), ...enums(file), ...madeElsewhere(file)]
    .filter(({ rule, name }) => !exceptions.has(`${path}: ${rule} ${name}`))
    .sort((a, b) => a.at - b.at)
    .map(({ at, message }) => `${path}:${lineOf(text, at)} ${message}`);
}

/**
 * Checks a src folder: which folders there are, that each says what it is for, and every file in it.
 *
 * @returns {{files: number, problems: string[]}}
 */
export function checkLayout(src) {
  const problems = [];
  let files = 0;
  for (const entry of readdirSync(src, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (!entry.isDirectory()) {
      if (!entry.name.endsWith('.d.ts'))
        problems.push(`${entry.name}: a file belongs into one of the folders`);
      continue;
    }
    if (folders[entry.name] === undefined) problems.push(`${entry.name}/: not a folder of the layout`);
    if (!existsSync(join(src, entry.name, 'README.md'))) problems.push(`${entry.name}/: has no README.md`);
    for (const path of sourcesUnder(join(src, entry.name), `${entry.name}/`)) {
      files++;
      problems.push(...checkFile(path, readFileSync(join(src, path), 'utf8')));
    }
  }
  return { files, problems };
}
