/**
 * The page's address holds the moment on screen: written when it stands still, once a second at most while it plays. A link
 * that is opened leads to its moment; what of it cannot be had is said.
 */
import type { Anchors } from '../../hosts/engine.ts';
import { type Decoded, decodeMoment, encodeMoment, fromHash, type Moment, toHash } from '../../link/index.ts';
import { programsFor } from '../../scenario/programs.ts';
import type { Source } from '../opening/contract.ts';
import { loaded } from '../session/loaded.ts';
import { FIRST_INSTEAD } from '../session/notices.ts';
import type { Session } from '../session/session.ts';
import { isOwn } from '../story/telling.ts';
import { callHere, fitAnchors, momentOf, nameHere } from './here.ts';
import { awaitedNotice, otherStateLine } from './notices.ts';

/** A moving moment is written down so often, ms: browsers slow down a page that changes its address more. */
const STANDING = 300;
const PLAYING = 1000;
/** And not in the way of the picture that a key has just asked for, ms. */
const DRAWN = 150;
/** A moment that has stood for so long is worth looking for its anchors, ms. */
const RESTED = 700;
/** How long copying waits for them, ms. */
const WAIT = 3000;

export interface AddressEnv {
  hash(): string;
  /** What stands in the address between path and hash, with its question mark; or ''. */
  query(): string;
  /** Puts another query and hash into the address, without a step in the browser's history. */
  replace(query: string, hash: string): void;
  /** Names the document after the moment that it shows; '' where that has no name. */
  title(name: string): void;
  /** Calls back when a person changed the hash part; returns how to stop. */
  onChange(cb: () => void): () => void;
  now(): number;
  /** Calls back after `ms`; returns how to give it up. */
  later(cb: () => void, ms: number): () => void;
}

export interface Address {
  /** Goes to the moment that the address holds. False when it holds none. */
  follow(): boolean;
  /** The moment on screen with all its anchors; null when no link can name it. Pauses. */
  moment(): Promise<Moment | null>;
  /** Its hash part. */
  link(): Promise<string | null>;
  /** Says so when a moment's choices lead to another state than the one it was saved at. */
  sayWhenElsewhere(moment: Moment): void;
  /** Looks for a link's words on its line again, once its moment stands there. */
  findAgain(words: string): void;
  /** Gives a link's moment its name again, once it stands there. */
  callAgain(name: string): void;
  close(): void;
}

