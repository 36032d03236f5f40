/**
 * What compiled steps run on, in AssemblyScript: memory, the executor's operations, and the loop that fetches and takes steps. The steps
 * themselves are written out behind it at build (scripts/steps), with `BLOCK`, `SHARED`, `CAREFUL`, offsets of fields and functions of the memory.
 *
 * Bytes of the memory, as `layout.ts` has them too: tables that say what the program and the world are, a ring of what one thread tells
 * for each, then the block.
 */

// What the host is asked: constants of the world that do not lie here, packets opened, and what is to be told at once.
@external("host", "fault") declare function hostFault(site: i32, a: i32, b: i32): void;
@external("host", "note") declare function hostNote(kind: i32, qc: i32, a: i32, b: i32): void;
@external("host", "trace") declare function hostTrace(point: i32, qc: i32, pkt: i32): void;
@external("host", "called") declare function hostCalled(id: i32): void;
@external("host", "datagram") declare function hostDatagram(column: i32, dg: i32): i32;
@external("host", "byte") declare function hostByte(at: i32): i32;
@external("host", "loadKey") declare function hostLoadKey(at: i32, len: i32): void;
@external("host", "loadDerived") declare function hostLoadDerived(dg: i32, saddr: i32): void;
@external("host", "loadScripted") declare function hostLoadScripted(conn: i32, seq: i32, salt: i32): void;
@external("host", "key") declare function hostKey(i: i32): i32;
@external("host", "parse") declare function hostParse(dg: i32, pos: i32): i32;
@external("host", "header") declare function hostHeader(field: i32): i32;
@external("host", "beginsScript") declare function hostBeginsScript(dg: i32, saddr: i32): i32;
@external("host", "script") declare function hostScript(field: i32, conn: i32): i32;
@external("host", "send") declare function hostSend(field: i32, conn: i32, n: i32): i32;
@external("host", "sentPacket") declare function hostSentPacket(field: i32, conn: i32, n: i32, k: i32): i32;
@external("host", "packetNumber") declare function hostPacketNumber(dg: i32, ordinal: i32, level: i32, largest: i32): i32;
@external("host", "keyPhase") declare function hostKeyPhase(dg: i32, ordinal: i32): i32;
@external("host", "hasKeys") declare function hostHasKeys(dg: i32, level: i32): i32;
@external("host", "openPacket") declare function hostOpenPacket(dg: i32, ordinal: i32, level: i32, pn: i32, gen: i32): i32;
@external("host", "frames") declare function hostFrames(): i32;
@external("host", "frame") declare function hostFrame(i: i32, field: i32): i32;
@external("host", "ackRange") declare function hostAckRange(i: i32, n: i32): i32;

// Memory.

@inline function m_ld(i: i32): i32 { return load<i32>(<usize>i << 2, BLOCK); }
@inline function m_st(i: i32, v: i32): void { store<i32>(<usize>i << 2, v, BLOCK); }
@inline function m_rld(i: i32): i32 { return load<i32>(<usize>i << 2, BLOCK); }
@inline function m_ald(i: i32): i32 { return SHARED ? atomic.load<i32>(<usize>i << 2, BLOCK) : m_ld(i); }
@inline function m_ast(i: i32, v: i32): void {
  if (SHARED) atomic.store<i32>(<usize>i << 2, v, BLOCK);
  else m_st(i, v);
}
@inline function m_cas(i: i32, expected: i32, v: i32): i32 {
  if (SHARED) return <i32>(atomic.cmpxchg<i32>(<usize>i << 2, expected, v, BLOCK) == expected);
  if (m_ld(i) != expected) return 0;
  m_st(i, v);
  return 1;
}
@inline function m_add(i: i32, v: i32): i32 {
  if (SHARED) return atomic.add<i32>(<usize>i << 2, v, BLOCK);
  const old = m_ld(i);
  m_st(i, old + v);
  return old;
}
@inline function m_or(i: i32, v: i32): i32 {
  if (SHARED) return atomic.or<i32>(<usize>i << 2, v, BLOCK);
  const old = m_ld(i);
  m_st(i, old | v);
  return old;
}
@inline function m_and(i: i32, v: i32): i32 {
  if (SHARED) return atomic.and<i32>(<usize>i << 2, v, BLOCK);
  const old = m_ld(i);
  m_st(i, old & v);
  return old;
}
@inline function m_xchg(i: i32, v: i32): i32 {
  if (SHARED) return atomic.xchg<i32>(<usize>i << 2, v, BLOCK);
  const old = m_ld(i);
  m_st(i, v);
  return old;
}
@inline function m_words(): i32 { return w(W_WORDS); }
function m_fault(site: i32, a: i32, b: i32): void {
  hostFault(site, a, b);
  unreachable();
}

