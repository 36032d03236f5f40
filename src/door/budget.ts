/** What an outside input asked to be run is not done within the bounds; the message is a sentence for the person. */
export class OverBudget extends Error {}

/** Counts what is done for one input and throws once it is too much. */
export class Budget {
  private spent = 0;

  /** `what` begins the sentence: "The run". `most`: happenings. */
  constructor(
    readonly most: number,
    private readonly what: string,
  ) {}

  get left(): number {
    return this.most - this.spent;
  }

  /** Throws OverBudget. */
  spend(happenings: number): void {
    this.spent += happenings;
    if (this.spent > this.most)
      throw new OverBudget(`${this.what} was given up after ${this.most.toLocaleString('en')} happenings.`);
  }
}
