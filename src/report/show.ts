/** `show quic` of this very moment: what a walk of the threads' lists would print, and whom it would not. */
import { LEVEL, MUX, N, QC, STATE } from '../haproxy/model/flags.ts';
import {
  Global,
  Pktns,
  Qel,
  QuicCid,
  QuicConn,
  Task,
  ThreadCtx,
  TxPacket,
} from '../haproxy/model/layouts.ts';
import { hasRole } from '../haproxy/step/compile.ts';
import { listFirst, listNext } from '../memory/list.ts';
import { cidHex, type Look, pointer } from './look.ts';
import type { WorldReader } from './reader.ts';
import { LAYOUT, since, type Version, versionOf } from './runtime/version.ts';
import { lineHead, showLine } from './show-line.ts';
import { type ShownConn, type ShownParameters, type ShownSpace, showText } from './show-text.ts';
import type { ShowView, StageView } from './view.ts';

/** `show quic` at the moment of `stage`, which `block` is; with `all` the closing connections too, with `full` in the long form. */
export function showAt(
  reader: Pick<WorldReader, 'at'>,
  block: Int32Array,
  stage: StageView,
  all: boolean,
  full = false,
): ShowView {
  const look = reader.at(block);
  return readShow(look, stage, { all, full, version: versionOf(look.P.fixes) });
}

/**
 * Reads the frame that `look` looks at; `stage` is the same moment. `all`: closing connections too. `full`: the long form where the
 * version has a short one.
 */
function readShow(
  look: Look,
  stage: StageView,
  { all, full, version }: { all: boolean; full: boolean; version: Version },
): ShowView {
  const short = !full && since(version, LAYOUT.oneline);
  const print = short ? showLine : showText;
  const rows: ShowView['rows'] = [];
  const seen = new Set<number>();
  let broken = false;
  for (let t = 0; t < look.W.cfg.threads; t++) {
    const lists = all ? [ThreadCtx.quicConns, ThreadCtx.quicConnsClo] : [ThreadCtx.quicConns];
    for (const list of lists) {
      const head = look.W.th(t) + list;
      for (let n = listFirst(look.mem, head); n; n = listNext(look.mem, head, n)) {
        const qc = n - QuicConn.elThCtx;
        const name = look.nameAt(qc);
        // A list caught in the middle of an append, or broken by two threads, may lead anywhere.
        if (!name || seen.has(qc)) {
          broken = true;
          break;
        }
        seen.add(qc);
        rows.push({ index: look.index(qc), name, text: print(shown(look, qc, t), version) });
      }
    }
  }
  return {
    head: short ? lineHead(version) : '',
    short: since(version, LAYOUT.oneline),
    rows,
    broken,
    missing: missing(stage, all, new Set(rows.map((r) => r.index))),
    epoch: look.ld(look.W.global + Global.qcEpoch) >>> 0,
    running: running(look),
  };
}

/** Live connections that the walk does not meet, and why. */
function missing(stage: StageView, all: boolean, met: ReadonlySet<number>): ShowView['missing'] {
  const out: ShowView['missing'] = [];
  for (const c of stage.conns) {
    if (met.has(c.index)) continue;
    const A = c.name.letter;
    let why = `${A} is in no list: a walk of the lists cannot see it now.`;
    if (c.inClosingList && !all)
      why = `${A} is in T${c.listTid}’s closing list: only “show quic all” prints it.`;
    else if (c.rebind && !c.rebind.finalized)
      why = `${A} has left T${c.rebind.from}’s list and is not in T${c.rebind.to}’s yet: a walk of the lists cannot see it now.`;
    out.push({ index: c.index, name: c.name, why });
  }
  return out;
}

/** The command that is running, and the threads it waits for. */
function running(look: Look): ShowView['running'] {
  const { W } = look;
  for (let t = 0; t < W.cfg.threads; t++) {
    const f = look.frames(t).find((g) => g.proc.roles.has('showQuic'));
    if (!f) continue;
    const waits: number[] = [];
    if (hasRole(f.step, 'isolationWait'))
      for (let u = 0; u < W.cfg.threads; u++)
        if (u !== t && !look.ld(W.th(u) + ThreadCtx.harmless)) waits.push(u);
    return { tid: t, waits, printed: f.local('count') };
  }
  return null;
}

