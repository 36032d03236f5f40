import type {
  ConnName,
  ConnView,
  DgramView,
  Happening,
  StageView,
  ThreadView,
  TimerView,
} from '../../report/view.ts';

const off: TimerView = { armed: false, leftMs: 0, share: 0, queued: false };

export function name(i: number): ConnName {
  return {
    letter: String.fromCharCode(65 + (i % 26)).repeat(1 + Math.floor(i / 26)),
    hue: i % 6,
    pattern: Math.floor(i / 6) % 3,
  };
}

export function conn(index: number, owner: number, part: Partial<ConnView> = {}): ConnView {
  return {
    index,
    name: name(index),
    pointer: '0x1000',
    client: `192.0.2.1:${40000 + index}`,
    owner,
    listTid: owner,
    closing: false,
    draining: false,
    inClosingList: false,
    state: 'handshake complete',
    mux: 'ready',
    accepted: 'yes',
    flags: 0,
    flagNames: [],
    idle: off,
    loss: off,
    ackDelay: off,
    io: { queued: false, tid: owner, process: 'quic_conn_app_io_cb' },
    fd: null,
    cids: [{ seq: 0, cid: `00000000000000${index.toString(16).padStart(2, '0')}`, tid: owner, inTree: true }],
    odcid: '',
    dcid: '',
    rebind: null,
    closeOrdered: false,
    ghostTid: -1,
    late: 0,
    rxWaiting: 0,
    frozen: false,
    counters: { datagrams: 0, packets: 0, rxBytes: 0, inFlightPackets: 0, rttMs: 0, ptoCount: 0 },
    rebindRefusal: '',
    closeRefusal: '',
    ...part,
  };
}

export function dgram(id: number, of: number, ownerTid: number): DgramView {
  return { id, no: `${id}`, conn: name(of), bytes: 1200, label: '1-RTT', redispatches: 0, ownerTid };
}

export function thread(tid: number, part: Partial<ThreadView> = {}): ThreadView {
  return {
    tid,
    group: '',
    state: 'asleep',
    verb: 'Polling',
    fn: '_do_poll',
    step: null,
    stack: [],
    roles: [],
    held: false,
    next: false,
    enabled: true,
    clock: { ms: 0, ns: 0 },
    runQueue: [],
    inbox: [],
    hand: null,
    redispatching: null,
    ring: { waiting: 0, full: false },
    handled: 0,
    redispatched: 0,
    sleepReason: 'until something arrives',
    ...part,
  };
}

export function stageWith(part: Partial<StageView> = {}): StageView {
  const conns = part.conns ?? [];
  return {
    clock: { ms: 0, ns: 0 },
    steps: 0,
    names: {},
    choosesAtAccept: true,
    conditions: { gate: true, failNext: false, acceptTarget: -1 },
    threads: [0, 1, 2, 3].map((t) => thread(t)),
    clients: conns.map((c) => ({ addr: c.client, conn: c.name, connIndex: c.index, sent: 0, total: 1 })),
    flights: [],
    sockets: [],
    cids: conns.flatMap((c) =>
      c.cids.map((k) => ({
        cid: k.cid,
        conn: c.name,
        connIndex: c.index,
        seq: k.seq,
        tid: k.tid,
        oldTid: -1,
        lock: '' as const,
      })),
    ),
    conns,
    next: { kind: 'none', tid: -1, text: '' },
    fatal: null,
    rules: [],
    totals: { received: 0, handled: 0, dropped: 0, queued: 0, lost: 0, redispatches: 0, sent: 0 },
    dropped: [],
    idle: false,
    notes: [],
    ...part,
  };
}

export function happening(kind: Happening['kind'], text: string, part: Partial<Happening> = {}): Happening {
  return { seq: 1, clock: { ms: 0, ns: 0 }, tid: 0, kind, conn: name(0), dgram: 0, other: -1, text, ...part };
}
