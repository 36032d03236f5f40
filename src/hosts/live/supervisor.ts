/**
 * Starts a Live run and watches over it: safe points, images, lost workers, orders. It steps no thread. One thing is done at
 * a time; every wait has a limit.
 */
import type { StepsFor } from '../../machine/compiled/steps.ts';
import type { Port } from '../port.ts';
import { Beating } from '../pulse.ts';
import { CONN, CONTROL } from './board.ts';
import type { Frozen, LiveBegin, LiveOrder, LiveSettings, SafePoint } from './contract.ts';
import { Crew, type LivePort } from './crew.ts';
import { freeze } from './freeze.ts';
import { Image } from './image.ts';
import type { FromSupervisor, ToSupervisor } from './messages.ts';
import type { LiveReading } from './reading.ts';
import { putInRing } from './rebinder.ts';
import { needsCare, Run } from './run.ts';
import { lookAtAll } from './safepoint.ts';
import { sleep } from './sleep.ts';
import { NUMBER } from './slots.ts';
import { StatusBook } from './status-book.ts';

/** Between two looks at the crew, ms. */
const LOOK = 50;
/** Between two images, ms; longer where taking one takes long: at most a fiftieth of the time. */
const IMAGE_EVERY = 5000;
/** All must stand still within this, ms. */
const STAND_STILL = 5000;
/** Workers are asked of the page, and lines to them opened, only while this one is idle: so long before the world is filled, ms. */
const CREATED = 12;
/** The other workers are started once a datagram was handled, or after this, ms: who has the first clients may be among them. */
const FIRST_ALONE = 300;
/** Threads get this long to finish what they have, ms. */
const SETTLE = 30_000;
/** Whoever is no longer a thread leaves within this, ms: a browser ends a worker by force two seconds after it was told to end. */
const LEAVE = 3000;
/** More losses than this in a minute end the run. */
const LOSSES = 10;

/** Why a run could not begin: mostly there was no memory for it. */
function whyNot(e: unknown, { options, capacity }: LiveBegin): string {
  if (e instanceof RangeError && /alloc|length|size/i.test(e.message))
    return `There is no memory here for ${capacity} connections on ${options.threads} threads: fewer take less (${e.message}).`;
  return e instanceof Error ? e.message : String(e);
}

export class Supervisor {
  private run: Run | undefined;
  private crew: Crew | undefined;
  private image: Image | undefined;
  private book: StatusBook | undefined;
  private doing: Promise<void> = Promise.resolve();
  private lostNow: number[] = [];
  private recovering = false;
  /** Orders that came before all workers were up, or that a lost worker cut short. */
  private waiting: LiveOrder[] = [];
  private closed = false;
  /** Told to begin; what it is told until there is a run waits. */
  private beginning = false;
  private lastLook = 0;
  private nextImage = 0;
  /** Orders of a person that have been told not to have been done. */
  private notDone = 0;
  private readonly beating: Beating;

  constructor(
    private readonly page: Port<ToSupervisor, FromSupervisor>,
    private readonly spawn: (tid: number) => LivePort,
    /** Workers that are started at the same time. */
    private readonly atOnce: number,
    /** Steps that were compiled, where there are such. */
    private readonly steps?: StepsFor,
  ) {
    this.beating = new Beating((beat) => page.post(beat));
    page.onMessage((m) => {
      if (m.kind === 'begin') {
        this.beginning = true;
        void this.start(m.begin);
      } else this.hear(m.order);
    });
  }

  /** Ends all workers at once. */
  close(): void {
    this.closed = true;
    this.crew?.close();
  }

  private async start(begin: LiveBegin): Promise<void> {
    try {
      const run = new Run(begin, await this.steps?.(needsCare(begin.options)));
      this.run = run;
      this.book = new StatusBook(
        begin,
        run.reading,
        run.numbers,
        (status) => this.page.post({ kind: 'status', status }),
        run.parts.compiled !== undefined,
      );
      this.page.post({ kind: 'board', parts: run.parts.board });
      this.book.say('starting');
      this.crew = new Crew(
        run.board,
        run.parts,
        this.spawn,
        {
          lost: (tid, why, failed) => this.lost(tid, why, failed),
          up: () => this.up(),
          silent: (tid) => this.book?.silent(tid),
          heard: (tid) => this.book?.heard(tid),
        },
        this.atOnce,
      );
      // Workers load their script while a new world is filled; nobody steps before it is. What goes on lies there first.
      if (begin.from) this.begins(run, begin);
      this.crew.seatThreads();
      await sleep(CREATED);
      if (!begin.from) this.begins(run, begin);
      this.crew.seat(-1);
      // What has been changed meanwhile stands.
      run.apply();
      this.book.imageAt(this.image?.ms ?? 0);
      this.book.memory(run.memory(this.image?.bytes ?? 0));
      run.go();
      this.lastLook = run.now();
      this.nextImage = run.now() + IMAGE_EVERY;
      void this.look();
    } catch (e) {
      this.beginning = false;
      const why = whyNot(e, begin);
      this.book?.stop('failed', why);
      this.page.post({ kind: 'refused', why });
    }
  }

