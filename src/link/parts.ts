/** The sections of a link, each read into the moment field by field: what comes before something wrong is kept. */

import { MOST_IDEA, MOST_IDEAS, NEWEST_IN_LINKS } from '../haproxy/kept.ts';
import type { Anchor } from '../machine/anchor.ts';
import { happens } from '../machine/choice.ts';
import type { WorldBounds } from '../scenario/explore.ts';
import { LinkProblem, type Reader } from './bytes.ts';
import { readOperands } from './choices.ts';
import { BOUNDS, SECTION } from './format.ts';
import type { LinkDeparture, Moment } from './moment.ts';
import { readTrace, wholeTrace } from './trace.ts';

export interface Reading {
  moment: Moment;
  /** Names of steps, by number. */
  steps: { proc: string; label: string }[];
}

type Part = (r: Reader, to: Reading) => void;

/** Most choices, fixes and positions that a link may hold. */
export const MOST_CHOICES = 50_000;
const MOST_SWITCHES = 100;
/** An IPv6 address that holds an IPv4 one, in brackets, and a port. */
const LONGEST_SERVER = 60;
export const MOST_HAPPENINGS = 1e10;

export const PARTS: Readonly<Record<(typeof SECTION)[keyof typeof SECTION], Part>> = {
  [SECTION.scenario]: scenario,
  [SECTION.options]: options,
  [SECTION.program]: (r, to) => {
    to.moment.fingerprint = hex(r.bytes(4));
  },
  [SECTION.strings]: (r, to) => {
    while (r.left > 0) to.steps.push({ proc: r.text(), label: r.text() });
  },
  [SECTION.schedule]: schedule,
  [SECTION.time]: time,
  [SECTION.view]: view,
  [SECTION.trace]: (r, { moment }) => {
    moment.view.trace = wholeTrace();
    readTrace(r, moment.view.trace);
  },
  [SECTION.find]: (r, { moment }) => {
    const words = r.text();
    if (words) moment.view.find = words;
  },
  [SECTION.name]: (r, { moment }) => {
    const name = r.text().trim();
    if (name) moment.name = name;
  },
};

function scenario(r: Reader, { moment }: Reading): void {
  const kind = r.byte();
  if (kind === 1) moment.scenario = { kind: 'sample', id: r.text() };
  else if (kind === 2) {
    const world = r.text();
    const fixed = r.byte() === 1;
    const bounds: WorldBounds = {};
    moment.scenario = { kind: 'world', world, fixed, bounds };
    while (r.left > 0) {
      const name = BOUNDS[r.byte()];
      const v = r.num();
      if (!name) throw new LinkProblem('it holds a bound of an unknown kind');
      bounds[name] = v;
    }
  } else if (kind === 3) {
    const sha256 = hex(r.bytes(32));
    const withKeys = r.byte() === 1;
    moment.scenario = { kind: 'capture', sha256, withKeys, name: r.text() };
    const server = r.left > 0 ? r.text(LONGEST_SERVER) : '';
    if (/^[0-9a-f.:[\]]+:\d+$/.test(server)) moment.scenario.server = server;
    else if (server) throw new LinkProblem('it names a server that is none');
  } else throw new LinkProblem('it is of an unknown kind');
}

