/**
 * The table at which threads take turns: one seat a thread, and the block, shared with all of them or handed to the one whose
 * turn it is.
 */
import type { Machine, Pick } from '../machine/machine.ts';
import type { WorldOptions } from '../machine/options.ts';
import type { Rows } from '../machine/recording/events.ts';
import { memOf, refill } from '../memory/bounded.ts';
import type { PlainMem } from '../memory/plain.ts';
import type { WorldData } from '../scenario/data.ts';
import type { FromThread, ToThread } from './messages.ts';
import type { Port } from './port.ts';
import { Seat, type SeatEvents } from './seat.ts';

export type ThreadPick = Exclude<Pick, { kind: 'deliver' }>;

export class Table {
  readonly mem: PlainMem;
  private readonly seats: Seat[];
  private readonly data: WorldData;
  private seq = 0;

  /** `words` of the block; `events` hears of a worker that ended, was ended, does not answer, or answers again. */
  constructor(
    private readonly spawn: (tid: number) => Port<FromThread, ToThread>,
    private readonly sharing: 'shared' | 'transferred',
    data: WorldData,
    private readonly options: WorldOptions,
    private readonly words: number,
    events: SeatEvents,
    /** The block is from a file. */
    private readonly foreign = false,
  ) {
    this.data = sharing === 'shared' ? withSharedBytes(data) : data;
    this.mem = memOf(this.freshWords(), foreign);
    this.seats = Array.from({ length: options.threads }, (_, t) => new Seat(t, events));
  }

  /** Words for one more block of this world, of the kind that this realm uses. */
  freshWords(): Int32Array {
    const bytes = this.words * 4;
    return new Int32Array(this.sharing === 'shared' ? new SharedArrayBuffer(bytes) : new ArrayBuffer(bytes));
  }

  /** Gives a thread a worker; says whether it came up. */
  async seat(tid: number): Promise<boolean> {
    const { data, options } = this;
    const shared = this.sharing === 'shared' ? (this.mem.w.buffer as unknown as SharedArrayBuffer) : null;
    try {
      return await this.seats[tid]!.start(this.spawn(tid), {
        kind: 'init',
        tid,
        data,
        options,
        shared,
        foreign: this.foreign,
      });
    } catch {
      return false;
    }
  }

  alive(tid: number): boolean {
    return this.seats[tid]?.alive ?? false;
  }

  kill(tid: number, why: string): void {
    this.seats[tid]?.kill(why);
  }

  /**
   * Lets a thread that has a worker take its turn of up to `limit` steps; `machine` looks at this table's block and counts
   * what happened. Null when the worker was lost in the middle: the block is then another one, empty, because the old one is
   * gone, or holds half a step and a hanging worker may still write into it.
   */
  async turn(machine: Machine, pick: ThreadPick, limit: number): Promise<Rows | null> {
    refill(this.mem);
    const answer = await this.seats[pick.tid]!.turn({
      kind: 'turn',
      seq: ++this.seq,
      at: machine.happened,
      pick,
      limit,
      horizon: machine.horizon(pick.tid),
      block: this.sharing === 'shared' ? null : (this.mem.w.buffer as ArrayBuffer),
    });
    if ('lost' in answer) {
      this.mem.moveTo(this.freshWords());
      if (this.sharing === 'shared')
        for (const s of this.seats) s.move(this.mem.w.buffer as unknown as SharedArrayBuffer);
      return null;
    }
    if (answer.block) this.mem.moveTo(new Int32Array(answer.block));
    machine.happened += answer.taken;
    machine.steps += answer.taken;
    return answer.told;
  }
}

function withSharedBytes(data: WorldData): WorldData {
  const b = data.datagrams.bytes;
  if (!(b.buffer instanceof ArrayBuffer)) return data;
  const bytes = new Uint8Array(new SharedArrayBuffer(b.length));
  bytes.set(b);
  return { ...data, datagrams: { ...data.datagrams, bytes } };
}
