/** Of a picture what a figure draws, keyed so that nothing shifts; and the picture made of it again. */
import { nameOf } from '../report/name.ts';
import type {
  CidView,
  ConnView,
  DgramView,
  Sentence,
  StageView,
  ThreadView,
  TimerView,
} from '../report/view.ts';
import type { TapeDgram, TapeView } from './schema.ts';

/** Steps of the time left, ms: the finest that words tell. */
const TENTHS = 10;

/** What is false, empty or none is left out. */
function present<T extends object>(o: T): { [K in keyof T]: Exclude<T[K], false | '' | -1> } {
  const kept = Object.entries(o).filter(
    ([, v]) =>
      v !== undefined &&
      v !== false &&
      v !== '' &&
      v !== -1 &&
      v !== null &&
      !(Array.isArray(v) && !v.length),
  );
  return Object.fromEntries(kept) as ReturnType<typeof present<T>>;
}

const yes = (on: boolean): true | undefined => (on ? true : undefined);
const some = (n: number): number | undefined => (n > 0 ? n : undefined);

/** `says`: the sentence about each connection. */
export function tapeView(stage: StageView, says: ReadonlyMap<number, Sentence>): TapeView {
  const dgrams: Record<string, TapeDgram> = {};
  const id = (d: DgramView | null | undefined): number | undefined => {
    if (!d) return undefined;
    const conn = d.conn ? stage.clients.find((c) => c.conn.letter === d.conn!.letter)?.connIndex : undefined;
    const { no, bytes, label, ownerTid, redispatches } = d;
    dgrams[d.id] = present({
      no,
      bytes,
      conn,
      label,
      owner: ownerTid,
      hops: some(redispatches),
    }) as TapeDgram;
    return d.id;
  };
  const threads = stage.threads.map((t) => [
    t.tid,
    present({
      state: t.state,
      verb: t.verb,
      fn: t.fn,
      // That a poller waits, its verb says.
      ...(t.verb === 'Polling' ? {} : { label: t.step?.label, step: t.step?.text }),
      held: yes(t.held),
      inbox: t.inbox.map((d) => id(d)!),
      hand: id(t.hand),
      passes: id(t.redispatching?.dgram),
      to: t.redispatching?.to,
    }),
  ]);
  const conns = stage.conns.map((c) => [
    c.index,
    {
      owner: c.owner,
      ...present({
        client: c.client,
        ghost: c.ghostTid,
        state: c.state,
        closing: yes(c.closing),
        draining: yes(c.draining),
        exposed: yes(c.listTid < 0 && !c.inClosingList),
        frozen: yes(c.frozen),
        late: some(c.late),
        idle: c.idle.armed ? Math.floor(c.idle.leftMs * TENTHS) / TENTHS : undefined,
        refusal: c.rebindRefusal,
      }),
    },
  ]);
  const { totals } = stage;
  return {
    threads: Object.fromEntries(threads) as TapeView['threads'],
    conns: Object.fromEntries(conns) as TapeView['conns'],
    cids: Object.fromEntries(
      stage.cids.map((c) => [
        c.cid,
        { conn: c.connIndex, tid: c.tid, ...present({ was: c.oldTid, lock: c.lock }) },
      ]),
    ) as TapeView['cids'],
    dgrams,
    says: Object.fromEntries([...says].map(([index, s]) => [index, [s.lead, s.rest]])) as TapeView['says'],
    received: totals.received,
    handled: totals.handled,
    ...present({
      dropped: some(totals.dropped),
      redispatches: some(totals.redispatches),
      flying: some(stage.flights.length),
      fatal: stage.fatal ? { tid: stage.fatal.tid, text: stage.fatal.text } : undefined,
    }),
  };
}

const OFF: TimerView = { armed: false, leftMs: 0, share: 0, queued: false };

