import { parseSync } from 'vite';

/**
 * @typedef {{type: string, start: number, end: number, [key: string]: any}} Node an ESTree node
 * @typedef {{path: string, text: string, program: Node, imports: {specifier: string, at: number}[]}} SourceFile
 *   `path` is from src, with forward slashes
 */

/** Reads one TypeScript file: its tree, and everything it imports, statically, dynamically or as a worker's URL. */
export function parseFile(path, text) {
  const { program, module, errors } = parseSync(path, text);
  const imports = [];
  for (const item of [...module.staticImports, ...module.staticExports.flatMap((e) => e.entries)]) {
    if (item.moduleRequest)
      imports.push({ specifier: item.moduleRequest.value, at: item.moduleRequest.start });
  }
  for (const item of module.dynamicImports) {
    const literal = /^(['"`])([^$]*)\1$/s.exec(text.slice(item.moduleRequest.start, item.moduleRequest.end));
    imports.push({ specifier: literal ? literal[2] : '', at: item.start });
  }
  for (const found of text.matchAll(/new URL\(\s*(['"])([^'"]+)\1\s*,\s*import\.meta\.url/g)) {
    imports.push({ specifier: found[2], at: found.index });
  }
  for (const found of text.matchAll(/\bimport\(\s*(['"])([^'"]+)\1\s*\)\s*\.(?=[A-Z])/g)) {
    imports.push({ specifier: found[2], at: found.index });
  }
  return { path, text, program, imports, errors };
}

/** The line number, from 1, of an offset. */
export function lineOf(text, offset) {
  let line = 1;
  for (let i = text.indexOf('\n'); i >= 0 && i < offset; i = text.indexOf('\n', i + 1)) line++;
  return line;
}

/** The child nodes of a node, with the key each hangs on. */
export function* children(node) {
  for (const key in node) {
    const value = node[key];
    if (Array.isArray(value)) {
      for (const item of value) if (item && typeof item.type === 'string') yield [key, item];
    } else if (value && typeof value.type === 'string') yield [key, value];
  }
}