/** A number from `low` to `high`, or a note that names it while the rest is read on. */
function options(r: Reader, { moment: { options: o } }: Reading): void {
  const wrong: string[] = [];
  const threads = r.num();
  if (threads >= 1 && threads <= 64) o.threads = threads;
  else wrong.push(`${threads} threads`);
  o.revision = revisionOf(r.text());
  const bits = r.byte();
  o.socketOwner = bits & 1 ? 'connection' : 'listener';
  o.withholdPostHandshake = (bits & 2) !== 0;
  if (bits & 4) o.rejects = true;
  if (bits & 8) o.muxStays = true;
  if (bits & 16) o.earlyData = true;
  if (bits & 32) o.ownFdTables = true;
  if (bits >> 6) o.maxconn = bits >> 6;
  const [without, mutations] = [list(r, MOST_SWITCHES, 40), list(r, MOST_SWITCHES, 40)];
  if (without.length > 0) o.without = without;
  if (mutations.length > 0) o.mutations = mutations;
  const ring = r.num();
  if (ring >= 2 && ring <= 1023) o.ringSize = ring;
  else if (ring !== 0) wrong.push(`a ring of ${ring}`);
  const batch = r.num();
  if (batch >= 1 && batch <= 200) o.maxPollEvents = batch;
  else if (batch !== 0) wrong.push(`a batch of ${batch}`);
  const ideas = r.left > 0 ? list(r, MOST_IDEAS, MOST_IDEA) : [];
  if (ideas.length > 0) o.ideas = ideas;
  const records = r.left > 0 ? r.num() : 0;
  if (records >= 1 && records <= 4) o.inboxRecords = records;
  else if (records !== 0) wrong.push(`a byte ring for ${records} records`);
  const groups = r.left > 0 ? r.num() : 0;
  if (groups === 2 && o.threads > 1) o.threadGroups = 2;
  else if (groups !== 0) wrong.push(`${groups} thread groups`);
  const depth = r.left > 0 ? r.num() : 0;
  if (depth >= 1 && depth <= 200) o.runqueueDepth = depth;
  else if (depth !== 0) wrong.push(`rounds of ${depth} calls`);
  if (wrong.length > 0) throw new LinkProblem(`there can't be ${wrong.join(', ')}`);
}

/** A revision as a link names it. */
export const revisionOf = (name: string): string => (name === 'newest' ? NEWEST_IN_LINKS : name);

function list(r: Reader, most: number, length: number): string[] {
  const n = r.num();
  if (n > most) throw new LinkProblem('it holds too many switches');
  return Array.from({ length: n }, () => r.text(length));
}

function schedule(r: Reader, to: Reading): void {
  const { departures } = to.moment;
  let before = 0;
  while (r.left > 0) {
    if (departures.length >= MOST_CHOICES) throw new LinkProblem('it holds too many choices');
    const head = r.byte();
    const at = before + r.num();
    if (at > MOST_HAPPENINGS) throw new LinkProblem('it holds a position that is too large');
    const choice = readOperands(r, head & 0x3f);
    const d: LinkDeparture = { at, choice };
    if (head & 0x40) d.anchor = anchor(r, to);
    departures.push(d);
    before = at + (happens(choice) ? 1 : 0);
    // What is read stays whole if the next choice is not: the line is at least as long.
    to.moment.end = Math.max(to.moment.end, before);
  }
}

function time(r: Reader, to: Reading): void {
  const { moment } = to;
  const end = r.num();
  if (end > MOST_HAPPENINGS) throw new LinkProblem('it holds a position that is too large');
  moment.end = Math.max(moment.end, end);
  const at = r.num();
  moment.playhead.at = Math.min(at, moment.end);
  const here = moment.departures.filter((d) => d.at === at && !happens(d.choice)).length;
  moment.playhead.undone = Math.min(r.num(), here);
  const has = r.byte();
  if (has & 2) moment.playhead.hash = hex(r.bytes(8));
  if (has & 1) moment.playhead.anchor = anchor(r, to);
}

function anchor(r: Reader, { steps }: Reading): Anchor {
  const what = r.num();
  if (what % 2 === 1) return { kind: 'arrival', dgram: (what - 1) / 2 };
  const [tid, nth] = [r.num(), r.num()];
  const s = steps[what / 2];
  if (!s || tid > 63) throw new LinkProblem('it holds an anchor that names no step');
  return { kind: 'step', tid, proc: s.proc, label: s.label, nth };
}

function view(r: Reader, { moment }: Reading): void {
  const v = moment.view;
  const selected = r.num() - 1;
  if (selected < 1e6) v.selected = selected;
  v.panel = r.text(20);
  v.tab = r.text(20);
  v.mode = r.byte() === 1 ? 'live' : 'step';
}

const hex = (b: Uint8Array): string => [...b].map((v) => v.toString(16).padStart(2, '0')).join('');
