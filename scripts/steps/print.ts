/**
 * Functions of the step language as AssemblyScript. The executor, the memory and the world are one each, so they are no arguments:
 * `x.ld(p, F)` is `x_ld(p, F)`. A function that is handed a procedure’s locals or a step’s edges is printed for each step that hands
 * them on.
 */
import type { Of, Setting, Wanted } from './expressions.ts';
import type { Node, Source } from './source.ts';
import { Statements } from './statements.ts';

class Body extends Statements {
  constructor(
    set: Setting,
    private readonly printer: Printer,
    w: Wanted,
  ) {
    super(set, w);
  }

  protected want(source: Source, node: Node, called: string, of: Of | null): string {
    return this.printer.want(source, node, called, of);
  }
}

export class Printer {
  private readonly names = new Map<string, string>();
  private readonly queue: Wanted[] = [];
  private readonly done: string[] = [];

  constructor(private readonly set: Setting) {}

  /** A step’s body; the name of its function. Nothing of it is kept where it is unfit. */
  body(source: Source, node: Node, of: Of): string {
    const name = `step_${of.tag}`;
    this.whole([{ source, node, of, name }]);
    return name;
  }

  /** A body of an inline function. */
  inline(source: Source, node: Node, name: string): string {
    this.whole([{ source, node, of: null, name }]);
    return name;
  }

  /** All that was asked for and all that it calls. */
  get text(): string {
    return this.done.join('\n');
  }

  private whole(first: Wanted[]): void {
    const before = this.done.length;
    const named = [...this.names.keys()];
    this.queue.push(...first);
    try {
      for (let w = this.queue.pop(); w; w = this.queue.pop())
        this.done.push(new Body(this.set, this, w).text());
    } catch (error) {
      this.queue.length = 0;
      this.done.length = before;
      for (const k of [...this.names.keys()]) if (!named.includes(k)) this.names.delete(k);
      throw error;
    }
  }

  /** Name of a function that is called. */
  want(source: Source, node: Node, called: string, of: Of | null): string {
    const key = `${source.file}:${node.start}:${of?.tag ?? ''}`;
    const known = this.names.get(key);
    if (known) return known;
    const name = `f${this.names.size}_${called}`;
    this.names.set(key, name);
    this.queue.push({ source, node, of, name });
    return name;
  }
}
