/** Going through time: playing, stepping, and along what is recorded. */
import type { EngineOrder } from '../../hosts/engine.ts';
import type { ChoiceStore, Choices, PictureStore } from './store.ts';
import { nextMark, type TimeStep } from './travel.ts';
import type { World } from './world.ts';

export interface Time {
  play(): void;
  pause(): void;
  step(): void;
  /** Goes along the recorded line: to a position, back by one, to the nearest mark, or back onto the old future. */
  travel(step: TimeStep): void;
  /** Steps a second, or paced by events. */
  setSpeed(speed: Choices['speed']): void;
  /** Plays to a position, paced by events. */
  playTo(at: number): void;
}

interface TimeEnv {
  choices: ChoiceStore;
  picture: PictureStore;
  world: World;
  /** The pictures that come are reached by going through time: nothing travels in them. */
  still(on: boolean): void;
}

export interface TimeOfSession extends Time {
  /** A world has just begun: it plays where Play was pressed meanwhile. */
  begun(order: (o: EngineOrder) => void): void;
}

export function createTime({ choices, picture, world, still }: TimeEnv): TimeOfSession {
  /** Play was pressed while a world was on its way. */
  let playSoon = false;
  const asWanted = (): EngineOrder => {
    const { speed } = choices.getState();
    return speed === 'events' ? { kind: 'play-events', times: 1 } : { kind: 'play', stepsPerSecond: speed };
  };
  const playing = () => picture.getState().status.playing;

  return {
    begun(order) {
      if (playSoon) order(asWanted());
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
      world.order(asWanted());
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
    setSpeed(speed) {
      choices.setState({ speed });
      if (playing()) world.order(asWanted());
    },
    playTo(at) {
      still(false);
      world.order({ kind: 'play-events', times: 1, until: at });
    },
  };
}
