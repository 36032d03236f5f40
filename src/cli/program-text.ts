/** A procedure of a program as text for a person. */
import type { Revision } from '../haproxy/revisions.ts';
import { SEED_BODY } from '../haproxy/step/patch.ts';
import type { DifferenceRow, EdgeChange } from '../report/difference.ts';
import { BACK, edgeWords, type ListedStep, type Listing } from '../report/listing.ts';
import type { Piece } from './source/bodies.ts';

/** A revision, and what was changed of it, in words. */
export interface Made {
  readonly revision: Revision;
  readonly changes: readonly string[];
}

interface Widths {
  readonly label: number;
  readonly at: number;
  readonly number: number;
}

const most = (texts: readonly string[]): number => Math.max(0, ...texts.map((t) => t.length));

const widthsOf = (steps: readonly ListedStep[]): Widths => ({
  label: most(steps.map((s) => s.label)),
  at: most(steps.map(placeText)),
  number: most(steps.map(numberText)),
});

const numberText = ({ ref }: ListedStep): string => ref || 'ours';

const placeText = ({ place }: ListedStep): string =>
  place.near ? `? (${place.near.at} in ${place.near.source})` : place.at;

/** Which function of which revision it is, what was changed, and in which state of the source the places are. */
const head = (name: string, steps: number, { revision, changes }: Made, source: string): string[] => [
  `${name}, ${steps} ${steps === 1 ? 'step' : 'steps'}`,
  `revision ${revision.id}: ${revision.title}`,
  ...changes.map((c) => `changed: ${c}`),
  source
    ? `places as in ${source}`
    : 'places: the lines of this revision are not known; where they are nearest known is named',
];

function stepLines(s: ListedStep, w: Widths): string[] {
  const lead = `${s.label.padEnd(w.label)}  ${placeText(s).padEnd(w.at)}  ${numberText(s).padEnd(w.number)}  `;
  const indent = ' '.repeat(lead.length);
  const by = s.wrote === SEED_BODY ? '' : `  [${s.wrote}]`;
  const more = [
    ...s.roles.map((r) => `role ${r.name}${r.locals.length > 0 ? ` (${r.locals.join(', ')})` : ''}`),
    ...s.edges.map(edgeWords),
    ...(s.falls ? [] : ['never goes on to the next']),
  ];
  return [`${lead}${s.text}${by}`, ...more.map((m) => indent + m)];
}

/** The listing: each step with its place, its number in docs/semantics.md, its sentence; beneath, roles and edges. */
export function listingText({ name, steps }: Listing, made: Made, source: string): string {
  const w = widthsOf(steps);
  return [...head(name, steps.length, made, source), '', ...steps.flatMap((s) => stepLines(s, w))].join('\n');
}

/** The same, each step followed by its body, and at the end the functions that the bodies call. */
export function sourceText(
  { name, steps }: Listing,
  made: Made,
  source: string,
  bodies: readonly Piece[],
  called: readonly Piece[],
): string {
  const w = { label: 0, at: 0, number: 0 };
  const lines = [...head(name, steps.length, made, source), ''];
  steps.forEach((s, i) => {
    lines.push(...stepLines(s, w), ...pieceLines(bodies[i]!), '');
  });
  if (called.length > 0) lines.push('Functions that these bodies call', '');
  for (const c of called) lines.push(c.name, ...pieceLines(c), '');
  return lines.join('\n').trimEnd();
}

const pieceLines = (p: Piece): string[] => [
  `    ${p.at}`,
  ...p.text.split('\n').map((l) => `    ${l}`.trimEnd()),
];

const madeText = ({ revision, changes }: Made): string => [revision.id, ...changes].join(', ');

const MARKS = { same: '  ', added: '+ ', removed: '- ', changed: '~ ', moved: '> ', edges: '* ' } as const;

const to = (label: string): string => (label === BACK ? 'back to the caller' : label);

const edgeText = ({ edge, from, to: now }: EdgeChange): string => {
  if (from === '') return `${edge}: new, to ${to(now)}`;
  return now === '' ? `${edge}: gone, led to ${to(from)}` : `${edge}: ${to(from)} before, now ${to(now)}`;
};

/** What differs: every step, with a mark before those that do. */
export function differenceText(
  rows: readonly DifferenceRow[],
  name: string,
  before: Made,
  after: Made,
): string {
  const label = most(rows.map((r) => r.step.label));
  const lines = rows.flatMap(({ kind, step, was, edges, elsewhere }) => {
    const by = step.wrote === SEED_BODY ? '' : `  [${step.wrote}]`;
    const indent = ' '.repeat(label + 4);
    return [
      `${MARKS[kind]}${step.label.padEnd(label)}  ${step.text}${by}`,
      ...(was ? [`${indent}was ${was.label}: ${was.text}`] : []),
      ...(elsewhere === undefined ? [] : [`${indent}${kind === 'added' ? 'from' : 'now in'} ${elsewhere}`]),
      ...edges.map((e) => indent + edgeText(e)),
    ];
  });
  const n = (kind: DifferenceRow['kind']): number => rows.filter((r) => r.kind === kind).length;
  const counts = (
    [
      ['added', '+'],
      ['removed', '-'],
      ['changed', '~'],
      ['moved', '>'],
      ['edges', '*'],
    ] as const
  ).map(([kind, mark]) => `${mark} ${n(kind)} ${kind === 'edges' ? 'with other edges' : kind}`);
  const heads = [name, `from ${madeText(before)}`, `to   ${madeText(after)}`];
  return [...heads, '', ...lines, '', counts.join(', ')].join('\n');
}
