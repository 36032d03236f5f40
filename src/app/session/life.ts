/** Whether the world behind the picture still lives: figures that are old are said to be, and what can be done is offered. */
import type { Pulse } from '../../hosts/engine.ts';
import { deadNotice } from './notices.ts';
import type { ChoiceStore, PictureStore } from './store.ts';

interface LifeEnv {
  choices: ChoiceStore;
  picture: PictureStore;
  /** Begins the same world anew, with new workers, and stands at the step that is shown. */
  goOn(): void;
}

export function createLife({ choices, picture, goOn }: LifeEnv): (pulse: Pulse) => void {
  return (pulse) => {
    const { state, ms } = pulse;
    const old = state === 'late' || state === 'silent' || state === 'ended';
    const shown = picture.getState().stage !== null;
    const age = old && shown ? Math.max(1, Math.round(ms / 1000)) : 0;
    if (age !== picture.getState().age) picture.setState({ age });
    const { notice } = choices.getState();
    if (state !== 'silent' && state !== 'ended') {
      // It has only been slow.
      if (notice?.about === 'life') choices.setState({ notice: null });
      return;
    }
    const next = deadNotice(pulse, shown, goOn);
    if (notice?.heading !== next.heading) choices.setState({ notice: next });
  };
}
