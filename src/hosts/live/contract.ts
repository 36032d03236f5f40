/**
 * Live mode: what the page starts, what it orders, what it is told. Threads run at once, each in a worker of its own, over
 * one shared block. What changes all the time is not told in messages: the page reads it once a frame from shared memory,
 * through `LiveReading` (board.ts). `startLive` (start.ts) begins.
 */
import type { WorldOptions } from '../../machine/options.ts';
import type { WorldData } from '../../scenario/data.ts';
import type { Frozen } from '../../scenario/frozen.ts';
import type { Pulse } from '../pulse.ts';
import type { ImageParts } from './image.ts';
import type { LiveReading } from './reading.ts';

export type { Frozen, PastEvent } from '../../scenario/frozen.ts';

/** Where the datagrams come from. */
export type LiveSource =
  /** Clients of our own: they open connections, send and leave, as many as the settings say. */
  | { kind: 'clients' }
  /** A capture in a loop, each time with fresh client addresses and CIDs. `data` as `startEngine` takes it. */
  | { kind: 'capture'; data: WorldData };

/** What can be changed while it runs (order `set`). */
export interface LiveSettings {
  /** Connections to hold open, 0 to `LiveBegin.capacity`. For `clients` only. */
  connections: number;
  /** Datagrams a second; Infinity: as fast as they are taken, the socket's queue is kept filled. */
  datagramsPerSecond: number;
  /** Connections closed and opened anew a second (churn). For `clients` only. */
  churnPerSecond: number;
  /** Rebinds a second of the load generator's own. */
  rebindsPerSecond: number;
  /** Which connection those move, and where: any to any thread, or from the thread with most to the one with fewest. */
  rebindPolicy: 'random' | 'busiest';
}

export interface LiveBegin {
  /** `threads` 1 to 64. */
  options: WorldOptions;
  source: LiveSource;
  /** With opening: packets are really sealed and opened. Without: routing only, 1-RTT packets go to their owner unopened. */
  opening: boolean;
  /** Bytes of a client's datagram on an established connection, 50 to 1400. For `clients` only. */
  size: number;
  /** Most connections at once; pools are sized for it, 1 to 1 000 000. */
  capacity: number;
  settings: LiveSettings;
  /** Seed of keys, addresses and random choices. */
  seed: number;
  /** Goes on from the last image of a run that began in the same way, `age` ms older than that run had become. */
  from?: { image: ImageParts; age: number };
}

export type LiveOrder =
  /** All threads stop between two callbacks; then the rules are looked at and the datagrams counted. */
  | { kind: 'pause' }
  | { kind: 'resume' }
  /** No more datagrams; threads run until nothing is left to do; all rules, also those that hold at rest only. Ends the run. */
  | { kind: 'stop' }
  /** As `stop`, and then it goes on. */
  | { kind: 'settle' }
  | { kind: 'set'; settings: Partial<LiveSettings> }
  /** Moves a connection (number in the board's columns) by hand. */
  | { kind: 'rebind'; conn: number; tid: number }
  /** Ends a thread's worker, as a crash would. The run goes on from the last image, with a new worker. */
  | { kind: 'kill'; tid: number }
  /** Stops at a safe point and answers with that image (`onFrozen`); stays paused. */
  | { kind: 'freeze' };

export type LivePhase =
  | 'starting'
  | 'running'
  /** Asked to stop at a safe point; not all threads have answered yet. */
  | 'pausing'
  | 'paused'
  /** No more datagrams come; threads finish what they have. */
  | 'settling'
  /** A worker was lost: the last image is being put back. */
  | 'recovering'
  | 'stopped';

/** What was found when all threads stood still. */
export interface SafePoint {
  /** Time in the run, ms. */
  ms: number;
  /** Nothing was left to do: the rules that hold at rest only were looked at too. */
  atRest: boolean;
  /** Rules of the revision that were looked at, and those that were not and why. */
  rulesHeld: string[];
  rulesNotLookedAt: { rule: string; why: string }[];
  rulesBroken: { rule: string; text: string }[];
  balance: Balance;
}

/** Each datagram received has one end: received = handled + dropped + queued, or the run stops. */
export interface Balance {
  received: number;
  handled: number;
  dropped: number;
  /** By reason, those that are not 0. */
  reasons: { reason: string; count: number }[];
  /** Still queued: in a socket, an inbox, or a thread's hands. */
  queued: number;
  /** What does not add up; empty when all does. */
  wrong: string;
}

