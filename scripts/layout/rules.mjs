/**
 * The layout of src as data: for each folder, which of ours and which packages it may import, and whether it is pure.
 * `pure` folders know no DOM, clock, random, timer, console or Node, and keep no mutable state at module level.
 */

const everything = [
  'tape',
  'stories',
  'door',
  'quic',
  'capture',
  'memory',
  'haproxy',
  'machine',
  'hosts',
  'scenario',
  'report',
  'link',
];
const ui = [
  'react',
  'react-dom',
  'zustand',
  'valibot',
  'd3-scale',
  'd3-shape',
  '@fontsource-variable/inter',
  '@fontsource-variable/jetbrains-mono',
];

/** @typedef {{ours: string[], packages: string[], pure: boolean, node?: boolean}} FolderRule */

/** @type {Record<string, FolderRule>} */
export const folders = {
  door: { ours: [], packages: [], pure: true },
  quic: { ours: [], packages: ['@noble/hashes'], pure: true },
  memory: { ours: [], packages: [], pure: true },
  capture: { ours: ['door', 'quic'], packages: ['fflate'], pure: true },
  haproxy: { ours: ['memory', 'quic'], packages: [], pure: true },
  machine: { ours: ['door', 'haproxy', 'memory', 'quic'], packages: [], pure: true },
  scenario: { ours: ['door', 'machine', 'haproxy', 'memory', 'capture', 'quic'], packages: [], pure: true },
  link: { ours: ['door', 'machine', 'scenario', 'haproxy', 'memory', 'quic'], packages: [], pure: true },
  report: { ours: ['machine', 'haproxy', 'memory', 'quic', 'scenario'], packages: [], pure: true },
  stories: {
    ours: ['machine', 'scenario', 'report', 'haproxy', 'memory'],
    packages: ['valibot'],
    pure: true,
  },
  tape: {
    ours: ['door', 'stories', 'link', 'report', 'scenario', 'machine', 'haproxy', 'memory'],
    packages: ['valibot'],
    pure: true,
  },
  hosts: {
    ours: ['door', 'machine', 'scenario', 'haproxy', 'memory', 'quic'],
    packages: [],
    pure: false,
    node: true,
  },
  app: { ours: everything, packages: ui, pure: false },
  gallery: { ours: [...everything, 'app'], packages: ['react', 'react-dom'], pure: false },
  // preact: stands in for React in the figure's own build. postcss: reads the stylesheet that a poster is drawn by.
  // fflate: a moment's folder as one file.
  figure: { ours: [...everything, 'app'], packages: [...ui, 'preact', 'postcss', 'fflate'], pure: false },
  // Runs in other people's pages.
  embed: { ours: [], packages: [], pure: false },
  // vite: its parser reads our own source, for `program --source`.
  cli: { ours: [...everything, 'embed', 'figure'], packages: ['valibot', 'vite'], pure: false, node: true },
};

/**
 * Rooms within a folder that lie below others: what stands in one knows nothing of those named with it.
 * @type {Record<string, string[]>}
 */
export const below = {
  'haproxy/model': [
    'haproxy/mutants',
    'haproxy/lib',
    'haproxy/proc',
    'haproxy/fixes',
    'haproxy/mutations',
    'haproxy/places',
  ],
  'haproxy/step': [
    'haproxy/mutants',
    'haproxy/lib',
    'haproxy/proc',
    'haproxy/fixes',
    'haproxy/mutations',
    'haproxy/places',
  ],
  'haproxy/lib': ['haproxy/mutants', 'haproxy/proc', 'haproxy/fixes', 'haproxy/mutations', 'haproxy/places'],
  'haproxy/proc': ['haproxy/mutants', 'haproxy/fixes', 'haproxy/mutations', 'haproxy/places'],
  'haproxy/fixes': ['haproxy/mutants', 'haproxy/mutations', 'haproxy/places'],
  'haproxy/mutations': ['haproxy/mutants', 'haproxy/places'],
};

/** What a test file may import on top of what its folder may. */
export const testPackages = ['vitest', 'fast-check', 'axe-core', 'vite', '@noble/ciphers', 'valibot'];

/** The same for a bench: what ours is measured beside. */
export const benchPackages = ['@noble/ciphers'];

/** Names that only a page, a worker, a clock or a process gives; a pure folder uses none of them. */
export const impureNames = new Set([
  'document',
  'window',
  'self',
  'globalThis',
  'navigator',
  'location',
  'history',
  'localStorage',
  'sessionStorage',
  'indexedDB',
  'fetch',
  'XMLHttpRequest',
  'WebSocket',
  'Worker',
  'SharedWorker',
  'MessageChannel',
  'BroadcastChannel',
  'postMessage',
  'addEventListener',
  'requestAnimationFrame',
  'cancelAnimationFrame',
  'requestIdleCallback',
  'Date',
  'performance',
  'setTimeout',
  'clearTimeout',
  'setInterval',
  'clearInterval',
  'setImmediate',
  'queueMicrotask',
  'console',
  'process',
  'require',
  'crypto',
  'alert',
]);

/** Members that are impure although what they hang on is not. */
export const impureMembers = new Set(['Math.random', 'Atomics.wait', 'Atomics.waitAsync', 'import.meta']);

/**
 * Things that one file alone does, by the class it makes: workers are made in one place, by the page, and never by a worker.
 * @type {Map<string, string>}
 */
export const madeOnlyIn = new Map([['Worker', 'hosts/make-worker.ts']]);

/**
 * Places where a rule gives way, each with its reason: `${path from src}: ${rule} ${name}`.
 * @type {Map<string, string>}
 */
export const exceptions = new Map([
  [
    'cli/png.ts: import ../../scripts/lib/chromium.mjs',
    'where a Chromium is found is known once, for tests and posters',
  ],
  [
    'figure/take-over.ts: import ',
    'the machine is a module beside the figure’s own script, wherever that was put',
  ],
  [
    'app/share/maker.ts: import ../../figure/poster/share-worker.ts?worker-chunk',
    'a worker of its own makes what goes into another page; the page has its address alone',
  ],
  [
    'app/parts/load-again.ts: import ',
    'the address of a part of our own that the browser has named in its error',
  ],
  [
    'app/program/entries.ts: import ../../../docs/semantics.md?raw',
    'the one account of what HAProxy does, for readers of the repository and of the page alike',
  ],
]);
