/** What an answer of a search covers and what it does not, in rows: the same on the page and in the terminal. */
import type { Scope } from '../scenario/museum/scope.ts';

/** What a search says of itself when it has ended. */
export interface EndedSearch {
  readonly verdict: 'violation' | 'safe' | 'unreached' | 'limit';
  readonly states: number;
  /** States that had each "sometimes" fact. */
  readonly facts: Readonly<Record<string, number>>;
  readonly mistaken: number;
  readonly cycles: 'found' | 'none' | 'not looked for';
  readonly changes: readonly {
    readonly of: string;
    readonly parts: readonly { readonly what: string; readonly times: number }[];
  }[];
}

export interface ScopeRow {
  readonly name: string;
  readonly text: string;
}

/** `count`: how a number is written. */
export function scopeRows(s: Scope, v: EndedSearch, count: (n: number) => string): ScopeRow[] {
  const rows: ScopeRow[] = [
    { name: 'Searched', text: `${boundsText(s)}.` },
    { name: 'Model', text: modelText(s) },
  ];
  if (v.changes.length > 0) rows.push({ name: 'Changed', text: v.changes.map(changeText).join(' ') });
  rows.push({ name: 'Rules off', text: offText(s) });
  if (s.spared.length > 0) rows.push({ name: 'Spared', text: sparedText(s) });
  rows.push({ name: 'Met', text: metText(v, count) });
  rows.push({ name: 'For ever', text: CYCLES[v.cycles] });
  rows.push({ name: 'Two for one', text: `${mistakenText(v.mistaken)}.` });
  if (v.verdict === 'safe') rows.push({ name: 'Next', text: nextText(s) });
  return rows;
}

const CYCLES = {
  found: 'A run that repeats itself was found.',
  none: 'No run goes on for ever while every thread that could step does.',
  'not looked for': 'Runs that go on for ever were not looked for.',
} as const;

const some = (n: number, one: string, many = `${one}s`): string =>
  n === 0 ? `no ${one}` : `${n} ${n === 1 ? one : many}`;

function boundsText({ bounds: b }: Scope): string {
  return [
    `${some(b.threads!, 'thread')}${b.threadGroups ? ' in two groups' : ''}, ${some(b.connections!, 'connection')}`,
    `${some(b.datagrams!, 'datagram')} to arrive`,
    `${some(b.rebinds!, 'rebind')} by hand`,
    `${some(b.timerFirings!, 'timer')} to run out while its thread sleeps`,
    `${some(b.allocationFailures!, 'allocation')} to fail`,
    ...(b.socketFailures
      ? [`${some(b.socketFailures, 'call on a socket', 'calls on sockets')} to fail`]
      : []),
  ].join(', ');
}

function modelText({ haproxy: { name, lacks }, because }: Scope): string {
  const without =
    lacks.length === 0
      ? ''
      : ` without ${some(lacks.length, 'commit')} that this model lacks: ${lacks.map((l) => `${l.id} (${l.what})`).join(', ')}`;
  return [`${name}${without}.`, because].filter(Boolean).join(' ');
}

function changeText({ of, parts }: EndedSearch['changes'][number]): string {
  const ran = parts.filter((p) => p.times > 0).length;
  if (parts.length === 0) return `${sentenceCase(of)}: no step differs.`;
  const what = some(parts.length, 'step or edge', 'steps and edges');
  return `${sentenceCase(of)}: ${what} ${parts.length === 1 ? 'differs' : 'differ'}, ${ran === 0 ? 'none' : ran} of them executed.`;
}

function offText({ rulesOff, chosenOff }: Scope): string {
  const known = rulesOff.map(({ rule, why }) => `${rule} (${why})`);
  const parts = [
    ...(known.length > 0
      ? [`not meant to hold in this revision, for the bugs it has: ${known.join(', ')}`]
      : []),
    ...(chosenOff.length > 0 ? [`switched off by hand: ${chosenOff.join(', ')}`] : []),
  ];
  return parts.length === 0 ? 'None.' : `${sentenceCase(parts.join('; '))}.`;
}

function sparedText({ spared, unspared }: Scope): string {
  const each = spared.map(({ rule, why }) => `${rule}: ${why}`).join(' ');
  return unspared ? `${each} Where nothing is spared, the shortest run breaks ${unspared}.` : each;
}

function metText({ facts }: EndedSearch, count: (n: number) => string): string {
  const met = Object.entries(facts).filter(([, n]) => n > 0);
  const not = Object.entries(facts).filter(([, n]) => n === 0);
  const yes = met.map(([name, n]) => `${count(n)} ${n === 1 ? 'state' : 'states'} with ${name}`).join(', ');
  const no = not.map(([name]) => name).join(', ');
  return `${yes || 'Nothing that this page counts'}.${no ? ` Never met: ${no}.` : ''}`;
}

const mistakenText = (chance: number): string =>
  `That two states were taken for one has a chance of at most ${chance.toExponential(0)}`;

function nextText({ bounds: b }: Scope): string {
  const more = [
    b.timerFirings === 0 ? 'a timer that runs out' : '',
    b.allocationFailures === 0 ? 'an allocation that fails' : '',
    b.datagrams === 0 ? 'a datagram that arrives' : '',
    `a thread more than ${b.threads}`,
  ].filter((t) => t !== '');
  return `What lies outside these bounds was not searched: ${more.join(', ')}. Nor was anything within a step, or weak memory beyond races.`;
}

const sentenceCase = (t: string): string => t.charAt(0).toUpperCase() + t.slice(1);