export function keepAddress(session: Session, env: AddressEnv): Address {
  let anchors: Anchors | null = null;
  let written = '';
  let wroteAt = Number.NEGATIVE_INFINITY;
  let wasPlaying = false;
  let title = '';
  let giveUpWrite: (() => void) | null = null;
  let giveUpAsk: (() => void) | null = null;
  const waiting = new Set<() => void>();

  const playing = () => session.picture.getState().status.playing;

  /** In a story the address is the story's, as long as its line is what stands on the stage. */
  function storyQuery(): string | null {
    const { story, loading } = session.choices.getState();
    if (!story || loading || isOwn(story, session.picture.getState().travel)) return null;
    // What was made from an open capture is found by nobody else.
    if (story.tale.story.begin.from === 'open') return null;
    return `?story=${story.tale.story.name}&beat=${story.beat + 1}`;
  }

  function write(): void {
    giveUpWrite = null;
    const told = storyQuery();
    if (told !== null) {
      if (told !== env.query() || env.hash() !== '') env.replace(told, '');
      written = '';
      return;
    }
    const moment = momentOf(session, anchors);
    if (!moment) {
      // What is open now has no address: an older one would lead elsewhere.
      if (written && session.opened()?.scenario === null) {
        written = '';
        env.replace(env.query(), '');
      }
      return;
    }
    const hash = toHash(encodeMoment(moment));
    if (hash === written) return;
    written = hash;
    wroteAt = env.now();
    env.replace(withoutStory(env.query()), hash);
  }

  function changed(): void {
    const name = nameHere(session);
    if (name !== title) env.title(name);
    title = name;
    giveUpAsk?.();
    giveUpAsk = playing() ? null : env.later(ask, RESTED);
    // What was to be written while it played is written as soon as it stands: it may be copied at once.
    if (!playing() && wasPlaying) giveUpWrite?.();
    else if (giveUpWrite) return;
    const gap = playing() ? PLAYING : wasPlaying ? 0 : STANDING;
    const least = playing() || wasPlaying ? 0 : DRAWN;
    wasPlaying = playing();
    giveUpWrite = env.later(write, Math.max(least, wroteAt + gap - env.now()));
  }

  function ask(): void {
    giveUpAsk = null;
    if (!playing() && !fitAnchors(anchors, session.picture.getState())) session.askAnchors();
  }

  const stops = [
    session.picture.subscribe((now, before) => {
      if (now.travel !== before.travel || now.status.playing !== before.status.playing) changed();
    }),
    session.choices.subscribe((now, before) => {
      const parts = [
        'selected',
        'panel',
        'tab',
        'mode',
        'options',
        'loading',
        'story',
        'traceFilter',
        'find',
        'called',
      ] as const;
      if (parts.some((k) => now[k] !== before[k])) changed();
    }),
    session.onAnchors((a) => {
      anchors = a;
      for (const cb of waiting) cb();
      if (!giveUpWrite) giveUpWrite = env.later(write, 0);
    }),
    env.onChange(() => {
      if (env.hash() !== written && fromHash(env.hash()) !== null) void follow();
    }),
  ];

  // What was opened, or chosen, before this was here.
  if (session.opened()) changed();

  function follow(): boolean {
    const text = fromHash(env.hash());
    if (text === null) return false;
    written = env.hash();
    void openLink(session, decodeMoment(text));
    return true;
  }

  async function moment(): Promise<Moment | null> {
    if (playing()) session.pause();
    if (!fitAnchors(anchors, session.picture.getState())) {
      await new Promise<void>((resolve) => {
        const done = () => {
          waiting.delete(done);
          stop();
          resolve();
        };
        const stop = env.later(done, WAIT);
        waiting.add(done);
        session.askAnchors();
      });
    }
    return momentOf(session, anchors);
  }

  return {
    follow,
    moment,
    async link() {
      const m = await moment();
      return m && toHash(encodeMoment(m));
    },
    sayWhenElsewhere: (m) => sayWhenElsewhere(session, m),
    findAgain: (words) => whenDrawn(session, () => void findAgain(session, words)),
    callAgain(name) {
      const of = session.opened();
      whenDrawn(session, () => session.opened() === of && callHere(session, name));
    },
    close() {
      giveUpAsk?.();
      giveUpWrite?.();
      for (const stop of stops) stop();
    },
  };
}

/** A query without what names a story or a moment: the hash says where the page is now. */
function withoutStory(query: string): string {
  const q = new URLSearchParams(query);
  for (const name of ['story', 'beat', 'present', 'at']) q.delete(name);
  const text = q.toString().replace(/=(?=&|$)/g, '');
  return text ? `?${text}` : '';
}

/** Opens a link's moment; what could not be read or had is said, and the rest is shown. */
export async function openLink(session: Session, { moment, notes }: Decoded): Promise<void> {
  const said = [...notes];
  const { options } = moment;
  const { chooseRevision } = await loaded(
    session,
    'The program that the link asks for',
    () => programsFor(options),
    (m) => m,
  );
  const revision = chooseRevision(options);
  if (typeof revision === 'string') {
    said.push(`The program it asks for cannot be had here: ${revision}.`);
    const { without: _, mutations: __, ideas: ___, ...plain } = options;
    moment.options = { ...plain, revision: 'finalized' };
  }
  if (moment.scenario?.kind === 'capture') {
    session.set({ awaits: moment, notice: awaitedNotice(moment, said) });
    return;
  }
  const source = await sourceOf(session, moment, said);
  session.linkSaid.begin(said);
  const isIt = source === moment.scenario;
  if (await session.open(source, null, isIt ? moment : undefined)) {
    if (!isIt) session.linkSaid.begin([]);
    for (const line of said) session.linkSaid.add(line);
    if (isIt) sayWhenElsewhere(session, moment);
    if (isIt && moment.scenario?.kind === 'world') await sayWhenFoundEarlier(session, moment);
    return;
  }
  // It cannot be had; what was on the stage is still there, and where nothing was, the first sample is better than that.
  const { notice } = session.choices.getState();
  if (session.opened() || !notice) return;
  await session.open(firstOf(session), null);
  session.linkSaid.begin([...said, `${notice.heading} ${notice.detail}`.trim(), FIRST_INSTEAD]);
}

