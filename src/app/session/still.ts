/**
 * A session that shows one picture and takes no orders: for a stage that is drawn without a page (markup made at build, a figure
 * on its tape). Whoever can do more gives it: `{ ...stillSession(…), step }`.
 */
import type { Parts, Session } from './api.ts';
import { createMarks } from './marks.ts';
import { createLinkSaid } from './said.ts';
import { type Choices, createChoices, createPicture, type Picture } from './store.ts';

const nothing = (): void => {};
const no = async (): Promise<null> => null;
const unheard = () => nothing;

/** The stores begin with what is shown, since that is what is drawn where there is no page. */
export function stillSession(shown: Partial<Choices>, drawn: Partial<Picture>): Session {
  const choices = createChoices(shown);
  const parts: Partial<Parts> = {};
  const set: Session['set'] = (part) => choices.setState(part);
  return {
    choices,
    picture: createPicture(drawn),
    marks: createMarks(),
    parts,
    linkSaid: createLinkSaid(nothing),
    backend: {
      samples: [],
      revisions: [],
      prepare: nothing,
      open: () => Promise.reject(new Error('A picture opens nothing')),
      look: no,
    },
    set,
    select: (selected) => set({ selected }),
    attach(name, make) {
      const part: Parts[typeof name] = parts[name] ?? make();
      parts[name] = part;
      return part;
    },
    setMode: nothing,
    openMenu: nothing,
    openPacket: nothing,
    ask: no,
    askSlices: nothing,
    onSlices: unheard,
    askAnchors: nothing,
    onAnchors: unheard,
    fingerprint: () => '',
    look: () => null,
    stepWords: () => null,
    say: nothing,
    onSaid: unheard,
    close: nothing,
    open: async () => false,
    adopt: async () => {},
    tellYours: async () => {},
    cancelOpen: nothing,
    opened: () => null,
    restart: async () => {},
    standAt: async () => {},
    goOn: async () => {},
    choose: nothing,
    runThread: nothing,
    toggleHold: nothing,
    rebind: nothing,
    setGate: nothing,
    setFailNext: nothing,
    setAcceptTarget: nothing,
    play: nothing,
    pause: nothing,
    step: nothing,
    travel: nothing,
    setSpeed: nothing,
    playTo: nothing,
  };
}
