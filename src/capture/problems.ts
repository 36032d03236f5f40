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
  | 'packed'
  | 'truncated-file'
  | 'bad-record'
  | 'bad-block'
  | 'snap-cut'
  | 'fragment'
  | 'bad-fragment'
  | 'foreign'
  | 'too-deep'
  | 'super-frame'
  | 'large'
  | 'length-mismatch'
  | 'unknown-link-type'
  | 'unknown-interface'
  | 'no-timestamp'
  | 'bad-secrets'
  | 'one-sided'
  | 'beginning-missing'
  | 'search'
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

/** Problems that leave packets out: where nothing is left, they are why. */
const LEAVE_OUT: ReadonlySet<ProblemCode> = new Set([
  'foreign',
  'too-deep',
  'unknown-interface',
  'unknown-link-type',
  'fragment',
  'bad-fragment',
  'bad-record',
  'snap-cut',
]);

/** Why a capture holds nothing that can be shown, as the problems on the way tell; undefined if they do not. */
export function whyNothing(problems: readonly Problem[]): string | undefined {
  const [worst] = problems.filter(({ code }) => LEAVE_OUT.has(code)).sort((a, b) => b.count - a.count);
  if (!worst || worst.count === 1) return worst?.text;
  return `${worst.text} ${worst.count === 2 ? 'One more is' : `${worst.count - 1} more are`} like it.`;
}

/** A problem in words, with how often it was seen. */
export function problemText({ text, count }: Problem): string {
  return count > 1 ? `${text} (and ${count - 1} more like it)` : text;
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
