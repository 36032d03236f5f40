/** Going through time: playing, stepping, and along what is recorded. */
import type { EngineOrder } from '../../hosts/engine.ts';
import type { ChoiceStore, PictureStore } from './store.ts';
import { nextMark, type TimeStep } from './travel.ts';
import type { World } from './world.ts';

export interface Time {
  play(): void;
  pause(): void;
  step(): void;
  /** Goes along the recorded line: to a position, back by one, to the nearest mark, or back onto the old future. */
  travel(step: TimeStep): void;
  setSpeed(stepsPerSecond: number): void;
}

interface TimeEnv {
  choices: ChoiceStore;
  picture: PictureStore;
  world: World;
  /** The pictures that come are reached by going through time: nothing travels in them. */
  still(on: boolean): void;
}

export interface TimeOfSession extends Time {
  /** What a world that has just begun is told: to play at `rate` steps a second, or as the person wants it. */
  begun(order: (o: EngineOrder) => void, rate: number): void;
}

export function createTime({ choices, picture, world, still }: TimeEnv): TimeOfSession {
  /** Play was pressed while a world was on its way. */
  let playSoon = false;
  const speed = () => choices.getState().speed;
  const playing = () => picture.getState().status.playing;

  return {
    begun(order, rate) {
      if (playSoon) order({ kind: 'play', stepsPerSecond: speed() });
      else if (rate > 0) order({ kind: 'play', stepsPerSecond: rate });
      playSoon = false;
    },
    play() {
      if (world.starting) {
        playSoon = true;
        return;
      }
      if (picture.getState().stage?.fatal) return;
      choices.setState({ notice: null });
      still(false);
      world.order({ kind: 'play', stepsPerSecond: speed() });
    },
    pause: () => world.order({ kind: 'pause' }),
    step() {
      if (playing()) world.order({ kind: 'pause' });
      if (choices.getState().notice?.tone === 'plain') choices.setState({ notice: null });
      still(false);
      const { at, end, undone } = picture.getState().travel;
      world.order({ kind: at < end || undone > 0 ? 'forward' : 'step' });
    },
    travel(step) {
      const here = picture.getState().travel;
      choices.setState({ notice: null, menu: null });
      still(true);
      if (step.kind === 'back' || step.kind === 'bring-back') world.order(step);
      else if (step.kind === 'seek') world.order({ kind: 'seek', at: step.at });
      else {
        const to = nextMark(here, step.by);
        if (to >= 0) world.order({ kind: 'seek', at: to });
      }
    },
    setSpeed(stepsPerSecond) {
      choices.setState({ speed: stepsPerSecond });
      if (playing()) world.order({ kind: 'play', stepsPerSecond });
    },
  };
}