  /** The world before its first datagram, or an image of another run. */
  private begins(run: Run, { from }: LiveBegin): void {
    const image = new Image(run.parts, run.board, (parts) => this.page.post({ kind: 'image', parts }));
    this.image = image;
    if (!from) {
      run.fill();
      return;
    }
    image.adopt(from.image);
    image.putBack(() => run.fill());
    run.backTo(image.ms);
    this.book?.wentOn(image.ms, from.age);
  }

  private up(): void {
    if (!this.crew?.complete || this.book?.phase !== 'starting') return;
    this.book.say('running');
    for (const order of this.waiting.splice(0)) this.hear(order);
  }

  private async look(): Promise<void> {
    const { run, crew, book } = this;
    if (!run || !crew || !book) return;
    let wait = 2;
    const begun = run.now();
    while (!this.closed) {
      await sleep(wait);
      const now = run.now();
      const passed = now - this.lastLook;
      this.lastLook = now;
      run.tick();
      book.tick(passed);
      this.tellNotDone(run.reading);
      if (book.stopped) continue;
      if (book.firstHandled) wait = LOOK;
      if (book.firstHandled || now > begun + FIRST_ALONE) crew.seatOthers();
      crew.watch(passed);
      if (run.stoppedByItself()) void this.inTurn(() => this.bug());
      else if (now >= this.nextImage && book.phase === 'running') void this.prepareAnImage();
    }
  }

  /** One thing after the other. */
  private inTurn(what: () => Promise<void>): Promise<void> {
    this.doing = this.doing.then(what).catch((e: unknown) => {
      this.book?.stop('failed', e instanceof Error ? e.message : String(e));
    });
    return this.doing;
  }

  private hear(o: LiveOrder): void {
    const { run, crew, book } = this;
    if (this.beginning && !crew) {
      this.waiting.push(o);
      return;
    }
    if (!run || !crew || !book || (book.stopped && o.kind !== 'freeze')) {
      this.refuse(book?.stopped ? 'the run has stopped' : 'the run has not begun');
      return;
    }
    switch (o.kind) {
      case 'pause':
        void this.inTurn(() => this.pause());
        break;
      case 'resume':
        void this.inTurn(async () => {
          if (book.phase !== 'paused') return;
          run.go();
          book.say('running');
        });
        break;
      case 'stop':
      case 'settle':
        void this.inTurn(() => this.settle(o));
        break;
      case 'set':
        this.settings(o.settings);
        break;
      case 'rebind':
        this.rebind(o.conn, o.tid);
        break;
      case 'kill':
        if (crew.has(o.tid)) crew.kill(o.tid, 'it was ended on purpose');
        else this.refuse(`T${o.tid} has no worker`);
        break;
      case 'freeze':
        void this.inTurn(() => this.freeze('asked'));
        break;
    }
  }

  /** Before all workers are up an order waits. */
  private waits(order: LiveOrder): boolean {
    if (this.book?.phase !== 'starting') return false;
    this.waiting.push(order);
    return true;
  }

  private refuse(why: string): void {
    this.page.post({ kind: 'refused', why });
  }

  /** Of orders that their thread could not carry out any more. */
  private tellNotDone(reading: LiveReading): void {
    const n = reading.total('notDone');
    if (n > this.notDone)
      this.refuse('the connection was being moved just then, or has gone: it can be asked again');
    this.notDone = n;
  }

  private settings(s: Partial<LiveSettings>): void {
    const { run, book } = this;
    if (!run || !book) return;
    run.set(s);
    book.settings(s);
  }

  private rebind(conn: number, tid: number): void {
    const { run } = this;
    if (!run) return;
    const { board } = run;
    const owner = conn >= 0 && conn < board.conns ? board.words[board.conn(conn) + CONN.owner]! : -1;
    if (tid < 0 || tid >= board.threads) this.refuse(`there is no thread T${tid}`);
    else if (owner < 0) this.refuse('there is no such connection now');
    else if (!putInRing(board, owner, 0, conn, tid)) this.refuse(`too many orders wait for T${owner}`);
    else run.wake(owner);
  }

  /** Everyone stands still; those who do not answer in time are lost. False: somebody was lost meanwhile. */
  private async standStill(control: number): Promise<boolean> {
    const { run, crew } = this;
    if (!run || !crew) return false;
    run.stand(control);
    const losses = this.lostNow.length;
    for (const t of await crew.untilStill(STAND_STILL, run))
      crew.kill(t, `it does not stop when asked to${t < 0 ? '' : run.whereIs(t)}`);
    return this.lostNow.length === losses && losses === 0;
  }

  /** What was found; an imbalance or a broken rule ends the run with an image to open. False: it ended. */
  private lookAtAll(): SafePoint | null {
    const { run, book } = this;
    if (!run || !book) return null;
    this.beating.on(null);
    const point = lookAtAll(run.machine, run.revision, run.board, run.numbers, run.booked, run.ms);
    book.safePoint(point);
    const broken = point.rulesBroken[0];
    if (broken) this.end('rule', `${broken.rule}: ${broken.text}.`);
    else if (point.balance.wrong) this.end('balance', `The datagrams do not add up: ${point.balance.wrong}.`);
    else return point;
    return null;
  }

