import type { Explorable } from '../../machine/explorable.ts';
import type { LimitKind } from './contract.ts';
import type { Crank } from './crank.ts';
import type { BeginSearch, BetweenWorkers, Tally } from './messages.ts';
import { PeerLine } from './post.ts';
import { Shard } from './shard.ts';

/** What a level-by-level worker tells its coordinator. */
export interface LevelNews {
  ready(open: number): void;
  ended(limit: LimitKind): void;
  failed(why: string): void;
}

/**
 * One shard and its lines to the others. A level is over here when it is expanded here and every other worker has said
 * `last`; it is over everywhere when all keys have been exchanged.
 */
export class LevelWorker {
  readonly shard: Shard;
  private readonly lines: (PeerLine | undefined)[];
  private going = false;
  private expanded = false;
  private turned = false;
  private lasts = 0;
  private keys: Float64Array[] = [];
  private readonly statesBound: number;
  private stopped = false;

  constructor(
    private readonly x: Explorable,
    private readonly begin: BeginSearch<unknown>,
    private readonly crank: Crank,
    private readonly news: LevelNews,
  ) {
    const { me, of, options, peers } = begin;
    this.lines = peers.map((port) => (port ? new PeerLine(port) : undefined));
    this.statesBound = (options.bounds.states ?? Number.POSITIVE_INFINITY) / of;
    const memory = (options.memoryMB * 2 ** 20) / of;
    this.shard = new Shard(x, { me, of, memory, reduction: options.reduction }, (to, from, words) =>
      this.lines[to]!.put(from, words),
    );
    peers.forEach((port, from) => {
      if (port) port.onmessage = (e: MessageEvent<BetweenWorkers>) => this.hear(from, e.data);
    });
  }

  /** Says what there is to begin with. */
  start(): void {
    this.end();
  }

  /** Expands the level that all are ready for. */
  level(): void {
    this.going = true;
    this.crank.run((transitions) => this.slice(transitions));
  }

  tally(): Tally {
    const { shard, x } = this;
    return {
      states: shard.visited.count,
      transitions: shard.transitions,
      depth: shard.depth,
      frontier: shard.open + shard.met,
      memoryBytes: shard.budget.used,
      facts: shard.facts,
      factNames: x.factNames,
      changes: x.changes ?? [],
      executed: [...(x.executed ?? [])],
      back: shard.back,
      find: shard.find,
    };
  }

  private slice(transitions: number): boolean {
    if (this.lines.some((line) => line?.busy)) return false;
    const more = this.shard.expand(transitions);
    if (this.shard.budget.full) this.stop('memory');
    else if (this.shard.visited.count > this.statesBound) this.stop('states');
    if (this.stopped) return false;
    if (!more) this.end();
    return more;
  }

  private stop(limit: LimitKind): void {
    if (this.stopped) return;
    this.stopped = true;
    this.news.ended(limit);
  }

  private end(): void {
    this.going = false;
    for (const line of this.lines) {
      line?.flush();
      line?.say({ kind: 'last' });
    }
    this.expanded = true;
    this.turn();
  }

  private hear(from: number, message: BetweenWorkers): void {
    if (this.stopped) return;
    try {
      this.take(from, message);
    } catch (e) {
      this.stopped = true;
      this.news.failed(e instanceof Error ? e.message : String(e));
    }
  }

  private take(from: number, message: BetweenWorkers): void {
    const line = this.lines[from]!;
    switch (message.kind) {
      case 'states':
        this.shard.receive(from, new Int32Array(message.buffer), message.words);
        line.say({ kind: 'back', buffer: message.buffer }, [message.buffer]);
        if (this.shard.budget.full) this.stop('memory');
        return;
      case 'back':
        line.back(message.buffer);
        if (this.going) this.level();
        return;
      case 'last':
        this.lasts++;
        this.turn();
        return;
      case 'keys':
        this.keys[from] = message.keys;
        this.ready();
        return;
    }
  }

  private turn(): void {
    const { me, of } = this.begin;
    if (!this.expanded || this.turned || this.lasts < of - 1) return;
    this.turned = true;
    const keys = this.shard.level();
    this.keys[me] = keys;
    for (const line of this.lines) line?.say({ kind: 'keys', keys });
    this.ready();
  }

  private ready(): void {
    const { of } = this.begin;
    if (!this.turned) return;
    for (let i = 0; i < of; i++) if (this.keys[i] === undefined) return;
    this.shard.ranks.exchange(this.keys);
    this.keys = [];
    this.expanded = false;
    this.turned = false;
    this.lasts = 0;
    this.news.ready(this.shard.open);
  }
}
