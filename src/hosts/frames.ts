/** Sends pictures of the world to the page: no more often than a screen shows, in a pair of buffers that come back. */
import type { Recording } from '../machine/recording/recording.ts';
import type { EngineStatus } from './engine.ts';
import type { FrameMessage, FromCoordinator, ToCoordinator } from './messages.ts';
import type { Port } from './port.ts';

/** Frames go to the page at most this often, ms. */
export const FRAME = 16;

export class Frames {
  /** Something changed that the page has not seen. */
  changed = true;
  private spare: ArrayBuffer[] = [];
  /** Buffers made so far: a pair is enough, the page gives each back when the next has come. */
  private made = 0;
  private last = 0;
  private sent = { line: -1, departures: 0, marks: 0, reordered: 0 };

  constructor(private readonly page: Port<ToCoordinator, FromCoordinator>) {}

  back(buffer: ArrayBuffer): void {
    if (this.spare.length < 2) this.spare.push(buffer);
  }

  /** Sends a frame when something changed: at once when `now`, else no more often than a screen shows. */
  show(r: Recording, status: EngineStatus, now: boolean): void {
    const { w } = r.machine.m;
    if (!this.changed || w.length === 0) return;
    const at = performance.now();
    if (!now && at - this.last < FRAME) return;
    const buffer = this.spare.pop() ?? (now || this.made < 2 ? this.make(w.length * 4) : undefined);
    if (!buffer) return;
    new Int32Array(buffer).set(w);
    this.last = at;
    this.changed = false;
    const { line, kept } = r;
    const message: FrameMessage = {
      kind: 'frame',
      block: buffer,
      steps: r.at,
      status: { ...status, lost: [...status.lost] },
      line: line.id,
      end: line.end,
      undone: r.undone,
      kept: kept && { from: kept.from.at, end: kept.end },
      ...this.news(r),
    };
    this.page.post(message, [buffer]);
  }

  private news(r: Recording): Pick<FrameMessage, 'departures' | 'marks'> {
    const { id, departures, marks } = r.line;
    const { sent } = this;
    const same = sent.line === id;
    const from = same && sent.reordered === r.reordered ? sent.marks : 0;
    const known = same && sent.departures === departures.length;
    this.sent = { line: id, departures: departures.length, marks: marks.length, reordered: r.reordered };
    return { departures: known ? null : departures, marks: { from, more: marks.slice(from) } };
  }

  private make(size: number): ArrayBuffer {
    this.made++;
    return new ArrayBuffer(size);
  }
}
