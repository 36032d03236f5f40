import { AddressBook } from './address.ts';
import { linkLayer, linkTypeName } from './layers/link.ts';
import { MOST_WRAPPINGS, type PacketOutcome, Peeler } from './layers/peeler.ts';
import { type CaptureError, type Problem, type Problems, whyNothing } from './problems.ts';
import { emptyRecord, type RecordSource } from './record.ts';
import { openSource } from './sniff.ts';
import { DatagramFlag, type DatagramRow, DatagramTable } from './table.ts';

/** So many kinds of packets are named in a sentence. */
const NAMED = 5;
/** A UDP payload above this does not fit an Ethernet frame; QUIC stacks do not send them one by one. */
const LARGEST_SINGLE_DATAGRAM = 1500;

export interface CaptureCounts {
  packets: number;
  datagrams: number;
  /** Packets that are no IP, and IP packets that are no UDP. */
  notIp: number;
  notUdp: number;
  /** Pieces of fragmented IP packets that are left out. */
  fragments: number;
  /** Pieces that were put together, all but the last of each packet, and pieces that came twice. */
  joined: number;
  snapCut: number;
  superFrames: number;
  /** Packets too damaged, too short or of a link type too foreign to be read. */
  unreadable: number;
}

export interface Capture {
  readonly datagrams: DatagramTable;
  readonly problems: readonly Problem[];
  /** Key logs found inside the file. */
  readonly embeddedKeys: readonly Uint8Array[];
  readonly counts: Readonly<CaptureCounts>;
}

export type CaptureResult =
  | { readonly ok: true; readonly capture: Capture }
  | { readonly ok: false; readonly error: CaptureError; readonly problems: readonly Problem[] };

/** Reads a capture that is not packed, in portions. */
export class RecordScan {
  private readonly addresses = new AddressBook();
  private readonly table: DatagramTable;
  private readonly source: RecordSource | undefined;
  private error: CaptureError | undefined;
  private readonly counts: CaptureCounts = {
    packets: 0,
    datagrams: 0,
    notIp: 0,
    notUdp: 0,
    fragments: 0,
    joined: 0,
    snapCut: 0,
    superFrames: 0,
    unreadable: 0,
  };
  private readonly record = emptyRecord();
  private readonly peeler: Peeler;
  /** What is no UDP, by what it is. */
  private readonly others = new Map<string, number>();
  private readonly row: DatagramRow = {
    frame: 0,
    tNs: 0,
    src: 0,
    sport: 0,
    dst: 0,
    dport: 0,
    off: 0,
    capturedLen: 0,
    payloadLen: 0,
    flags: 0,
  };
  private timed = false;
  private firstSec = 0;
  private firstNs = 0;
  private tNs = 0;
  private finished = false;
  private foreignLinkType: number | undefined;

  constructor(
    private readonly bytes: Uint8Array,
    private readonly problems: Problems,
  ) {
    this.peeler = new Peeler(bytes, ({ frame, pieces }) =>
      this.problems.add('fragment', frame, unfinished(frame, pieces)),
    );
    this.table = new DatagramTable(bytes, this.addresses, this.peeler.side);
    const source = openSource(bytes, this.problems);
    if ('code' in source) {
      this.error = source;
      this.finished = true;
    } else this.source = source;
  }

  /** Share of the file that has been read, 0 to 1. */
  get progress(): number {
    if (this.finished || !this.source) return 1;
    return this.source.position / this.bytes.length;
  }

  /** Reads up to `packets` further packets; true once the end is reached. */
  step(packets: number): boolean {
    const { source } = this;
    if (this.finished || !source) return true;
    for (let n = 0; n < packets; n++) {
      if (!source.next(this.record)) {
        this.finish();
        return true;
      }
      this.takePacket();
    }
    return false;
  }

  /** What was read. Only after `step` has returned true. */
  result(): CaptureResult {
    if (!this.finished) throw new Error('the scan is not finished');
    if (this.error) return { ok: false, error: this.error, problems: this.problems.list };
    return {
      ok: true,
      capture: {
        datagrams: this.table,
        problems: this.problems.list,
        embeddedKeys: this.source?.embeddedKeys ?? [],
        counts: this.counts,
      },
    };
  }

  private takePacket(): void {
    const { record, counts, peeler } = this;
    const frame = ++counts.packets;
    this.takeTime();
    if (!linkLayer(record.linkType)) {
      counts.unreadable++;
      if (record.linkType < 0) return;
      this.foreignLinkType ??= record.linkType;
      this.problems.add(
        'unknown-link-type',
        frame,
        `Packet ${frame} is of link type ${linkTypeName(record.linkType)}, which is not read here; it is left out.`,
      );
      return;
    }
    const { off, capLen, origLen, linkType } = record;
    const outcome = peeler.packet(off, off + capLen, off + origLen, linkType, frame, this.tNs);
    counts.fragments -= peeler.joined;
    counts.joined += peeler.joined;
    this.takeOutcome(outcome, frame);
  }

  /** Times count from the first packet that has one; a packet without takes that of its neighbour. */
  private takeTime(): void {
    const { record } = this;
    if (!record.timed) return;
    if (!this.timed) {
      this.timed = true;
      this.firstSec = record.sec;
      this.firstNs = record.ns;
    }
    this.tNs = (record.sec - this.firstSec) * 1e9 + (record.ns - this.firstNs);
  }

