/**
 * What a picture of one moment consists of. `WorldReader` (reader.ts) fills it from the block; views draw it and never look
 * at the block themselves. One StageView = one state between two atomic steps.
 */
import type { ProcRole } from '../haproxy/step/roles.ts';

/** A connection as named on screen. `letter` is A, B, … Z, AA; `hue` 0..5 repeats with `pattern` 0 plain, 1 stripe, 2 ring. */
export interface ConnName {
  letter: string;
  hue: number;
  pattern: number;
}

export interface Clock {
  /** Whole virtual milliseconds since the first datagram. */
  ms: number;
  /** Nanoseconds within the millisecond, 0..999999. */
  ns: number;
}

export interface DgramView {
  /** Place in the datagram store, from 1: no two have the same. */
  id: number;
  /** Number on screen: its place among the client's datagrams of the capture, from 1; a duplicate has a stroke, "41′". */
  no: string;
  conn: ConnName | null;
  bytes: number;
  /** "Initial", "Handshake + 1-RTT", … first bytes as far as the header tells. */
  label: string;
  /** How many times it has been redispatched so far. */
  redispatches: number;
  /** Thread that owns the connection by its CID entry now, or -1 when no entry matches. */
  ownerTid: number;
}

export type ThreadState = 'running' | 'asleep' | 'held' | 'stopped' | 'lost';

export interface QueueItem {
  kind: 'task' | 'tasklet';
  /** io, dghdlr, accept, ring, idle, loss, hand */
  name: string;
  conn: ConnName | null;
}

export interface ThreadView {
  tid: number;
  /** "group 2" where there are two; else empty. */
  group: string;
  state: ThreadState;
  /** "Redispatching", "Dispatching", "Rebinding A", "Polling", … */
  verb: string;
  /** HAProxy's function name as the reader will look for it. */
  fn: string;
  /** Label of the step the thread takes next (S8, …) and its sentence. */
  step: { label: string; ref: string; text: string } | null;
  /** Call stack, outermost first: function names. */
  stack: string[];
  /** Roles of the procedures that it is in. */
  roles: readonly ProcRole[];
  held: boolean;
  /** True for the thread that "Step" would run. */
  next: boolean;
  enabled: boolean;
  clock: Clock;
  runQueue: QueueItem[];
  /** Waiting in quic_dghdlrs[tid], head first. */
  inbox: DgramView[];
  /** The datagram in its hands (popped or just read), if any. */
  hand: DgramView | null;
  /** Set while the step in progress passes a datagram on. */
  redispatching: { dgram: DgramView; to: number } | null;
  /** Connections in its accept ring that it has not taken out yet; `full` when no place is left for another. */
  ring: { waiting: number; full: boolean };
  /** Counters since the start. */
  handled: number;
  redispatched: number;
  /** Why it sleeps: "until A's idle timer, 29.9 s" or "until something arrives". */
  sleepReason: string;
}

export interface TimerView {
  armed: boolean;
  /** Milliseconds left = expire word less the owner's clock (the world's while the owner sleeps); negative when overdue. */
  leftMs: number;
  /** Share left of the span it was armed for, 0..1, for the ring. */
  share: number;
  /** False when the task exists but is in no thread's timer tree or run queue (nothing will fire). */
  queued: boolean;
}

export interface ConnView {
  index: number;
  name: ConnName;
  /** Address of the quic_conn in the block as HAProxy would print a pointer. */
  pointer: string;
  client: string;
  /** `tid` of its CID entry: the owner. */
  owner: number;
  /** Thread whose quic_conns list holds it, or -1. */
  listTid: number;
  closing: boolean;
  draining: boolean;
  inClosingList: boolean;
  state: string;
  mux: 'null' | 'ready' | 'released';
  /** ACCEPT_REGISTERED and struct connection state in words. */
  accepted: 'no' | 'waiting' | 'in ring' | 'yes';
  flags: number;
  flagNames: string[];
  idle: TimerView;
  loss: TimerView;
  ackDelay: TimerView;
  io: { queued: boolean; tid: number; process: string };
  fd: { number: number; thread: number; active: boolean; polledBy: number[]; waiting: number } | null;
  cids: { seq: number; cid: string; tid: number; inTree: boolean }[];
  odcid: string;
  dcid: string;
  /** Being rebound at this moment: from, to, and which program step is next. */
  rebind: {
    from: number;
    to: number;
    /** Everything is ready, and the old thread owns it until the commit (from 95f624540 on). */
    prepared: boolean;
    committed: boolean;
    finalized: boolean;
    trigger: 'accept' | 'hand';
  } | null;
  /** A close by hand has been ordered and not begun. */
  closeOrdered: boolean;
  /** Thread it last left, while datagrams stay behind, the move is unfinished, or it has just ended; -1 none. */
  ghostTid: number;
  /** Late datagrams: in inboxes of threads that do not own it, or taken from there and not passed on yet. */
  late: number;
  rxWaiting: number;
  /** Alive, but nothing will ever run it again: no timer, no wake-up, its socket not polled or nothing more to come. */
  frozen: boolean;
  counters: {
    datagrams: number;
    packets: number;
    rxBytes: number;
    inFlightPackets: number;
    rttMs: number;
    ptoCount: number;
  };
  /** Why a rebind by hand would be refused now; empty string when it would be accepted. */
  rebindRefusal: string;
  /** Why a close by hand would be refused now; empty string when it would be accepted. */
  closeRefusal: string;
}

export interface CidView {
  cid: string;
  conn: ConnName | null;
  connIndex: number;
  seq: number;
  tid: number;
  /** Previous tid while the move is still fresh (same span as ghostTid), else -1. */
  oldTid: number;
  lock: '' | 'read' | 'write';
}