// Tables.

@inline function w(i: i32): i32 { return load<i32>(<usize>i << 2, WORLD); }
@inline function cfg(i: i32): i32 { return load<i32>(<usize>i << 2, CFG); }
@inline function pool(i: i32): i32 { return POOLS + i * POOL_BYTES; }
@inline function row(pc: i32): usize { return ROWS + <usize>pc * ROW_BYTES; }
@inline function w_perGroup(): i32 { return w(W_PER_GROUP); }
@inline function w_ownFds(): i32 { return w(W_OWN_FDS); }
function w_queueOf(fd: i32): i32 {
  return fd > LISTENER_FD && fd < w(W_OWN_FDS) ? LISTENER_FD : fd;
}

// The executor.

let x_t: i32 = 0;
let x_th: i32 = 0;
let x_fp: i32 = 0;
let x_woken: i32 = -1;
let x_resched: i32 = 0;
let x_fdFrom: i32 = 0;
let x_k0: i32 = 0;
let x_k1: i32 = 0;
let x_k2: i32 = 0;
let x_k3: i32 = 0;
let x_k4: i32 = 0;
let x_klen: i32 = 0;
let h_pnOff: i32 = 0;
let h_scidOff: i32 = 0;
let h_dcidOff: i32 = 0;
let h_dcidLen: i32 = 0;
let h_tokenOff: i32 = 0;
let h_tokenLen: i32 = 0;
let h_version: i32 = 0;
let h_type: i32 = 0;
let h_isSpoken: i32 = 0;
/** Row of the running step. */
let x_row: usize = 0;
/** Frame and first step of what has been called last. */
let x_callee: i32 = 0;
let x_entry: i32 = 0;

@inline function edge(i: i32): i32 { return load<i32>(x_row + (<usize>i << 2), ROW_EDGES); }
@inline function h_typeOf(): i32 { return h_type; }
@inline function h_spoken(): i32 { return h_isSpoken; }

/** In the program of somebody who has changed it a step may follow NULL: the run stops there. Any other is not asked, at each access. */
@inline function seen(p: i32): i32 {
  if (CAREFUL && p == 0) m_fault(-1, 0, 0);
  return p;
}
@inline function x_ld(p: i32, f: i32): i32 { return m_ld(seen(p) + f); }
@inline function x_st(p: i32, f: i32, v: i32): void { m_st(seen(p) + f, v); }
@inline function x_rld(p: i32, f: i32): i32 { return m_rld(seen(p) + f); }
@inline function x_ast(p: i32, f: i32, v: i32): void { m_ast(seen(p) + f, v); }
@inline function x_cas(p: i32, f: i32, expected: i32, v: i32): i32 { return m_cas(seen(p) + f, expected, v); }
@inline function x_add(p: i32, f: i32, v: i32): i32 { return m_add(seen(p) + f, v); }
@inline function x_or(p: i32, f: i32, v: i32): i32 { return m_or(seen(p) + f, v); }
@inline function x_and(p: i32, f: i32, v: i32): i32 { return m_and(seen(p) + f, v); }
@inline function x_xchg(p: i32, f: i32, v: i32): i32 { return m_xchg(seen(p) + f, v); }
@inline function x_inc(p: i32, f: i32, by: i32): void { m_st(seen(p) + f, m_ld(p + f) + by); }
@inline function x_part(p: i32, f: i32): i32 { return seen(p) + f; }

