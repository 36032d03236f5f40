/** A line longer than this is no key log line; so much of it is looked at, bytes. */
const LONGEST = 8192;
const LF = 10;
const CR = 13;

/**
 * Takes a text apart into lines as its bytes come, of which it keeps one line. Lines end with LF, CR LF or CR. Zero bytes are passed over: UTF-16
 * is nothing else as long as all is ASCII. Byte order marks (also of files that were put one behind the other), blanks at either end, empty
 * lines and comments are no lines.
 */
export class KeyLines {
  /** Number of the line that is being read, from 1. */
  number = 1;
  private readonly buf = new Uint8Array(LONGEST);
  private length = 0;
  private afterCr = false;

  /** `take` gets each line at [from, to) of a buffer that is used again. */
  constructor(private readonly take: (buf: Uint8Array, from: number, to: number, number: number) => void) {}

  add(bytes: Uint8Array): void {
    const { buf } = this;
    let { length, afterCr, number } = this;
    for (let i = 0; i < bytes.length; i++) {
      const byte = bytes[i]!;
      if (byte === 0) continue;
      if (byte === LF || byte === CR) {
        if (byte === CR || !afterCr) {
          if (length > 0) {
            this.number = number;
            this.line(length);
          }
          length = 0;
          number++;
        }
        afterCr = byte === CR;
        continue;
      }
      afterCr = false;
      if (length < LONGEST) buf[length++] = byte;
    }
    this.length = length;
    this.afterCr = afterCr;
    this.number = number;
  }

  /** The text ends; its last line may have no end. */
  end(): void {
    if (this.length > 0) this.line(this.length);
    this.length = 0;
  }

  private line(length: number): void {
    const { buf } = this;
    let from = 0;
    let to = length;
    for (;;) {
      if (from < to && buf[from]! <= 0x20) from++;
      else {
        const mark = markAt(buf, from, to);
        if (mark === 0) break;
        from += mark;
      }
    }
    while (to > from && buf[to - 1]! <= 0x20) to--;
    if (to > from && buf[from] !== 0x23) this.take(buf, from, to, this.number);
  }
}

/** Length of the byte order mark at `at`: of UTF-8, or of UTF-16 in either order; 0 if there is none. */
function markAt(buf: Uint8Array, at: number, end: number): number {
  if (at + 2 > end) return 0;
  const [a, b] = [buf[at]!, buf[at + 1]!];
  if ((a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff)) return 2;
  return a === 0xef && b === 0xbb && at + 3 <= end && buf[at + 2] === 0xbf ? 3 : 0;
}