  private end(why: 'rule' | 'balance' | 'bug' | 'failed', message: string): void {
    this.book?.stop(why, `${message}${why === 'balance' ? '' : (this.run?.suspects() ?? '')}`);
    this.postFrozen(why);
  }

  private async pause(): Promise<void> {
    const { book } = this;
    if (!book || this.waits({ kind: 'pause' }) || book.phase !== 'running') return;
    book.say('pausing');
    if (!(await this.standStill(CONTROL.pause))) return;
    if (this.lookAtAll()) book.say('paused');
  }

  /** Memory for an image is made ready while the threads run. */
  private async prepareAnImage(): Promise<void> {
    const { run, book, image } = this;
    if (!run || !book || !image) return;
    this.nextImage = run.now() + IMAGE_EVERY;
    try {
      await image.prepare(
        () => sleep(1),
        () => this.closed || book.stopped,
      );
    } catch (e) {
      if (!(e instanceof RangeError)) throw e;
      this.nextImage = Number.POSITIVE_INFINITY;
      book.noImage(image.bytes);
      return;
    }
    await this.inTurn(() => this.takeImage());
  }

  private async takeImage(): Promise<void> {
    const { run, book, image } = this;
    if (!run || !book || !image || book.phase !== 'running') return;
    const from = run.now();
    this.nextImage = from + IMAGE_EVERY;
    if (!(await this.standStill(CONTROL.pause))) return;
    if (!this.lookAtAll()) return;
    this.beating.on(null);
    image.take(run.ms);
    book.imageAt(run.ms);
    run.go();
    this.nextImage = run.now() + Math.max(IMAGE_EVERY, 50 * (run.now() - from));
  }

  /** No more datagrams; when nothing is left to do, all rules. */
  private async settle(order: { kind: 'stop' | 'settle' }): Promise<void> {
    const { run, book } = this;
    if (!run || !book) return;
    if (this.waits(order)) return;
    if (book.phase === 'paused') run.go();
    else if (book.phase !== 'running') return;
    book.say('settling');
    run.numbers[NUMBER.dry] = 1;
    const until = run.now() + SETTLE;
    for (;;) {
      await run.calm(Math.min(until, run.now() + 2000), () => this.lostNow.length > 0);
      if (!(await this.standStill(CONTROL.pause))) {
        this.waiting.push(order);
        return;
      }
      if (run.machine.quiet || run.now() > until) break;
      run.go();
    }
    run.numbers[NUMBER.dry] = 0;
    if (!this.lookAtAll()) return;
    if (order.kind === 'stop') {
      book.stop('asked', '');
      return;
    }
    run.go();
    book.say('running');
  }

  private async freeze(why: Frozen['why']): Promise<void> {
    const { book } = this;
    if (!book || this.waits({ kind: 'freeze' })) return;
    if (book.phase === 'running') await this.pause();
    if (book.phase === 'paused' || book.stopped) this.postFrozen(why);
    else this.refuse('the run does not stand still');
  }

  private postFrozen(why: Frozen['why']): void {
    const { run } = this;
    if (run) this.page.post({ kind: 'frozen', frozen: freeze(run, why) });
  }

  private async bug(): Promise<void> {
    const { run, book } = this;
    if (!run || !book || book.stopped || !run.stoppedByItself()) return;
    await this.standStill(CONTROL.halt);
    this.end('bug', run.bugText());
  }

  private lost(tid: number, why: string, failed: boolean): void {
    const { run, book, crew } = this;
    if (!run || !book || !crew || this.closed || book.stopped) return;
    book.lost(tid, why, run.ms);
    this.lostNow.push(tid);
    if (failed && tid >= 0) {
      void this.inTurn(async () => {
        if (book.stopped) return;
        await this.standStill(CONTROL.halt);
        this.end('failed', `T${tid} can’t go on: ${why}.`);
      });
      return;
    }
    if (this.recovering) return;
    this.recovering = true;
    void this.inTurn(() => this.recover());
  }

  /** A lost worker may have held a lock: all go on from the last image. */
  private async recover(): Promise<void> {
    const { run, book, crew, image } = this;
    if (!run || !book || !crew || !image || book.stopped) return;
    const paused = book.phase === 'paused' || book.phase === 'pausing';
    book.say('recovering');
    await this.standStill(CONTROL.halt);
    if (book.lossesWithin(60_000) > LOSSES) {
      book.stop('failed', 'Too many workers are lost one after the other.');
      return;
    }
    const age = run.ms - image.ms;
    // The load generator's own state is made anew from the image too.
    crew.retire(-1);
    await crew.untilLeft(run.now() + LEAVE, run);
    image.putBack(() => run.fill());
    run.backTo(image.ms);
    run.apply();
    const lost = this.lostNow.splice(0).filter((t) => t >= 0);
    for (const t of new Set(lost)) crew.seat(t);
    crew.seat(-1);
    this.recovering = false;
    book.recovered(age);
    if (paused) {
      book.say('paused');
      return;
    }
    run.go();
    book.say('starting');
    this.up();
  }
}
