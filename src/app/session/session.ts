/**
 * One figure's session: a running world, its readers, and the two stores the views draw from. Everything the page can do
 * to the world goes through here; nothing else holds the engine. Each concern is a factory of its own; this ties them.
 */
import type { Said } from './announcer.ts';
import type { Parts, Session, SessionEnv } from './api.ts';
import { createBeginnings } from './beginnings.ts';
import { createHub } from './hub.ts';
import { createLife } from './life.ts';
import { createMarks } from './marks.ts';
import { menuAt } from './menu.ts';
import { createOrders } from './orders.ts';
import { createPainter } from './painter.ts';
import { createLinkSaid } from './said.ts';
import { createChoices, createPicture, type Mode } from './store.ts';
import { createTime } from './time.ts';
import { createWorld } from './world.ts';

export type { Parts, Session, SessionEnv } from './api.ts';

/** A session with nothing open yet. */
export function createSession(env: SessionEnv): Session {
  const choices = createChoices(env.first ?? {});
  const picture = createPicture();
  const said = createHub<Said>();
  const marks = createMarks();
  const parts: Partial<Parts> = {};
  const set = choices.setState;

  const painter = createPainter({
    ...env,
    choices,
    picture,
    say: said.tell,
    arrived: (at) => world.order({ kind: 'seek', at }),
    revive: (tid) => world.order({ kind: 'revive', tid }),
  });
  const linkSaid = createLinkSaid((notice) => !env.quiet && set({ notice }));
  const world = createWorld({
    painter,
    notice: (notice) => set({ notice }),
    said: linkSaid,
    pulse: createLife({ choices, picture, goOn: () => void beginnings.goOn() }),
    way: (way) => beginnings.onTheWay(way),
  });
  const time = createTime({ choices, picture, world, still: painter.still });
  const orders = createOrders({
    choices,
    picture,
    pause: time.pause,
    choose: world.choose,
    say: said.tell,
    selectByHand: () => painter.autoSelect(false),
  });
  const setMode = (mode: Mode): void => {
    if (mode === choices.getState().mode) return;
    if (mode === 'live') time.pause();
    set({ mode, menu: null, drag: null, dialog: '', conditions: false, drawer: false });
  };
  const beginnings = createBeginnings({
    backend: env.backend,
    choices,
    picture,
    painter,
    world,
    time,
    parts,
    linkSaid,
    setMode,
  });

  return {
    backend: env.backend,
    choices,
    picture,
    marks,
    parts,
    linkSaid,
    set,
    setMode,
    ...orders,
    ...time,
    ...beginnings,
    attach(name, make) {
      const part: Parts[typeof name] = parts[name] ?? make();
      parts[name] = part;
      return part;
    },
    openMenu(of, at) {
      const menu = menuAt(marks, of, at);
      if (menu) set({ menu });
    },
    askSlices: (from, to) => world.order({ kind: 'slices', from, to }),
    onSlices: world.slices.on,
    ask: world.ask,
    openPacket(dgram, focus = true) {
      set({ dgram, tab: 'packet', drawer: true, menu: null, packetFocus: focus });
    },
    askAnchors: () => world.order({ kind: 'anchors' }),
    onAnchors: world.anchors.on,
    fingerprint: world.fingerprint,
    look: painter.look,
    stepWords: world.stepWords,
    select(conn) {
      painter.autoSelect(false);
      set({ selected: conn });
      painter.reselect(conn);
    },
    say: said.tell,
    onSaid: said.on,
    close() {
      for (const part of Object.values(parts)) part?.close();
      beginnings.close();
      world.close();
    },
  };
}