@inline function x_at(region: i32, i: i32): i32 {
  return load<i32>(<usize>region << 2, BASES) + i * load<i32>(<usize>region << 2, STRIDES);
}
@inline function x_thread(tid: i32): i32 { return x_at(AT_THREAD, tid); }
@inline function x_global(): i32 { return w(W_GLOBAL); }
@inline function x_fdCount(): i32 { return w(W_FD_COUNT); }
@inline function x_epWords(): i32 { return w(W_EP_WORDS); }
@inline function x_ownSockets(): i32 { return w(W_OWN_SOCKETS); }
@inline function x_anyFixedBit(): i32 { return w(W_ANY_FIXED_BIT); }
@inline function x_forceRetry(): i32 { return w(W_FORCE_RETRY); }
@inline function x_atOnce(): i32 { return SHARED; }
@inline function x_groupOf(tid: i32): i32 { return <i32>(tid >= w(W_PER_GROUP)); }
@inline function x_firstOf(group: i32): i32 { return group * w(W_PER_GROUP); }
@inline function x_listenerOf(tid: i32): i32 { return x_at(AT_LISTENER, x_groupOf(tid)); }
function x_listener(): i32 {
  const other = w(W_GROUPS) > 1 ? m_ld(x_at(AT_WORKS_ON, x_t)) : 0;
  return other ? other : x_listenerOf(x_t);
}
function x_workOn(li: i32): void {
  if (w(W_GROUPS) > 1) m_st(x_at(AT_WORKS_ON, x_t), li);
}
@inline function x_queueOf(fd: i32): i32 { return x_at(AT_FD, w_queueOf(fd)); }
@inline function x_ret(): i32 { return m_ld(x_th + ThreadCtx_ret); }
@inline function x_setRet(v: i32): void { m_st(x_th + ThreadCtx_ret, v); }
@inline function x_now(): i32 { return m_ld(x_th + ThreadCtx_clockMs); }
@inline function x_block(): i32 { return BLOCKS; }
@inline function x_halt(): i32 { return standsAt() + 1; }

/** The callee’s frame is zeros, as whoever leaves one leaves it: only arguments are written. */
function x_call(then: i32, id: i32, a: i32, b: i32, c: i32, d: i32): i32 {
  const entry = load<i32>(<usize>id << 2, ENTRIES);
  const callee = x_fp + load<i32>(x_row, ROW_FRAME);
  const locals = load<i32>(row(entry), ROW_FRAME) - 2;
  if (callee + 2 + locals > w(W_STACKS) + (x_t + 1) * w(W_STACK_WORDS)) m_fault(-2, x_t, 0);
  m_st(x_fp, then);
  m_st(callee, entry);
  m_st(callee + 1, x_fp);
  if (locals > 0) m_st(callee + 2, a);
  if (locals > 1) m_st(callee + 3, b);
  if (locals > 2) m_st(callee + 4, c);
  if (locals > 3) m_st(callee + 5, d);
  m_st(x_th + ThreadCtx_fp, callee);
  x_callee = callee;
  x_entry = entry;
  return CALLED;
}
function x_callId(then: i32, id: i32, a: i32, b: i32 = 0, c: i32 = 0): i32 {
  if (telling == TELL_HOST) hostCalled(id);
  return x_call(then, id, a, b, c, 0);
}

function x_alloc(from: i32): i32 {
  const p = poolAlloc(from, x_t);
  if (p == 0) x_note(EV_NO_MEMORY, 0, load<i32>(from));
  return p;
}
function x_free(to: i32, p: i32): void {
  if (CAREFUL) {
    if (x_isSlot(to, seen(p)) && poolIsFree(to, p)) m_fault(-3, 0, 0);
  }
  poolFree(to, p);
}
@inline function x_isFree(slots: i32, p: i32): i32 { return poolIsFree(slots, p); }
function x_isSlot(slots: i32, p: i32): i32 {
  const off = p - load<i32>(slots);
  const size = load<i32>(slots, 4);
  return <i32>(off >= 0 && off < size * load<i32>(slots, 12) * load<i32>(slots, 16) && off % size == 0);
}

// Datagrams: in this memory where the store is, else the host's.

let stored: i32 = 0;
let bytesAt: usize = 0;
let offsets: usize = 0;
let lengths: usize = 0;
let sources: usize = 0;
let conns: usize = 0;
let orders: usize = 0;
/** Rows of the clients' numbers, how many rows there are, and for each client which one is its own. */
let scripts: usize = 0;
let scriptCount: i32 = 0;
let roles: usize = 0;
/** Bytes of a row: a word a field. */
let scriptBytes: usize = 0;
/** No packet but an Initial can be opened. */
let keyless: i32 = 0;

