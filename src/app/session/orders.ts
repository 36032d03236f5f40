/** What a person orders in the world: each is a choice, done at this moment or refused with the reason. */
import type { Choice } from '../../machine/choice.ts';
import type { Said } from './announcer.ts';
import { refusalNotice } from './notices.ts';
import type { ChoiceStore, PictureStore } from './store.ts';

export interface Orders {
  /** Any choice; a world that plays is paused first. */
  choose(choice: Choice): void;
  runThread(tid: number): void;
  toggleHold(tid: number): void;
  rebind(conn: number, tid: number): void;
  setGate(on: boolean): void;
  setFailNext(on: boolean): void;
  setAcceptTarget(tid: number): void;
}

interface OrdersEnv {
  choices: ChoiceStore;
  picture: PictureStore;
  pause(): void;
  choose(choice: Choice): void;
  say(said: Said): void;
  /** From here on the person has selected a connection. */
  selectByHand(): void;
}

export function createOrders({ choices, picture, pause, choose, say, selectByHand }: OrdersEnv): Orders {
  const set = choices.setState;
  const stage = () => picture.getState().stage;
  const stand = () => {
    if (picture.getState().status.playing) pause();
  };

  return {
    choose(choice) {
      stand();
      set({ menu: null, notice: null });
      choose(choice);
    },
    runThread(tid) {
      stand();
      choose({ kind: 'step', tid });
    },
    toggleHold(tid) {
      const held = stage()?.threads[tid]?.held ?? false;
      choose({ kind: held ? 'release' : 'hold', tid });
    },
    rebind(conn, tid) {
      const view = stage()?.conns.find((c) => c.index === conn);
      set({ menu: null, drag: null });
      if (!view || view.owner === tid) return;
      pause();
      if (view.rebindRefusal) {
        const notice = refusalNotice(view.rebindRefusal, view.name.letter);
        set({ notice });
        say({ text: `${notice.heading}. ${notice.detail}`, urgent: false });
        return;
      }
      selectByHand();
      set({ selected: conn, notice: null });
      choose({ kind: 'rebind', conn, tid });
      // An order to a thread that is held would never begin: the order is what it waited for.
      if (stage()?.threads[view.owner]?.held) choose({ kind: 'release', tid: view.owner });
    },
    setGate(on) {
      set({ gate: on });
      choose({ kind: 'gate', on });
    },
    setFailNext(on) {
      set({ failNext: on });
      choose({ kind: 'fail-allocation', n: on ? 1 : 0 });
    },
    setAcceptTarget(tid) {
      set({ acceptTarget: tid });
      choose({ kind: 'accept-target', tid, conn: -1 });
    },
  };
}
