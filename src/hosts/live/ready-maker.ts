/** A maker whose first workers load their script while their leader loads its own and lays out the world. */
import { type Made, Maker } from '../maker.ts';

export class ReadyMaker extends Maker {
  private readonly ahead = new Map<string, Made>();

  /** `names`: workers that will be asked for first, made at once. */
  constructor(leader: Worker, script: string, names: readonly string[]) {
    super(leader, script);
    for (const name of names) this.ahead.set(name, super.make(name));
  }

  /** The one that is ready; each is given once. */
  protected override make(name: string): Made {
    const made = this.ahead.get(name);
    this.ahead.delete(name);
    return made ?? super.make(name);
  }

  override close(): void {
    super.close();
    for (const { worker } of this.ahead.values()) worker.terminate();
    this.ahead.clear();
  }
}