/** The picture of a frame; what a figure does not draw is empty in it. */
export function stageOf(view: TapeView, steps: number, clock: { ms: number; ns: number }): StageView {
  const dgram = (id: number | undefined): DgramView | null => {
    const d = id === undefined ? undefined : view.dgrams[id];
    if (!d) return null;
    return {
      id: id!,
      no: d.no,
      conn: d.conn === undefined ? null : nameOf(d.conn),
      bytes: d.bytes,
      label: d.label ?? '',
      redispatches: d.hops ?? 0,
      ownerTid: d.owner ?? -1,
    };
  };
  const conns = Object.entries(view.conns).map(([index, c]) => connOf(Number(index), c));
  return {
    names: {},
    conditions: { gate: true, failNext: false, acceptTarget: -1 },
    choosesAtAccept: false,
    clock,
    steps,
    threads: Object.entries(view.threads).map(([tid, t]): ThreadView => {
      const passed = dgram(t.passes);
      return {
        tid: Number(tid),
        state: t.state,
        verb: t.verb,
        fn: t.fn,
        step: t.step === undefined ? null : { label: t.label ?? '', ref: '', text: t.step },
        stack: [],
        group: '',
        roles: [],
        held: t.held ?? false,
        next: false,
        enabled: false,
        clock,
        runQueue: [],
        inbox: (t.inbox ?? []).map((d) => dgram(d)).filter((d) => d !== null),
        hand: dgram(t.hand),
        redispatching: passed && t.to !== undefined ? { dgram: passed, to: t.to } : null,
        ring: { waiting: 0, full: false },
        handled: 0,
        redispatched: 0,
        sleepReason: '',
      };
    }),
    clients: [],
    flights: [],
    sockets: [],
    cids: Object.entries(view.cids).map(
      ([cid, c]): CidView => ({
        cid,
        conn: c.conn < 0 ? null : nameOf(c.conn),
        connIndex: c.conn,
        seq: 0,
        tid: c.tid,
        oldTid: c.was ?? -1,
        lock: c.lock ?? '',
      }),
    ),
    conns,
    next: { kind: 'none', tid: -1, text: '' },
    fatal: view.fatal ? { ...view.fatal, where: '', kind: 'assertion', fn: '' } : null,
    rules: [],
    totals: {
      received: view.received,
      handled: view.handled,
      dropped: view.dropped ?? 0,
      queued: 0,
      lost: 0,
      redispatches: view.redispatches ?? 0,
      sent: 0,
    },
    dropped: [],
    idle: false,
    notes: [],
  };
}

function connOf(index: number, c: TapeView['conns'][string]): ConnView {
  return {
    index,
    name: nameOf(index),
    pointer: '',
    client: c.client,
    owner: c.owner,
    listTid: c.exposed ? -1 : c.owner,
    closing: c.closing ?? false,
    draining: c.draining ?? false,
    inClosingList: false,
    state: c.state,
    mux: 'null',
    accepted: 'yes',
    flags: 0,
    flagNames: [],
    idle: c.idle === undefined ? OFF : { armed: true, leftMs: c.idle, share: 1, queued: true },
    loss: OFF,
    ackDelay: OFF,
    io: { queued: false, tid: c.owner, process: '' },
    fd: null,
    cids: [],
    odcid: '',
    dcid: '',
    rebind: null,
    closeOrdered: false,
    ghostTid: c.ghost ?? -1,
    late: c.late ?? 0,
    rxWaiting: 0,
    frozen: c.frozen ?? false,
    counters: { datagrams: 0, packets: 0, rxBytes: 0, inFlightPackets: 0, rttMs: 0, ptoCount: 0 },
    rebindRefusal: c.refusal ?? '',
    closeRefusal: '',
  };
}

/** The sentence about a connection in a frame. */
export function sentenceIn(view: TapeView, conn: number): Sentence {
  const said = view.says[conn];
  return { conn: said ? nameOf(conn) : null, lead: said?.[0] ?? '', rest: said?.[1] ?? '' };
}
