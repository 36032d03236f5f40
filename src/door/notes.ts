/** Notes on an input, a sentence each. However often something is wrong, one kind of thing is one line, with its count. */
import { LIMIT } from './limits.ts';

export class Notes {
  private readonly kinds = new Map<string, { first: string; count: number }>();
  /** Of kinds beyond the limit. */
  private further = 0;

  /** `text` is a whole sentence; of a kind the first is shown. */
  add(kind: string, text: string): void {
    const known = this.kinds.get(kind);
    if (known) known.count++;
    else if (this.kinds.size < LIMIT.notes) this.kinds.set(kind, { first: text, count: 1 });
    else this.further++;
  }

  get lines(): string[] {
    const out = [...this.kinds.values()].map(({ first, count }) =>
      count === 1 ? first : `${first} (${(count - 1).toLocaleString('en')} more like it)`,
    );
    if (this.further > 0) out.push(`${this.further.toLocaleString('en')} further notes are left out.`);
    return out;
  }
}