/** The store lies in this memory: bytes, and columns of words, at these bytes of it. */
export function storeAt(bytes: usize, offset: usize, length: usize, source: usize, conn: usize, order: usize): void {
  stored = 1;
  bytesAt = bytes;
  offsets = offset;
  lengths = length;
  sources = source;
  conns = conn;
  orders = order;
}
/** The numbers of clients' scripts lie in this memory: `count` rows of `bytes`, and which of them is whose, at these bytes of it. */
export function scriptsAt(rows: usize, count: i32, bytes: usize, roleOf: usize, withoutKeys: i32): void {
  scripts = rows;
  scriptCount = count;
  scriptBytes = bytes;
  roles = roleOf;
  keyless = withoutKeys;
}
@inline function column(at: usize, n: i32, dg: i32): i32 {
  return stored ? load<i32>(at + (<usize>dg << 2)) : hostDatagram(n, dg);
}
@inline function x_dgBegin(dg: i32): i32 { return column(offsets, 0, dg); }
@inline function x_dgLength(dg: i32): i32 { return column(lengths, 1, dg); }
@inline function x_dgSource(dg: i32): i32 { return column(sources, 2, dg); }
@inline function x_dgConn(dg: i32): i32 { return column(conns, 3, dg); }
@inline function x_dgOrder(dg: i32): i32 { return column(orders, 4, dg); }
function x_cidLengthOf(dg: i32): i32 {
  const n = w(W_CID_LENGTH);
  return n >= 0 ? n : hostDatagram(5, dg);
}
@inline function x_byte(at: i32): i32 { return stored ? <i32>load<u8>(bytesAt + <usize>at) : hostByte(at); }

/** Big-endian word of the `len` bytes from `off` on, beginning with byte `from` of them; zeros behind their end. */
function wordOf(off: i32, len: i32, from: i32): i32 {
  const at = bytesAt + <usize>(off + from);
  if (from + 4 <= len) return bswap<i32>(load<i32>(at));
  if (from >= len) return 0;
  let v = 0;
  for (let i = 0; i < 4; i++) v = (v << 8) | (from + i < len ? <i32>load<u8>(at + <usize>i) : 0);
  return v;
}
function x_loadKey(at: i32, len: i32): void {
  if (!stored) {
    hostLoadKey(at, len);
    takeKey();
    return;
  }
  x_k0 = wordOf(at, len, 0);
  x_k1 = wordOf(at, len, 4);
  x_k2 = wordOf(at, len, 8);
  x_k3 = wordOf(at, len, 12);
  x_k4 = wordOf(at, len, 16);
  x_klen = len;
}
function takeKey(): void {
  x_k0 = hostKey(0);
  x_k1 = hostKey(1);
  x_k2 = hostKey(2);
  x_k3 = hostKey(3);
  x_k4 = hostKey(4);
  x_klen = hostKey(5);
}
function x_loadDerived(dg: i32, saddr: i32): void {
  hostLoadDerived(dg, saddr);
  takeKey();
}
function x_loadScripted(conn: i32, seq: i32, salt: i32): void {
  hostLoadScripted(conn, seq, salt);
  takeKey();
}

