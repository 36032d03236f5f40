/**
 * What can be wrong with a capture file, said in words a person can act on.
 *
 * An error ends the reading: there is nothing to show. A problem does not: the rest of the file is used, and the problem
 * is told beside it. Problems of one kind are counted, so a broken file of a million packets has a short list.
 */

export type CaptureErrorCode =
  | 'empty'
  | 'too-large'
  | 'compressed'
  | 'not-a-capture'
  | 'truncated-header'
  | 'unknown-link-type'
  | 'no-packets'
  | 'no-udp'
  | 'not-quic'
  | 'no-such-server';

export interface CaptureError {
  readonly code: CaptureErrorCode;
  /** One plain sentence for the reader. */
  readonly text: string;
}

export type ProblemCode =
  | 'truncated-file'
  | 'bad-record'
  | 'bad-block'
  | 'snap-cut'
  | 'fragment'
  | 'super-frame'
  | 'length-mismatch'
  | 'unknown-link-type'
  | 'unknown-interface'
  | 'no-timestamp'
  | 'bad-secrets'
  | 'one-sided'
  | 'beginning-missing'
  | 'not-proven'
  | 'version'
  | 'older'
  | 'unannounced'
  | 'not-opened'
  | 'unreadable';

export interface Problem {
  readonly code: ProblemCode;
  /** Number (1-based) of the first packet it was seen at; 0 where it belongs to no packet. */
  readonly frame: number;
  /** How often it was seen. */
  count: number;
  /** One plain sentence about the first occurrence. */
  readonly text: string;
}

/** Collects problems; repeated ones of one code are counted, the first one keeps its words. */
export class Problems {
  readonly list: Problem[] = [];

  add(code: ProblemCode, frame: number, text: string): void {
    const known = this.list.find((p) => p.code === code);
    if (known) known.count++;
    else this.list.push({ code, frame, count: 1, text });
  }
}
