/** Judges mutants in processes of their own, as many as there are cores to have. */
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Mutant } from '../../haproxy/mutants/mutant.ts';
import { Seen } from '../../haproxy/mutants/seen.ts';
import { type Come, GROUNDS } from './grounds.ts';
import { type Depth, type Fate, Judge, type Known } from './judge.ts';
import type { Answer, Order } from './messages.ts';

const ENTRY = fileURLToPath(new URL('./process.ts', import.meta.url));

/** Which mutants are wanted, of all there are. */
export type Wanted = (all: readonly Mutant[]) => readonly Mutant[];

export interface Judged {
  readonly mutant: Mutant;
  readonly fate: Exclude<Fate, { fate: 'refused' }>;
}

/** @param each told after each mutant, with how many there are */
export async function judged(
  wanted: Wanted,
  depth: Depth,
  processes: number,
  each: (done: number, of: number, last: Judged | undefined) => void,
): Promise<Judged[]> {
  const workers = Array.from({ length: processes }, () => new Chamber(depth));
  try {
    const known = await lookAround(workers);
    const mutants = wanted(new Judge(depth).take(known));
    const out: (Judged | undefined)[] = mutants.map(() => undefined);
    let next = 0;
    let done = 0;
    await Promise.all(
      workers.map(async (w) => {
        w.order({ kind: 'known', known });
        for (let i = next++; i < mutants.length; i = next++) {
          const mutant = mutants[i]!;
          const { fate } = await w.ask({ kind: 'judge', id: mutant.id }, 'fate');
          if (fate.fate !== 'refused') out[i] = { mutant, fate };
          each(++done, mutants.length, out[i]);
        }
      }),
    );
    return out.filter((j) => j !== undefined);
  } finally {
    for (const w of workers) w.end();
  }
}

/** The worlds as they are, dealt out among the processes; the first looks at the battery too. */
async function lookAround(workers: readonly Chamber[]): Promise<Known> {
  const looked = await Promise.all(
    workers.map((w, k) =>
      w.ask(
        {
          kind: 'look',
          worlds: GROUNDS.filter((_, i) => i % workers.length === k),
          battery: k === 0,
        },
        'looked',
      ),
    ),
  );
  const all: Come[] = looked.flatMap((l) => l.comes);
  const order = new Map(GROUNDS.map((id, i) => [id, i]));
  const comes = all.sort((a, b) => order.get(a.id)! - order.get(b.id)!);
  return { comes, seen: looked[0]!.battery ?? new Seen(0) };
}

type Waiting = { resolve: (a: Answer) => void; reject: (e: Error) => void };

class Chamber {
  private readonly child: ChildProcess;
  private waiting: Waiting | undefined;
  private over = false;

  constructor(depth: Depth) {
    this.child = fork(ENTRY, [], {
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    this.child.on('message', (a: Answer) => {
      const { waiting } = this;
      this.waiting = undefined;
      waiting?.resolve(a);
    });
    this.child.on('exit', (code) => {
      if (!this.over) this.waiting?.reject(new Error(`a process that judges has ended (${code})`));
    });
    this.order({ kind: 'begin', depth });
  }

  order(o: Order): void {
    this.child.send(o);
  }

  ask<K extends Answer['kind']>(o: Order, kind: K): Promise<Extract<Answer, { kind: K }>> {
    return new Promise((resolve, reject) => {
      const resolved = (a: Answer): void =>
        a.kind === kind
          ? resolve(a as Extract<Answer, { kind: K }>)
          : reject(new Error(`${a.kind} was answered, not ${kind}`));
      this.waiting = { resolve: resolved, reject };
      this.order(o);
    });
  }

  end(): void {
    this.over = true;
    this.child.kill();
  }
}