  private takeOutcome(outcome: PacketOutcome, frame: number): void {
    const { counts, problems, peeler } = this;
    switch (outcome) {
      case 'udp':
        this.takeDatagram(frame);
        return;
      case 'not-ip':
      case 'not-udp':
        if (outcome === 'not-ip') counts.notIp++;
        else counts.notUdp++;
        this.others.set(peeler.what, (this.others.get(peeler.what) ?? 0) + 1);
        return;
      case 'waits':
      case 'refused':
        counts.fragments++;
        return;
      case 'twice':
        counts.joined++;
        return;
      case 'overlap':
      case 'malformed-pieces':
      case 'full':
        counts.fragments++;
        problems.add('bad-fragment', frame, badFragment(outcome, frame));
        return;
      case 'foreign':
        counts.unreadable++;
        problems.add(
          'foreign',
          frame,
          `Packet ${frame} is ${peeler.what}, which is not read here; it is left out.`,
        );
        return;
      case 'too-deep':
        counts.unreadable++;
        problems.add(
          'too-deep',
          frame,
          `Packet ${frame} is wrapped more than ${MOST_WRAPPINGS} times; it is left out.`,
        );
        return;
      case 'cut':
        counts.unreadable++;
        problems.add(
          'snap-cut',
          frame,
          `Packet ${frame} was cut off inside its headers when it was captured.`,
        );
        return;
      case 'malformed':
        counts.unreadable++;
        problems.add(
          'bad-record',
          frame,
          `Packet ${frame} has a header that cannot be right; it is left out.`,
        );
        return;
    }
  }

  private takeDatagram(frame: number): void {
    const { row, record, addresses, problems, counts, peeler } = this;
    const { udp, buffer } = peeler;
    row.frame = frame;
    row.tNs = this.tNs;
    row.src = addresses.intern(buffer, udp.addressOff, udp.addressLen);
    row.dst = addresses.intern(buffer, udp.addressOff + udp.addressLen, udp.addressLen);
    row.sport = udp.sport;
    row.dport = udp.dport;
    row.off = peeler.payloadOff;
    row.capturedLen = udp.capturedLen;
    row.payloadLen = udp.payloadLen;
    row.flags = record.timed ? 0 : DatagramFlag.noTime;
    if (udp.capturedLen < udp.payloadLen) {
      row.flags |= DatagramFlag.snapCut;
      counts.snapCut++;
      problems.add(
        'snap-cut',
        frame,
        `The capture kept ${udp.capturedLen} of the ${udp.payloadLen} bytes of the datagram in packet ${frame}.`,
      );
    }
    // What came in pieces was one datagram.
    if (udp.payloadLen > LARGEST_SINGLE_DATAGRAM && row.off < this.bytes.length) {
      row.flags |= DatagramFlag.superFrame;
      counts.superFrames++;
    }
    if (udp.lengthMismatch) {
      row.flags |= DatagramFlag.lengthMismatch;
      problems.add(
        'length-mismatch',
        frame,
        `The UDP and IP lengths of packet ${frame} contradict each other; the IP length was used.`,
      );
    }
    this.table.append(row);
    counts.datagrams++;
  }

  private finish(): void {
    this.finished = true;
    this.peeler.finish();
    this.table.trim();
    this.error = this.whatIsMissing();
  }

  private whatIsMissing(): CaptureError | undefined {
    const { counts } = this;
    if (counts.datagrams > 0) return undefined;
    if (this.foreignLinkType !== undefined) {
      const name = linkTypeName(this.foreignLinkType);
      return {
        code: 'unknown-link-type',
        text: `The capture is of link type ${name}, which is not read here; Ethernet, Linux cooked, PPP, NFLOG, PKTAP, raw IP and loopback are.`,
      };
    }
    const { list } = this.problems;
    const cut = list.find(
      (p) => p.code === 'truncated-file' || p.code === 'bad-block' || p.code === 'bad-record',
    );
    if (counts.packets === 0) {
      return {
        code: 'no-packets',
        text: cut
          ? cut.text.replace('; everything before it is used', ', and nothing is before it')
          : 'The capture holds no packets.',
      };
    }
    const why = whyNothing(list);
    if (why) return { code: 'no-udp', text: why };
    const kinds = [...this.others].sort((a, b) => b[1] - a[1]).slice(0, NAMED);
    const others = kinds.map(([what, n]) => `${n} ${n === 1 ? 'is' : 'are'} ${what}`).join(', ');
    return {
      code: 'no-udp',
      text: `No packet of the capture (it holds ${counts.packets}) is a UDP datagram, so there is no QUIC in it: ${others}.`,
    };
  }
}

function unfinished(frame: number, pieces: number): string {
  const there = pieces === 1 ? 'only one of its pieces is' : `only ${pieces} of its pieces are`;
  return `The fragmented IP packet that begins in packet ${frame} is not whole: ${there} in the capture, and left out.`;
}

function badFragment(outcome: 'overlap' | 'malformed-pieces' | 'full', frame: number): string {
  switch (outcome) {
    case 'overlap':
      return `Packet ${frame} overlaps another piece of the same fragmented IP packet, which is left out for that (RFC 5722).`;
    case 'malformed-pieces':
      return `Packet ${frame} is a piece of a fragmented IP packet that cannot be right; all of it is left out.`;
    case 'full':
      return `More than 64 MiB came as fragmented IP packets; from packet ${frame} on they are left out.`;
  }
}