export interface ClientView {
  addr: string;
  conn: ConnName;
  connIndex: number;
  sent: number;
  total: number;
}

export interface FlightView {
  dgram: DgramView;
  clientAddr: string;
  /** Capture's connection that it belongs to, -1 none. */
  connIndex: number;
  toServer: boolean;
  /** 0 just left … 1 arriving, from virtual time. */
  progress: number;
  /** The network keeps it back until somebody delivers it. */
  keptBack: boolean;
}

export interface SocketView {
  /** "listener" or the connection's fd. */
  kind: 'listener' | 'connection';
  fd: number;
  conn: ConnName | null;
  /** The first of them, at most `SOCKET_SHOWN`. */
  waiting: DgramView[];
  /** How many wait in all. */
  count: number;
  addr: string;
}

/** What the Step button will do. */
export interface NextView {
  kind: 'step' | 'deliver' | 'expire' | 'none';
  tid: number;
  text: string;
}

export interface FatalView {
  text: string;
  where: string;
  /** An assertion of HAProxy's, a segmentation fault, or the use of a freed object: what comes of that is not determined. */
  kind: 'assertion' | 'crash' | 'freed';
  tid: number;
  fn: string;
}

export interface RuleView {
  /** Its number; `machine/rules/sentences.ts` has its words. */
  id: string;
  state: 'holds' | 'broken' | 'off';
  /** For `off`: the historical bug that breaks it in this revision. For `broken`: what was seen. */
  why: string;
}

/** What the run is made harder or easier by, as it is in the world now. */
export interface ConditionsView {
  /** The gate before a rebind by hand. */
  gate: boolean;
  /** The next allocation that may fail does. */
  failNext: boolean;
  /** Thread that the next accept goes to, -1 whom HAProxy picks. */
  acceptTarget: number;
}

export interface StageView {
  conditions: ConditionsView;
  /** What HAProxy calls otherwise in this program: names of functions and flags, by their first. */
  names: Readonly<Record<string, string>>;
  /** In this revision a thread is chosen when a connection is accepted, so that a person can choose it too. */
  choosesAtAccept: boolean;
  clock: Clock;
  steps: number;
  threads: ThreadView[];
  clients: ClientView[];
  flights: FlightView[];
  sockets: SocketView[];
  cids: CidView[];
  conns: ConnView[];
  /** By thread: connections that it owns beside those in `conns`, where not all stand in the picture. */
  beyond?: number[];
  next: NextView;
  fatal: FatalView | null;
  rules: RuleView[];
  totals: {
    received: number;
    handled: number;
    dropped: number;
    queued: number;
    /** Dropped by the network: never received. */
    lost: number;
    redispatches: number;
    sent: number;
  };
  dropped: { reason: string; count: number }[];
  /** Everything has been delivered and no thread can run without a timer. */
  idle: boolean;
  notes: string[];
}

/** The one sentence: owner first, then what is unfinished. Each at most 90 characters together. */
export interface Sentence {
  conn: ConnName | null;
  lead: string;
  rest: string;
}

/** A step of the compiled program, for panels that show what ran. */
export interface StepWords {
  fn: string;
  label: string;
  text: string;
  /** What the thread is doing meanwhile: "Dispatching". */
  verb: string;
  commit: boolean;
  /** `rebind` and `finish` are the two halves of a move, `redispatch` passes a late datagram on. */
  part: '' | 'rebind' | 'finish' | 'redispatch';
}

/** One row of the Program tab. */
export interface ProgramStep {
  label: string;
  ref: string;
  text: string;
  state: 'done' | 'running' | 'next' | 'todo' | 'skipped';
  commit: boolean;
  /** Thread standing on this step, or -1. */
  tid: number;
}

export interface ProgramSection {
  title: string;
  fn: string;
  ranOn: number;
  steps: ProgramStep[];
}

/** One trace line as HAProxy prints it, with our note beside it. */
export interface TraceLine {
  seq: number;
  tid: number;
  clock: Clock;
  text: string;
  note: string;
  kind: 'trace' | 'commit' | 'redispatch' | 'drop' | 'bug' | 'other';
  conn: ConnName | null;
}

/** `show quic`, as a walk of the lists at this moment would print it. */
export interface ShowView {
  /** What is printed above them, ended; empty in the long form. */
  head: string;
  /** The version prints a line a connection unless it is asked for `full`. */
  short: boolean;
  /** In the order of printing. */
  rows: { index: number; name: ConnName; text: string }[];
  /** A list leads to something that is no connection, or back to one it has led to: the walk ends there. */
  broken: boolean;
  /** Live connections that the walk does not meet, a sentence each. */
  missing: { index: number; name: ConnName; why: string }[];
  epoch: number;
  /** The command is running: on which thread, which threads it waits for, how many it has printed. */
  running: { tid: number; waits: number[]; printed: number } | null;
}

/** What happened lately and is worth saying or animating. */
export interface Happening {
  seq: number;
  clock: Clock;
  tid: number;
  kind:
    | 'receive'
    | 'dispatch'
    | 'pop'
    | 'parse'
    | 'redispatch'
    | 'create'
    | 'accept-push'
    | 'accept'
    | 'rebind-start'
    | 'step'
    | 'commit'
    | 'finalize'
    | 'refused'
    | 'error'
    | 'drop'
    | 'handled'
    | 'timer'
    | 'send'
    | 'close'
    | 'release'
    | 'network'
    | 'shown'
    | 'bug';
  conn: ConnName | null;
  dgram: number;
  /** Other thread concerned, or -1. */
  other: number;
  text: string;
}
