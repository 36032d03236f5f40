/** The world that runs, and what it says. One at a time; a start that is overtaken by a later one is closed again. */
import type { Anchors, Engine, EngineOrder, Pulse, Slices, Way, WorldOptions } from '../../hosts/engine.ts';
import type { StoredMoment } from '../../hosts/messages.ts';
import type { QuestionKind, QuestionMap } from '../../hosts/questions.ts';
import type { Choice } from '../../machine/choice.ts';
import type { StepWords } from '../../report/view.ts';
import type { Opened, Running } from '../opening/contract.ts';
import { createHub, type Hub } from './hub.ts';
import { MISPLACED, partedNotice, refusedNotice, sentence, undrawableNotice } from './notices.ts';
import type { Painter } from './painter.ts';
import type { LinkSaid } from './said.ts';
import type { Notice } from './store.ts';

export interface Start {
  from: Opened;
  options: WorldOptions;
  moment?: StoredMoment | undefined;
  /** The same beginning with another program, not a link's. */
  again?: boolean;
  /** The world before it is dead: what is ordered meanwhile is for this one. */
  insteadOfDead?: boolean;
  /** The world is there and has not been told anything yet. */
  begun?(order: (o: EngineOrder) => void): void;
}

export interface World {
  begin(start: Start): Promise<void>;
  /** A world is on its way. */
  readonly starting: boolean;
  order(order: EngineOrder): void;
  /** A choice of the person's: it is not told as going through time is. */
  choose(choice: Choice): void;
  /** Asks about the recording; null while no world runs. Never answered when the world is closed first. */
  ask<K extends QuestionKind>(kind: K, ask: QuestionMap[K]['ask']): Promise<QuestionMap[K]['answer'] | null>;
  fingerprint(): string;
  stepWords(pc: number): StepWords | null;
  readonly slices: Hub<Slices>;
  readonly anchors: Hub<Anchors>;
  close(): void;
}

interface WorldEnv {
  painter: Painter;
  notice(n: Notice): void;
  /** What is said of the link that is followed. */
  said: LinkSaid;
  pulse(pulse: Pulse): void;
  /** How far the world is on the way to its moment; null once it stands there. */
  way(way: Way | null): void;
}

export function createWorld({ painter, notice, said, pulse, way }: WorldEnv): World {
  const slices = createHub<Slices>();
  const anchors = createHub<Anchors>();
  let running: Running | null = null;
  let unhear: (() => void)[] = [];
  let generation = 0;
  let starting = false;
  /** Orders that wait for the world that starts; null while they go to the one that runs. */
  let kept: EngineOrder[] | null = null;
  /** The world has not come to its moment yet. */
  let arriving = false;

  function drop(): void {
    for (const stop of unhear) stop();
    unhear = [];
    running?.engine.close();
    running = null;
    painter.end();
  }

  function hear(engine: Engine, again: boolean, foreign: boolean): void {
    unhear = [
      engine.onFrame((frame) => {
        try {
          painter.draw(frame);
        } catch (error) {
          engine.order({ kind: 'pause' });
          notice(undrawableNotice(error));
          // What a file says may be anything; a world of ours can be drawn, or there is a defect to be seen.
          if (!foreign) throw error;
        }
      }),
      engine.onRefused((why) => {
        if (!arriving || !said.add(sentence(why))) notice(refusedNotice(why));
      }),
      engine.onSlices(slices.tell),
      engine.onAnchors(anchors.tell),
      engine.onMisplaced((notes) => {
        if (again) {
          const n = partedNotice(notes);
          if (n) notice(n);
        } else for (const line of [MISPLACED, ...notes]) said.add(line);
      }),
      engine.onWay((w) => {
        if (!w) arriving = false;
        way(w);
      }),
      engine.onPulse(pulse),
    ];
  }

  const order = (o: EngineOrder): void => {
    if (kept) kept.push(o);
    else running?.engine.order(o);
  };
  return {
    slices,
    anchors,
    order,
    get starting() {
      return starting;
    },
    async begin({ from, options, moment, again = false, insteadOfDead = false, begun }) {
      const mine = ++generation;
      starting = true;
      const meanwhile: EngineOrder[] = [];
      kept = insteadOfDead ? meanwhile : null;
      const world = await from.start(options, moment).finally(() => {
        if (mine !== generation) return;
        starting = false;
        kept = null;
      });
      if (mine !== generation) {
        world.engine.close();
        return;
      }
      drop();
      running = world;
      arriving = true;
      painter.begin(world.reader, from.story ?? null);
      hear(world.engine, again, from.frozen?.begin.image.foreign ?? false);
      begun?.(order);
      for (const o of meanwhile) order(o);
    },
    choose(choice) {
      painter.still(false);
      order({ kind: 'choice', choice });
    },
    ask: async (kind, ask) => (running ? running.engine.ask(kind, ask) : null),
    fingerprint: () => running?.fingerprint ?? '',
    stepWords: (pc) => running?.reader.step(pc) ?? null,
    close: drop,
  };
}