/** A short header is read here (RFC 9000 17.3.1); any other by the packet parser there is. */
function x_parse(dg: i32, pos: i32): i32 {
  if (stored) {
    const begin = x_dgBegin(dg);
    const at = begin + pos;
    const end = begin + x_dgLength(dg);
    const cid = x_cidLengthOf(dg);
    if (at + 1 + cid <= end && (x_byte(at) & 0x80) == 0) {
      h_scidOff = 0;
      h_tokenOff = 0;
      h_tokenLen = 0;
      h_version = 0;
      h_dcidOff = at + 1;
      h_dcidLen = cid;
      h_pnOff = at + 1 + cid;
      h_type = PKT_SHORT;
      h_isSpoken = 1;
      return end - at;
    }
  }
  const used = hostParse(dg, pos);
  h_pnOff = hostHeader(0);
  h_scidOff = hostHeader(1);
  h_dcidOff = hostHeader(2);
  h_dcidLen = hostHeader(3);
  h_tokenOff = hostHeader(4);
  h_tokenLen = hostHeader(5);
  h_version = hostHeader(6);
  h_type = hostHeader(7);
  h_isSpoken = hostHeader(8);
  return used;
}
@inline function x_beginsScript(dg: i32, saddr: i32): i32 { return hostBeginsScript(dg, saddr); }
@inline function x_script(field: i32, conn: i32): i32 {
  if (scriptCount == 0) return hostScript(field, conn);
  if (conn < 0) return 0;
  const row = scriptCount > 1 ? load<i32>(roles + (<usize>conn << 2)) % scriptCount : 0;
  return load<i32>(scripts + <usize>row * scriptBytes + (<usize>field << 2));
}
@inline function x_send(field: i32, conn: i32, n: i32): i32 { return hostSend(field, conn, n); }
@inline function x_sentPacket(field: i32, conn: i32, n: i32, k: i32): i32 { return hostSentPacket(field, conn, n, k); }
@inline function x_packetNumber(dg: i32, ordinal: i32, level: i32, largest: i32): i32 {
  return keyless && level != LEVEL_INITIAL ? -1 : hostPacketNumber(dg, ordinal, level, largest);
}
@inline function x_keyPhase(dg: i32, ordinal: i32): i32 { return hostKeyPhase(dg, ordinal); }
@inline function x_hasKeys(dg: i32, level: i32): i32 { return hostHasKeys(dg, level); }
@inline function x_openPacket(dg: i32, ordinal: i32, level: i32, pn: i32, gen: i32): i32 {
  return hostOpenPacket(dg, ordinal, level, pn, gen);
}
@inline function x_frames(): i32 { return hostFrames(); }
@inline function x_frame(i: i32, field: i32): i32 { return hostFrame(i, field); }
@inline function x_ackRange(i: i32, n: i32): i32 { return hostAckRange(i, n); }

// What steps tell: nobody, the host at once, or a ring that the host reads after a stretch.

const TELL_HOST: i32 = 1;
const TELL_RING: i32 = 2;
const RECORD: usize = 24;

let telling: i32 = 0;
let ringFrom: usize = 0;
let ringEnd: usize = 0;
let ringTo: usize = 0;
/** Kinds that are put in the ring and that are told at once where there is one, as bits; and the one trace point that is told. */
let counted: i32 = 0;
let atOnce: i32 = 0;
let traced: i32 = -1;
/** Kinds that anybody is told, as bits. */
let heard: i32 = 0;

export function tell(how: i32, from: usize, bytes: usize, inRing: i32, now: i32, point: i32): void {
  telling = how;
  ringFrom = from;
  ringEnd = from + bytes;
  ringTo = from;
  counted = inRing;
  atOnce = now;
  traced = how == TELL_RING ? point : -1;
  heard = how == TELL_RING ? inRing | now : how == TELL_HOST ? -1 : 0;
}
/** Bytes of records in the ring, which is empty then. */
export function told(): i32 {
  const n = <i32>(ringTo - ringFrom);
  ringTo = ringFrom;
  return n;
}
@inline function x_note(kind: i32, qc: i32, a: i32 = 0, b: i32 = 0): void {
  if ((heard >> kind) & 1) note(kind, qc, a, b);
}
function note(kind: i32, qc: i32, a: i32, b: i32): void {
  if (telling == TELL_RING && (counted >> kind) & 1) put(kind, qc, a, b);
  else hostNote(kind, qc, a, b);
}
@inline function x_trace(point: i32, qc: i32, pkt: i32 = 0): void {
  if (point == traced || telling == TELL_HOST) hostTrace(point, qc, pkt);
}
/** A step that closes a socket tells of every datagram in it: what has no room is told at once, behind what is in the ring. */
function put(kind: i32, qc: i32, a: i32, b: i32): void {
  if (ringTo + RECORD > ringEnd) {
    hostNote(kind, qc, a, b);
    return;
  }
  store<i32>(ringTo, kind);
  store<i32>(ringTo, qc, 4);
  store<i32>(ringTo, qc ? m_ld(qc + QuicConn_capConn) : -1, 8);
  store<i32>(ringTo, a, 12);
  store<i32>(ringTo, b, 16);
  ringTo += RECORD;
}
function x_fault(site: i32): void { m_fault(site, 0, 0); }

