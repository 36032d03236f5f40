/**
 * Which modules stand in one file because whoever loads one of them loads all: a few files pack better than many. A module that only
 * some part of the page needs must not be named here, or every visit loads it; `npm run weight` tells.
 */

/** Modules of a folder of src, by name without extension: those given, or all but those. */
const of = (folder: string, names: readonly string[]) => `${folder}/(?:${names.join('|')})\\.tsx?`;
const but = (folder: string, names: readonly string[]) =>
  `${folder}/(?!(?:${names.join('|')})\\.)[^/]+\\.tsx?`;
const src = (...modules: readonly string[]) => new RegExp(`/src/(?:${modules.join('|')})$`);

/** The program that the page begins with, the machine that runs it, and the rules it is held to. */
const world = src(
  'haproxy/(?:model|proc)/[^/]+\\.ts',
  but('haproxy/lib', ['mpring-write', 'socket', 'choice-apart', 'groups', 'joint', 'ran', 'closed']),
  but('haproxy/step', ['otherwise', 'trace-points', 'guarded']),
  of('haproxy', ['catalogue', 'finalized', 'line', 'bugs-by-rule']),
  of('haproxy/fixes', ['25174d51e', '5f8704152', '739de3f11', '1acbbca17']),
  but('memory', ['journaled', 'shared']),
  of('machine', [
    'machine',
    'network',
    'order',
    'orders',
    'apply',
    'timers',
    'time',
    'choice',
    'sink',
    'setup',
  ]),
  of('machine/rules', ['index', 'structure', 'waiting', 'view', 'refusal', 'sessions', 'moving', 'rule']),
  of('machine/recording', [
    'recording',
    'line',
    'keyframe',
    'player',
    'mark',
    'catcher',
    'events',
    'rest',
    'make',
  ]),
  of('scenario', ['data', 'lay-out', 'programs', 'make-when', 'closed']),
  of('quic', ['reason', 'header', 'version', 'varint', 'bytes']),
  of('hosts', ['pulse', 'port', 'lead', 'sharing']),
  of('door', ['notes', 'limits']),
);

/** What opens packets in a step. */
const opener = src(
  of('quic', ['keys', 'hkdf', 'aes', 'aes-ctr', 'aes-gcm', 'ghash', 'chacha', 'chacha-poly', 'poly1305']),
  of('quic', ['protect', 'workspace', 'slots', 'packet-number', 'parse-frame', 'frame-types', 'frame']),
  of('scenario', ['conn-keys', 'opener', 'opened-frame']),
);

/** What runs a figure, the page's or another page's, without a framework. */
const session = src(
  but('app/session', ['context', 'useMark', 'copy', 'still', 'AfterTheStage', 'follower']),
  of('app/opening', ['backend', 'defaults', 'contract']),
  of('app/first', ['prepared']),
  of('app/story', ['telling']),
  of('app/address', ['moments']),
  of('app/parts', ['load-again']),
  of('stories', ['cast', 'spot', 'names']),
  of('scenario', ['samples', 'packed', 'share']),
  of('hosts', ['pool', 'maker', 'make-worker']),
  of('report', ['reader', 'conns', 'sentence', 'threads', 'events', 'happenings', 'next', 'rules', 'moves']),
  of('report', ['inboxes', 'look', 'step-words', 'name']),
);

/** The stage, and what every view of the page stands on. */
const page = src(
  but('app/stage', ['ConnMenu', 'ThreadMenu', 'DgramMenu', 'DragLayer', 'outcome']),
  but('app/parts', ['Menu', 'Legend', 'DetailButton', 'Divider', 'Dividers', 'load-again']),
  of('app/session', ['context', 'useMark']),
  of('app/page', ['useMedia', 'useTakeOver', 'useFigure', 'App', 'mount']),
  of('app/top', ['PageButtons', 'PageName', 'ThemeButton']),
  of('app/commands', ['table', 'keys', 'keymap']),
  of('app/opening', ['first', 'DropZone']),
  of('app/program', ['reading']),
);

export const TOGETHER = [
  { name: 'world', test: world },
  { name: 'opener', test: opener },
  { name: 'hashes', test: /node_modules\/@noble\/hashes\// },
  // Without what writes markup: only a worker of Share does.
  { name: 'react', test: /node_modules\/(?:react\/|scheduler\/|react-dom\/(?!(?:cjs\/react-dom-)?server))/ },
  { name: 'session', test: session },
  { name: 'page', test: page },
];
