import { type CaptureError, Problems } from './problems.ts';
import { type CaptureResult, RecordScan } from './scan.ts';
import { isGzip, MOST_UNPACKED, Unpacked, Unpacking } from './unpack.ts';

/** Of a packed file so many bytes are unpacked where so many packets would be read, and so many at most at once. */
const BYTES_A_PACKET = 50;
const PORTION = 1 << 22;

/**
 * Reads a capture in portions, so that a worker can tell progress and be stopped between them. A file that is packed by gzip is unpacked
 * first, up to 1 GiB.
 *
 * ```ts
 * const scan = new CaptureScan(bytes);
 * while (!scan.step(20_000)) report(scan.progress);
 * const result = scan.result();
 * ```
 *
 * The bytes are referred to for as long as the result lives and must not change.
 */
export class CaptureScan {
  private readonly problems = new Problems();
  private readonly unpacking: { readonly from: Unpacking; readonly into: Unpacked } | undefined;
  private records: RecordScan | undefined;
  private error: CaptureError | undefined;

  /** `mostUnpacked`: bytes that are taken out of a packed file before it is refused. */
  constructor(bytes: Uint8Array, mostUnpacked = MOST_UNPACKED) {
    if (isGzip(bytes)) {
      const into = new Unpacked(bytes);
      this.unpacking = { from: new Unpacking(bytes, into.take, mostUnpacked), into };
    } else this.records = new RecordScan(bytes, this.problems);
  }

  /** Share of the file that has been read, 0 to 1. */
  get progress(): number {
    const { unpacking, records } = this;
    if (this.error) return 1;
    if (!unpacking) return records?.progress ?? 1;
    return (unpacking.from.progress + (records?.progress ?? 0)) / 2;
  }

  /** Reads up to `packets` further packets; true once the end is reached. */
  step(packets: number): boolean {
    if (this.error) return true;
    if (this.records) return this.records.step(packets);
    const { from, into } = this.unpacking!;
    if (!from.step(Math.min(PORTION, packets * BYTES_A_PACKET))) return false;
    if (from.end === 'bomb')
      this.refuse('too-large', 'What is packed in the file is larger than 1 GiB; cut it into pieces.');
    else if (from.total > 0) {
      if (from.end === 'broken') {
        const text = 'The file is packed by gzip, and cut or damaged; what comes before is used.';
        this.problems.add('packed', 0, text);
      }
      this.records = new RecordScan(into.all, this.problems);
    } else if (from.end === 'whole')
      this.refuse('empty', 'The file is packed by gzip, and nothing is in it.');
    else
      this.refuse(
        'compressed',
        'The file begins like one packed by gzip, but nothing can be unpacked from it.',
      );
    return this.error !== undefined;
  }

  /** What was read. Only after `step` has returned true. */
  result(): CaptureResult {
    if (this.error) return { ok: false, error: this.error, problems: this.problems.list };
    if (!this.records) throw new Error('the scan is not finished');
    return this.records.result();
  }

  private refuse(code: CaptureError['code'], text: string): void {
    this.error = { code, text };
  }
}

/** Reads a whole capture at once: `CaptureScan` without the portions. */
export function readCapture(bytes: Uint8Array): CaptureResult {
  const scan = new CaptureScan(bytes);
  while (!scan.step(Number.MAX_SAFE_INTEGER));
  return scan.result();
}