function x_bugOn(cond: i32, bug: i32): i32 {
  if (!cond) return 0;
  const g = w(W_GLOBAL);
  m_st(g + Global_bug, bug + 1);
  m_st(g + Global_bugTid, x_t);
  m_st(g + Global_bugPc, standsAt());
  x_resched = 1;
  x_note(EV_BUG, 0, bug, 0);
  return 1;
}

// The loop.

/** The thread whose steps are taken from here on. */
export function be(t: i32): void {
  x_t = t;
  x_th = x_at(AT_THREAD, t);
}
export function takeWoken(): i32 {
  const t = x_woken;
  x_woken = -1;
  return t;
}
export function rescheduled(): i32 { return x_resched; }
/** Address of the running step. */
export function standsAt(): i32 { return <i32>((x_row - ROWS) / ROW_BYTES); }

const ENDED: i32 = 0;
const NOT_HERE: i32 = 1;
const AGAIN: i32 = 2;
const WOKE: i32 = 3;
const SLEEPS: i32 = 4;

/** Steps that may be taken yet. */
let x_left: i32 = 0;

/** Whether the step whose row is at `at` has body `next` and may be taken at once. */
@inline function isNext(at: usize, next: i32): bool {
  if (x_left <= 1 || x_woken >= 0 || load<i32>(at) != next) return false;
  x_left--;
  x_row = at;
  return true;
}
/** Whether the step that answered `r` is followed at once by one of body `next` in the same procedure, which is taken then. */
@inline function goesOn(r: i32, next: i32): bool {
  if (r < 0 || !isNext(row(r), next)) return false;
  m_st(x_fp, r);
  return true;
}
/** The same of a procedure that it has called. */
@inline function goesIn(r: i32, next: i32): bool {
  if (r != CALLED || !isNext(row(x_entry), next)) return false;
  x_fp = x_callee;
  return true;
}
/** The same of the procedure that it goes back to. */
@inline function goesBack(r: i32, next: i32): bool {
  if (r != RETURNS) return false;
  const left = x_row;
  const caller = m_ld(x_fp + 1);
  if (!isNext(row(m_ld(caller)), next)) return false;
  leave(caller, left);
  return true;
}

/** Takes the step that the thread stands at and those after it, `most` of them. Answers 8 times how many, and why it stopped. */
export function stretch(most: i32): i32 {
  let why = ENDED;
  x_left = most;
  x_fp = m_ld(x_th + ThreadCtx_fp);
  x_row = row(m_ld(x_fp));
  while (x_left > 0) {
    const body = load<i32>(x_row);
    if (body < 0) {
      why = NOT_HERE;
      break;
    }
    const r = take(body);
    x_left--;
    if (r >= 0) {
      m_st(x_fp, r);
      x_row = row(r);
    } else if (r == RETRY_STEP) {
      why = AGAIN;
      break;
    } else if (r == BLOCKS) {
      why = SLEEPS;
      break;
    } else {
      if (r == RETURNS) {
        const left = x_row;
        const caller = m_ld(x_fp + 1);
        x_row = row(m_ld(caller));
        leave(caller, left);
      } else {
        x_fp = x_callee;
        x_row = row(x_entry);
      }
    }
    if (x_woken >= 0) {
      why = WOKE;
      break;
    }
  }
  return ((most - x_left) << 3) | why;
}
/** Back to the frame `caller`: that of the step of row `left` is zeros again. */
function leave(caller: i32, left: usize): void {
  m_st(x_th + ThreadCtx_fp, caller);
  let at: usize = BLOCK + (<usize>x_fp << 2);
  const end = at + (<usize>load<i32>(left, ROW_FRAME) << 2);
  for (; at + 8 <= end; at += 8) store<i64>(at, 0);
  if (at < end) store<i32>(at, 0);
  x_fp = caller;
}

/** Takes one step without going on: what it answers, as its body does. */
export function one(): i32 {
  x_fp = m_ld(x_th + ThreadCtx_fp);
  x_row = row(m_ld(x_fp));
  x_resched = 0;
  x_left = 1;
  const body = load<i32>(x_row);
  return body < 0 ? ABSENT : take(body);
}
