/** What Live remembers: wishes for the next run, what the pool said last, and facts for the words on screen. */
import { createStore } from 'zustand/vanilla';
import { LIVE_DEFAULTS, type LiveSettings, type LiveStatus } from '../../hosts/live/contract.ts';
import type { Pulse } from '../../hosts/pulse.ts';
import type { WorldOptions } from '../../machine/options.ts';
import type { Pair } from './arcs.ts';
import type { Work } from './cores.ts';
import type { Columns } from './geometry.ts';
import type { Rates } from './history.ts';

/** Chosen before a run; a change begins again. */
export interface Wishes {
  /** 1 to 64. */
  workers: number;
  revision: string;
  /** What a person has changed of it. */
  changes: Pick<WorldOptions, 'without' | 'mutations' | 'ideas'>;
  socketOwner: 'listener' | 'connection';
  source: 'clients' | 'capture';
  opening: boolean;
  /** Bytes of a client's datagram, 50 to 1400. */
  size: number;
}

/** What is written in words and numbers, renewed twice a second. */
export interface Facts {
  threads: number;
  /** Time of the run, ms. */
  ms: number;
  connections: number[];
  /** Clients that are there; the server remembers those that left for a while. */
  clients: number;
  /** One of the board's STATE, by thread. */
  state: number[];
  /** Seconds since a thread's last sign of life, by thread; 0 where that is not long. */
  ages: number[];
  rates: Rates;
  pairs: Pair[];
  /** Moves of the last 10 s away from each thread. */
  left: number[];
  /** Since the start, over all threads. */
  totals: { received: number; handled: number; redispatched: number; accepted: number };
  /** Over the last 10 s, for what is said of cores. */
  work: Work;
  /** Over the last 10 s. */
  recent: { handled: number; redispatched: number; moves: number; crossed: number };
}

/** Where the columns stand in the view, CSS px. */
export interface Place {
  width: number;
  columns: Columns;
  /** The ground line, from the top of the skyline. */
  ground: number;
  /** How many connections one mark stands for. */
  unit: number;
  /** Where the darker steps begin, datagrams a second. */
  heatFrom: readonly [number, number, number];
}

export interface LiveState {
  wishes: Wishes;
  settings: LiveSettings;
  off: { why: string; turnsOn: string } | null;
  status: LiveStatus | null;
  facts: Facts | null;
  place: Place | null;
  /** Place of the picked connection, or -1. */
  pick: number;
  /** Thread whose numbers stand out, or -1 for the most crowded. */
  thread: number;
  menu: { x: number; y: number } | null;
  drag: { conn: number; x: number; y: number; over: number } | null;
  /** Said above the columns until closed. */
  notice: { heading: string; detail: string } | null;
  /** What is known of the supervisor, where nothing has been heard of it for long; null while it lives. */
  pulse: Pulse | null;
  /** How many losses of workers the person has put away. */
  lossesSeen: number;
  /** How long the tab was hidden since the start, as a sentence; empty when it never was. */
  unseen: string;
}

export function createLiveStore(off: LiveState['off'], wishes: Wishes) {
  return createStore<LiveState>(() => ({
    wishes,
    settings: LIVE_DEFAULTS.settings,
    off,
    status: null,
    facts: null,
    place: null,
    pick: -1,
    thread: -1,
    menu: null,
    drag: null,
    notice: null,
    pulse: null,
    lossesSeen: 0,
    unseen: '',
  }));
}
