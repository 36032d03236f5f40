/** What has a place among others of its kind: it remembers where it was last. */
export interface Placed {
  slot: number;
}

/** Which of at most so many places each owner has; that of the one asked for longest ago goes to another. */
export class Slots<O extends Placed> {
  private readonly owners: O[] = [];
  private readonly lastUse: number[] = [];
  private clock = 0;

  constructor(private readonly most: number) {}

  /** The owner's place; its complement (`~place`, negative) where it has just been given to it. */
  of(owner: O): number {
    const { slot } = owner;
    if (this.owners[slot] !== owner) return this.give(owner);
    this.lastUse[slot] = ++this.clock;
    return slot;
  }

  private give(owner: O): number {
    // It may have a place among others too, and remember that one.
    const had = this.owners.indexOf(owner);
    let slot = had;
    if (slot < 0) {
      slot = this.owners.length;
      if (slot >= this.most) slot = this.oldest();
      this.owners[slot] = owner;
    }
    this.lastUse[slot] = ++this.clock;
    owner.slot = slot;
    return had < 0 ? ~slot : slot;
  }

  private oldest(): number {
    let slot = 0;
    for (let i = 1; i < this.lastUse.length; i++) if (this.lastUse[i]! < this.lastUse[slot]!) slot = i;
    return slot;
  }
}