/** Shared memory of a run, bytes. What each worker needs for itself comes on top. */
export interface LiveMemory {
  /** The block, the store of datagrams, the board. */
  run: number;
  /** The image to go on from: a copy of all this. */
  image: number;
  /** Of the run's, what one place for a connection takes; and how many places there are, those of clients that have left among them. */
  connection: number;
  places: number;
}

export interface LiveStatus {
  phase: LivePhase;
  /** Said on screen at all times. */
  load: 'with opening' | 'routing only';
  /** Steps were compiled to WebAssembly; else they are closures in JavaScript. */
  compiled: boolean;
  /** What kept it from more, in a few words: 'the chosen rate', 'the threads', 'the load generator', 'the opening of connections, which comes first', 'the places for clients'. */
  ceiling: string;
  /** Datagrams a second handled over the last second, and the most in any second of this run. */
  handledPerSecond: number;
  mostPerSecond: number;
  settings: LiveSettings;
  memory: LiveMemory | null;
  safePoint: SafePoint | null;
  /** Time of the last image in the run, ms; -1 while there is none. */
  imageAt: number;
  /** Workers lost so far, newest last; `imageAge`: how old the image was that the run went on from, ms, -1 not yet. */
  lost: { tid: number; why: string; at: number; imageAge: number }[];
  /** Why it stopped: '' while it has not. */
  stopped: '' | 'asked' | 'rule' | 'balance' | 'bug' | 'failed';
  /** A sentence for the person; empty when there is nothing to say. */
  message: string;
  /** What happened on the way and was survived: the machine slept, a pool ran dry, no client was free. Newest last. */
  troubles: { at: number; text: string }[];
  /** From the start of the run to the first datagram handled, ms; -1 before. */
  firstHandledMs: number;
}

export interface Live {
  order(order: LiveOrder): void;
  /** Shared memory to read from, once the world is laid out; null before. */
  readonly reading: LiveReading | null;
  /** At once with the present status, then with each change and once a second; returns how to stop. */
  onStatus(cb: (status: LiveStatus) => void): () => void;
  onFrozen(cb: (frozen: Frozen) => void): () => void;
  /** An order that could not be carried out, and why. */
  onRefused(cb: (why: string) => void): () => void;
  /** Whether the supervisor lives. What it says is as old as its last sign. */
  onPulse(cb: (pulse: Pulse) => void): () => void;
  /** The last image that is whole, to begin another run from; null when there is none. */
  lastImage(): NonNullable<LiveBegin['from']> | null;
  /** Ends all workers at once. */
  close(): void;
}

export const LIVE_DEFAULTS: Omit<LiveBegin, 'options'> = {
  source: { kind: 'clients' },
  opening: true,
  size: 1200,
  capacity: 4000,
  seed: 1,
  settings: {
    connections: 1000,
    datagramsPerSecond: 10_000,
    churnPerSecond: 20,
    rebindsPerSecond: 5,
    rebindPolicy: 'random',
  },
};

/** A service worker of the page's own is to come, and was not there yet when it was loaded. */
function willIsolateItself(): boolean {
  const { top, self, navigator, location } = globalThis as Partial<Window & typeof globalThis>;
  const own = navigator?.serviceWorker;
  return own !== undefined && own.controller === null && top === self && location?.hostname !== 'localhost';
}

/** Why Live is off here and what turns it on; null where it is on. */
export function whyLiveIsOff(): { why: string; turnsOn: string } | null {
  if (typeof SharedArrayBuffer === 'function' && globalThis.crossOriginIsolated === true) return null;
  if (globalThis.isSecureContext === false)
    return {
      why: 'Live needs memory that workers share. Browsers give it on https and on localhost only.',
      turnsOn: 'Open this page over https or from localhost.',
    };
  if (globalThis.origin === 'null')
    return {
      why: 'Live needs memory that workers share. This frame is sandboxed, and has none.',
      turnsOn:
        'Open the full page, or serve the figure with Document-Isolation-Policy: isolate-and-require-corp, as npm start does.',
    };
  if (globalThis.crossOriginIsolated === true)
    return {
      why: 'Live needs memory that workers share. This browser does not offer it.',
      turnsOn: 'A current Chromium or Firefox does.',
    };
  const why = 'Live needs memory that workers share. This page was served without cross-origin isolation.';
  if (willIsolateItself()) return { why, turnsOn: 'Reload it: from the second visit on it isolates itself.' };
  return {
    why,
    turnsOn:
      'Serve it with Cross-Origin-Opener-Policy: same-origin and Cross-Origin-Embedder-Policy: require-corp, as npm start does. In a frame, Document-Isolation-Policy: isolate-and-require-corp.',
  };
}
