/**
 * Two stores of one figure. `Choices` is what the person chose; `Picture` is what was read from the last frame.
 * Neither holds the world.
 */
import { createStore } from 'zustand/vanilla';
import type { EngineStatus, Mark, WorldOptions } from '../../hosts/engine.ts';
import type { Moment } from '../../link/index.ts';
import type { Departure } from '../../machine/schedule.ts';
import type { Stage as PacketStage } from '../../report/packet/look.ts';
import type { Sentence, StageView, TraceLine } from '../../report/view.ts';
import type { Panel } from '../address/panel-ids.ts';
import type { Finding } from '../find/types.ts';
import type { Progress, Source } from '../opening/contract.ts';
import type { Reading } from '../program/reading.ts';
import type { Telling } from '../story/telling.ts';
import { EVERYTHING, NO_FOLDS, type TraceFilter, type TraceFolds } from '../trace/everything.ts';
import type { MenuState } from './menu.ts';
import type { Trunk } from './trunks.ts';

export type Theme = 'system' | 'light' | 'dark';
export type Detail = 'simple' | 'full';
/** Step: one true order, step by step. Live: threads that run at once. */
export type Mode = 'step' | 'live';
/** Tab of the bottom panel; see bottom/panels.ts. */
export type { Panel } from '../address/panel-ids.ts';

/** Something said to the person above the stage. The stage stays as it was. */
export interface Notice {
  tone: 'plain' | 'refused' | 'error' | 'violation' | 'lost';
  heading: string;
  detail: string;
  action: { label: string; command: string } | null;
  /** Further ways on, that are no command of their own. */
  ways?: readonly { label: string; run(): void }[];
  /** What it is about, where it goes by itself when that is no longer so. */
  about?: 'life' | 'lost';
}

export interface Loading {
  name: string;
  progress: Progress | null;
  /** It has been read, and its moment is being run to. */
  onTheWay?: boolean;
}

export interface DragState {
  conn: number;
  /** Stage units. */
  x: number;
  y: number;
  /** Lane under the pointer, or -1. */
  over: number;
}

/** What somebody called a moment, and which: the name goes where another stands on the stage. */
export interface Called extends Pick<Travel, 'line' | 'at' | 'undone'> {
  name: string;
}

export interface Choices {
  /** The page opens something by itself, and what stands there came with the page. */
  opening: boolean;
  mode: Mode;
  source: Source;
  sourceName: string;
  keysName: string;
  notes: string[];
  /** Observed in Live before this world began. */
  past: readonly TraceLine[];
  keys: 'all' | 'some' | 'none';
  options: WorldOptions;
  gate: boolean;
  failNext: boolean;
  acceptTarget: number;
  /** Capture index of the selected connection, or -1. */
  selected: number;
  tab: 'connection' | 'packet' | 'program';
  /** Datagram that the Packet tab shows, by its number in the store (from 1); 0 none. */
  dgram: number;
  /** Its bytes are shown so; null: as far as its owner has opened it. */
  packetStage: PacketStage | null;
  /** Frames are shown before their owner has opened them. */
  openAhead: boolean;
  /** All frames of a packet, however many. */
  allFrames: boolean;
  /** The tab is to take the focus when it is there. */
  packetFocus: boolean;
  /** Procedure that the Program tab shows, by its key; empty: the rebind of the selected connection. */
  procedure: string;
  /** Revision that it is compared with; empty: with none. */
  against: string;
  panel: Panel;
  /** What the panel of HAProxy’s own commands shows. */
  command: 'quic' | 'fd' | 'threads' | 'activity';
  /** Thread that the Thread panel looks into. */
  room: number;
  /** What the Capture panel lists. */
  captureList: 'connections' | 'unread';
  /** Client datagrams of the capture that are not replayed. */
  unread: number;
  /** The Explorer stands in place of the stage. */
  explorer: boolean;
  /** Zoom of the timeline: place in its list of scales. */
  zoom: number;
  drawer: boolean;
  /** Steps a second; 'events': paced by what happens. */
  speed: number | 'events';
  theme: Theme;
  detail: Detail;
  singleKeys: boolean;
  /** Panels as the person made them, px; 0 as the layout has them. */
  sizes: { inspector: number; bottom: number };
  menu: MenuState | null;
  drag: DragState | null;
  dialog: '' | 'open' | 'help' | 'share' | 'reading' | 'stories' | 'export';
  /** What the dialog shows to be read: the last one, and what it was come to from. */
  reading: readonly Reading[];
  conditions: boolean;
  notice: Notice | null;
  loading: Loading | null;
  /** The moment that has a name, given in a link or in Share. */
  called: Called | null;
  /** A link's moment whose capture the person has to give. */
  awaits: Moment | null;
  /** The story that is told in place of the panels. */
  story: Telling | null;
  /** One that was left, to be gone on with until another world is opened. */
  leftStory: Telling | null;
  /** Large, for a room: stage, sentence and beat alone. */
  presenting: boolean;
  /** While presenting: nothing is shown, so that the room looks at whoever speaks. */
  black: boolean;
  /** Connection (capture index) that is followed: everything else steps back; -1 none. */
  follow: number;
  /** Which lines of the trace are shown. */
  traceFilter: TraceFilter;
  traceFolds: TraceFolds;
  /** What is looked for, and what was found of it in time; null while nothing is. */
  find: Finding | null;
  /** What was typed for the box that is open, before it was there; null: it is shut. */
  finding: string | null;
  /** First entry of the CID table in view. */
  tableFrom: number;
}