function shown(look: Look, qc: number, list: number): ShownConn {
  const { W } = look;
  const ld = (f: number): number => look.ld(qc + f);
  const flags = ld(QuicConn.flags);
  const hex = (at: number): string => cidHex((i) => look.ld(i), qc + at, look.ld(qc + at + 5));
  const first = ld(QuicConn.cids);
  const scid = first && first !== qc + QuicConn.cids ? first - QuicCid.byQc + QuicCid.node : 0;
  const scidHex = scid ? cidHex((i) => look.ld(i), scid, W.consts.cidLength) : '';
  const dcid = hex(QuicConn.dcid);
  const conn = ld(QuicConn.capConn);
  const script = W.consts.clients.conn(conn);
  const task = ld(QuicConn.idleTask);
  const expire = task ? look.ld(task + Task.expire) : 0;
  const spaces = [space(look, qc, 0), space(look, qc, 1), space(look, qc, 2)] as const;
  const now = look.timeOf(Math.max(0, look.owner(qc))) / 1_000_000;
  return {
    pointer: pointer(qc),
    list,
    scid: scidHex,
    dcid,
    local: { ...NOTHING, ...OWN, odcid: hex(QuicConn.odcid), iscid: scidHex },
    remote: {
      ...NOTHING,
      iscid: dcid,
      idle: script?.maxIdleTimeout ?? null,
      ackExponent: script?.ackDelayExponent ?? null,
      ackDelay: script?.maxAckDelay ?? null,
      cids: script?.activeConnectionIdLimit ?? null,
    },
    frontend: null,
    complete: ld(QuicConn.state) >= STATE.COMPLETE,
    inFlight: spaces.reduce((sum, s) => sum + s.inFlight, 0),
    inFlightPackets: spaces.reduce((sum, s) => sum + s.packets, 0),
    state:
      flags & QC.CLOSING
        ? 'closing'
        : flags & QC.DRAINING
          ? 'draining'
          : ld(QuicConn.state) >= STATE.CONFIRMED
            ? 'opened'
            : 'handshake',
    mux:
      ld(QuicConn.muxState) === MUX.READY
        ? 'ready'
        : ld(QuicConn.muxState) === MUX.RELEASED
          ? 'released'
          : 'null',
    expire: task ? Math.max(0, Math.floor((expire - now) / 1000)) : null,
    fd: ld(QuicConn.fd),
    from: W.consts.serverAddress,
    to: W.consts.clients.address(ld(QuicConn.peerAddr))?.text ?? '',
    spaces,
    srtt: ld(QuicConn.srtt),
    rttvar: ld(QuicConn.rttvar),
    rttmin: ld(QuicConn.rttMin),
    ptoCount: ld(QuicConn.ptoCount),
    cwnd: null,
    maxCwnd: null,
    sent: null,
    lost: null,
    muxPointer: ld(QuicConn.mux) ? pointer(ld(QuicConn.mux)) : null,
    streams: [],
  };
}

/** What the model has of no side: limits of data and streams belong to the mux. */
const NOTHING: ShownParameters = {
  odcid: null,
  iscid: '',
  idle: null,
  payload: null,
  ackExponent: null,
  ackDelay: null,
  cids: null,
  data: null,
  bidiLocal: null,
  bidiRemote: null,
  uni: null,
  streamsBidi: null,
  streamsUni: null,
  flags: [],
};

/** HAProxy's own, as a real one prints them. */
const OWN: Partial<ShownParameters> = {
  idle: N.IDLE_TIMEOUT,
  payload: N.MAX_UDP_PAYLOAD,
  ackExponent: 3,
  ackDelay: N.MAX_ACK_DELAY,
  cids: 8,
  streamsBidi: 100,
  streamsUni: 3,
  flags: ['no_act_migr', 'stless_rst_tok'],
};

function space(look: Look, qc: number, s: number): ShownSpace & { packets: number } {
  const ns = qc + QuicConn.pktns + s * Pktns.$size;
  let inFlight = 0;
  let packets = 0;
  for (let n = listFirst(look.mem, ns + Pktns.sent); n; n = listNext(look.mem, ns + Pktns.sent, n)) {
    const pkt = n - TxPacket.bySpace;
    if (!look.ld(pkt + TxPacket.aeliciting)) continue;
    inFlight += look.ld(pkt + TxPacket.len);
    packets++;
  }
  const level = [LEVEL.INITIAL, LEVEL.HANDSHAKE, LEVEL.APP][s]!;
  const gone = look.ld(qc + QuicConn.els + level * Qel.$size + Qel.discarded) !== 0;
  return { ackRanges: look.ld(ns + Pktns.ackRanges), inFlight, packets, gone };
}