const firstOf = (session: Session): Source => ({ kind: 'sample', id: session.backend.samples[0]!.id });

/** What a link's moment begins with; the first sample where there is no such thing here, and that is said. */
async function sourceOf(session: Session, moment: Moment, said: string[]): Promise<Source> {
  const { scenario } = moment;
  if (!scenario || scenario.kind === 'capture') {
    said.push(FIRST_INSTEAD);
    return firstOf(session);
  }
  if (scenario.kind === 'sample') {
    if (session.backend.samples.some((s) => s.id === scenario.id)) return scenario;
    said.push(`There is no sample “${scenario.id}” here.`, FIRST_INSTEAD);
    return firstOf(session);
  }
  const museumWorld = await loaded(
    session,
    'The museum that the link leads to',
    () => import('../../scenario/museum/index.ts'),
    (m) => m.museumWorld,
    async () => {
      if (!session.opened()) await session.open(firstOf(session), null);
    },
  );
  const world = museumWorld(scenario.world);
  if (world) {
    // Links of before did not hold what a world's own settings say.
    Object.assign(moment.options, world.settings);
    return scenario;
  }
  said.push(`There is no world “${scenario.world}” in the museum.`, FIRST_INSTEAD);
  return firstOf(session);
}

/** A run that another edition found, and that breaks nothing here: searched again, it may. */
async function sayWhenFoundEarlier(session: Session, moment: Moment): Promise<void> {
  const { FOUND_EARLIER, foundEarlier, searchOf } = await loaded(
    session,
    'What compares found runs',
    () => import('../../link/found.ts'),
    (m) => ('foundEarlier' in m ? m : undefined),
  );
  const spec = searchOf(moment);
  if (!spec || !foundEarlier(moment, session.fingerprint())) return;
  session.linkSaid.add(FOUND_EARLIER, {
    label: 'Search again…',
    run: async () => {
      const explorerOf = await loaded(
        session,
        'The Explorer',
        () => import('../explorer/control.ts'),
        (m) => m.explorerOf,
      );
      session.set({ explorer: true, notice: null });
      explorerOf(session).searchFor(spec);
    },
  });
}

/** Looks for words on the whole line, as the box does. */
async function findAgain(session: Session, words: string): Promise<void> {
  const findMoments = await loaded(
    session,
    'What looks for moments',
    () => import('../find/moments.ts'),
    (m) => m.findMoments,
  );
  await findMoments(session, words);
}

/** Calls once the moment stands on screen. */
function whenDrawn(session: Session, then: () => void): void {
  const stop = session.picture.subscribe((p) => {
    if (p.hash === '' || p.status.playing) return;
    stop();
    then();
  });
}

/** Once the moment stands on screen, its state is compared with the one that was copied. */
function sayWhenElsewhere(session: Session, { playhead: { hash }, fingerprint }: Moment): void {
  // Another program's states have other words: that they differ says nothing, and that it is another has been said.
  if (!hash || (fingerprint && fingerprint !== session.fingerprint())) return;
  whenDrawn(session, () => {
    const p = session.picture.getState();
    if (p.hash !== hash) session.linkSaid.add(otherStateLine(p.travel.at, hash, p.hash));
  });
}