/** Where in the recorded line this picture stands, and what is around it. */
export interface Travel {
  /** Happenings before this moment. */
  at: number;
  /** Happenings recorded on this line. */
  end: number;
  /** Number of the line; another after a branch. */
  line: number;
  /** Choices made here that were taken back. */
  undone: number;
  /** The old future, and where it parts from this line. */
  kept: { from: number; end: number } | null;
  /** Every choice of the line. */
  departures: readonly Departure[];
  /** In order of `at`; grows while `line` stays the same. */
  marks: readonly Mark[];
}

/** Who broke what, at the very moment that is shown. */
export interface Blame {
  tid: number;
  /** Connection touched by a thread that does not own it, -1 none. */
  touched: number;
}

export interface Picture {
  stage: StageView | null;
  status: EngineStatus;
  travel: Travel;
  /** Null while no rule breaks at this moment. */
  blame: Blame | null;
  sentence: Sentence;
  /** Lines of the trace that have been read. */
  lines: number;
  trunks: Trunk[];
  /** Empty while playing. */
  hash: string;
  /** Whether the change from the picture before may travel. */
  motion: boolean;
  /** Seconds since the last sign of life of what the picture shows, where that is long; else 0. */
  age: number;
}

export const noStatus: EngineStatus = {
  sharing: 'shared',
  playing: false,
  lost: [],
  silent: [],
  stopped: '',
  message: '',
  resting: false,
};

export function emptyPicture(): Picture {
  return {
    stage: null,
    status: noStatus,
    travel: { at: 0, end: 0, line: 0, undone: 0, kept: null, departures: [], marks: [] },
    blame: null,
    sentence: { conn: null, lead: '', rest: '' },
    lines: 0,
    trunks: [],
    hash: '',
    motion: false,
    age: 0,
  };
}

export function createChoices(first: Partial<Choices>) {
  return createStore<Choices>(() => ({
    opening: false,
    mode: 'step',
    source: { kind: 'sample', id: '' },
    sourceName: '',
    keysName: '',
    notes: [],
    past: [],
    keys: 'all',
    options: { threads: 4, revision: 'finalized', socketOwner: 'listener', withholdPostHandshake: true },
    gate: true,
    failNext: false,
    acceptTarget: -1,
    selected: -1,
    tab: 'program',
    dgram: 0,
    packetStage: null,
    openAhead: false,
    allFrames: false,
    packetFocus: false,
    procedure: '',
    against: '',
    panel: 'timeline',
    command: 'quic',
    room: 0,
    captureList: 'connections',
    unread: 0,
    explorer: false,
    zoom: 2,
    drawer: false,
    speed: 'events',
    theme: 'system',
    detail: 'full',
    singleKeys: true,
    sizes: { inspector: 0, bottom: 0 },
    menu: null,
    drag: null,
    dialog: '',
    reading: [],
    conditions: false,
    notice: null,
    loading: null,
    called: null,
    awaits: null,
    story: null,
    leftStory: null,
    presenting: false,
    black: false,
    follow: -1,
    traceFilter: EVERYTHING,
    traceFolds: NO_FOLDS,
    find: null,
    finding: null,
    tableFrom: 0,
    ...first,
  }));
}

/** `first`: what it begins with. A picture drawn without a page shows that and nothing later. */
export function createPicture(first: Partial<Picture> = {}) {
  return createStore<Picture>(() => ({ ...emptyPicture(), ...first }));
}

export type ChoiceStore = ReturnType<typeof createChoices>;
export type PictureStore = ReturnType<typeof createPicture>;
