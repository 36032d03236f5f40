/** The one table of what a person can order: buttons, keys, the connection menu and the help sheet are read off it. */

import { LIVE_COMMANDS } from '../live/commands.ts';
import { FIRST_STORY } from '../opening/first.ts';
import { choiceWords } from '../session/choice-words.ts';
import { loaded } from '../session/loaded.ts';
import type { MarkName } from '../session/marks.ts';
import type { Session } from '../session/session.ts';
import type { Mode } from '../session/store.ts';
import { STORY_COMMANDS } from '../story/commands.ts';
import { TIME_COMMANDS } from '../timeline/commands.ts';

export interface Command {
  id: string;
  title: string;
  group: 'Story' | 'Run' | 'Time' | 'Threads' | 'Connections' | 'Page' | 'Live';
  /** As shown: "Space", "⇧0–7", "H then 0–7". */
  keys: string;
  /** Physical key (`KeyboardEvent.code`), `Digit` for any of them. */
  code: string;
  shift?: boolean;
  /** What the key prints, where that counts and not its place. */
  sign?: string;
  /** Only after this letter has been pressed. */
  after?: string;
  /** Only while focus is on the stage or nowhere. */
  onStage?: boolean;
  /** A single letter, which a person can switch off. */
  letter?: boolean;
  /** Another key for a command that is listed already. */
  also?: boolean;
  /** Only while presenting: the browser's own otherwise. */
  presenting?: boolean;
  run(session: Session, digit: number): void;
}

const picture = (s: Session) => s.picture.getState();
const choices = (s: Session) => s.choices.getState();

/** Selects the connection `by` places further down, in the order of the CID table. */
export function selectBy(session: Session, by: number): void {
  const conns = picture(session).stage?.conns ?? [];
  if (conns.length === 0) return;
  const at = conns.findIndex((c) => c.index === choices(session).selected);
  const next = at < 0 ? 0 : (at + by + conns.length) % conns.length;
  session.select(conns[next]!.index);
}

/** To the next moment that was found, or the one before. */
async function goToFound(session: Session, by: 1 | -1): Promise<void> {
  const goToMoment = await loaded(
    session,
    'What goes to moments',
    () => import('../find/moments.ts'),
    (m) => m.goToMoment,
  );
  await goToMoment(session, by);
}

/** A datagram of the selected connection that is on the stage: one that waits before one that flies; 0 none. */
function waitingDatagram(session: Session): number {
  const { stage } = picture(session);
  const letter = stage?.conns.find((c) => c.index === choices(session).selected)?.name.letter;
  const all = [
    ...(stage?.threads.flatMap((t) => [...t.inbox, ...(t.hand ? [t.hand] : [])]) ?? []),
    ...(stage?.flights.filter((f) => f.toServer).map((f) => f.dgram) ?? []),
  ];
  return (all.find((d) => d.conn?.letter === letter) ?? all[0])?.id ?? 0;
}

/** In the Packet tab the datagram before or after of the same connection; else the next one in flight. */
function datagramBy(session: Session, by: number): void {
  const { tab, dgram } = choices(session);
  const data = session.opened()?.data;
  if (tab !== 'packet' || dgram === 0 || !data) {
    focusFlight(session, by);
    return;
  }
  const { conn, count } = data.datagrams;
  for (let d = dgram - 1 + by; d >= 0 && d < count; d += by)
    if (conn[d] === conn[dgram - 1]) {
      session.set({ dgram: d + 1 });
      return;
    }
}

/** Focuses the next datagram in flight, of the selected connection if it has any there. */
function focusFlight(session: Session, by: number): void {
  const { stage } = picture(session);
  const { selected } = choices(session);
  const letter = stage?.conns.find((c) => c.index === selected)?.name.letter;
  const all = (stage?.flights ?? []).filter((f) => f.toServer).map((f) => f.dgram);
  const own = all.filter((d) => d.conn?.letter === letter);
  const list = (own.length > 0 ? own : all).map((d): MarkName => `dgram:${d.id}`);
  focusNext(session, list, session.marks.focused('dgram'), by);
}

/** Focuses the one `by` places after `from`, or the first or last of them. */
function focusNext(session: Session, list: readonly MarkName[], from: MarkName | null, by: number): void {
  const at = from === null ? -1 : list.indexOf(from);
  const next = at < 0 ? (by > 0 ? 0 : list.length - 1) : (at + by + list.length) % list.length;
  const name = list[next];
  if (name) session.marks.focus(name);
}

export const COMMANDS: readonly Command[] = [
  {
    id: 'play',
    title: 'Play, pause',
    group: 'Run',
    keys: 'Space',
    code: 'Space',
    onStage: true,
    run: (s) => (picture(s).status.playing ? s.pause() : s.play()),
  },
  {
    id: 'step',
    title: 'Take the next step',
    group: 'Run',
    keys: '→',
    code: 'ArrowRight',
    onStage: true,
    run: (s) => s.step(),
  },
  {
    id: 'undo',
    title: 'Take back the last choice',
    group: 'Run',
    keys: 'U',
    code: 'KeyU',
    letter: true,
    run: undo,
  },
  {
    id: 'restart',
    title: 'Begin again, without the recording',
    group: 'Run',
    keys: '⇧Home',
    code: 'Home',
    shift: true,
    run: (s) => void s.restart(),
  },
  ...TIME_COMMANDS,
  {
    id: 'run-thread',
    title: 'Take that thread’s next step',
    group: 'Threads',
    keys: '0–7',
    code: 'Digit',
    run: (s, tid) => s.runThread(tid),
  },
  {
    id: 'hold-thread',
    title: 'Hold or release that thread',
    group: 'Threads',
    keys: 'H then 0–7',
    code: 'Digit',
    after: 'KeyH',
    letter: true,
    run: (s, tid) => s.toggleHold(tid),
  },
  {
    id: 'thread-menu',
    title: 'Menu of that thread',
    group: 'Threads',
    keys: 'N then 0–7',
    code: 'Digit',
    after: 'KeyN',
    letter: true,
    run: (s, tid) => s.openMenu({ kind: 'thread', tid }),
  },
  {
    id: 'fail-next',
    title: 'The next allocation fails, or need not',
    group: 'Threads',
    keys: 'F',
    code: 'KeyF',
    letter: true,
    run: (s) => s.setFailNext(!(picture(s).stage?.conditions.failNext ?? false)),
  },
  {
    id: 'rebind',
    title: 'Rebind the selected connection to that thread',
    group: 'Connections',
    keys: '⇧0–7',
    code: 'Digit',
    shift: true,
    run: (s, tid) => s.rebind(choices(s).selected, tid),
  },
  {
    id: 'previous',
    title: 'Select the previous connection',
    group: 'Connections',
    keys: '↑',
    code: 'ArrowUp',
    onStage: true,
    run: (s) => selectBy(s, -1),
  },
  {
    id: 'next',
    title: 'Select the next connection',
    group: 'Connections',
    keys: '↓',
    code: 'ArrowDown',
    onStage: true,
    run: (s) => selectBy(s, 1),
  },
  {
    id: 'follow',
    title: 'Follow the selected connection, or no longer',
    group: 'Connections',
    keys: 'V',
    code: 'KeyV',
    letter: true,
    run: (s) => s.set({ follow: choices(s).follow >= 0 ? -1 : choices(s).selected }),
  },
  {
    id: 'dgram-before',
    title: 'Previous datagram: in flight of the selection, or in the Packet tab',
    group: 'Connections',
    keys: '[',
    code: 'BracketLeft',
    onStage: true,
    run: (s) => datagramBy(s, -1),
  },
  {
    id: 'dgram-next',
    title: 'Next datagram: in flight of the selection (Enter opens its menu), or in the Packet tab',
    group: 'Connections',
    keys: ']',
    code: 'BracketRight',
    onStage: true,
    run: (s) => datagramBy(s, 1),
  },
  {
    id: 'menu',
    title: 'Menu of the selected connection',
    group: 'Connections',
    keys: 'Enter',
    code: 'Enter',
    onStage: true,
    run: (s) => s.openMenu({ kind: 'conn', conn: choices(s).selected }),
  },
  {
    id: 'tab-connection',
    title: 'Connection tab',
    group: 'Page',
    keys: 'C',
    code: 'KeyC',
    letter: true,
    run: (s) => s.set({ tab: 'connection', drawer: true }),
  },
  {
    id: 'tab-packet',
    title: 'Packet tab',
    group: 'Page',
    keys: 'G',
    code: 'KeyG',
    letter: true,
    run: (s) => {
      const first = choices(s).dgram || waitingDatagram(s);
      if (first > 0) s.openPacket(first);
      else s.set({ tab: 'packet', drawer: true });
    },
  },
  {
    id: 'tab-program',
    title: 'Program tab',
    group: 'Page',
    keys: 'P',
    code: 'KeyP',
    letter: true,
    run: (s) => s.set({ tab: 'program', drawer: true }),
  },
  {
    id: 'panel-timeline',
    title: 'Timeline',
    group: 'Page',
    keys: 'T',
    code: 'KeyT',
    letter: true,
    run: (s) => s.set({ panel: 'timeline' }),
  },
  {
    id: 'panel-trace',
    title: 'Trace',
    group: 'Page',
    keys: 'L',
    code: 'KeyL',
    letter: true,
    run: (s) => s.set({ panel: 'trace' }),
  },
  {
    id: 'panel-happened',
    title: 'What happened',
    group: 'Page',
    keys: 'W',
    code: 'KeyW',
    letter: true,
    run: (s) => s.set({ panel: 'happened' }),
  },
  {
    id: 'mode',
    title: 'Step or Live',
    group: 'Page',
    keys: 'M',
    code: 'KeyM',
    letter: true,
    run: (s) => s.setMode(choices(s).mode === 'live' ? 'step' : 'live'),
  },
  {
    id: 'explorer',
    title: 'Explorer, and back to the stage',
    group: 'Page',
    keys: 'X',
    code: 'KeyX',
    letter: true,
    run: (s) => s.set({ explorer: !choices(s).explorer, menu: null }),
  },
  {
    id: 'open',
    title: 'Open a capture or a saved moment',
    group: 'Page',
    keys: 'O',
    code: 'KeyO',
    letter: true,
    run: (s) => s.set({ dialog: 'open' }),
  },
  {
    id: 'panel-show',
    title: 'show quic, show fd, show threads, show activity',
    group: 'Page',
    keys: 'Q',
    code: 'KeyQ',
    letter: true,
    run: (s) => s.set({ panel: 'show' }),
  },
  {
    id: 'panel-thread',
    title: 'Thread: what it has to run, polls, holds',
    group: 'Page',
    keys: 'I',
    code: 'KeyI',
    letter: true,
    run: (s) => s.set({ panel: 'thread' }),
  },
  {
    id: 'panel-timers',
    title: 'Timers: every one that is armed',
    group: 'Page',
    keys: 'Y',
    code: 'KeyY',
    letter: true,
    run: (s) => s.set({ panel: 'timers' }),
  },
  {
    id: 'export',
    title: 'Copy or save a table: text, CSV, JSON',
    group: 'Page',
    keys: 'J',
    code: 'KeyJ',
    letter: true,
    run: (s) => s.set({ dialog: 'export' }),
  },
  {
    id: 'share',
    title: 'Share this moment: a link, or a file',
    group: 'Page',
    keys: 'S',
    code: 'KeyS',
    letter: true,
    run: (s) => s.set({ dialog: 'share' }),
  },
  {
    id: 'find',
    title: 'Find: connections, CIDs, datagrams, events, functions, commands, stories',
    group: 'Page',
    keys: '/ Ctrl K',
    code: 'Slash',
    sign: '/',
    letter: true,
    run: (s) => s.set({ finding: '', menu: null }),
  },
  {
    id: 'find-next',
    title: 'Next moment that was found; with ⇧ the previous',
    group: 'Time',
    keys: 'F3',
    code: 'F3',
    run: (s) => void goToFound(s, 1),
  },
  {
    id: 'find-previous',
    title: 'Previous moment that was found',
    group: 'Time',
    keys: '⇧F3',
    code: 'F3',
    shift: true,
    also: true,
    run: (s) => void goToFound(s, -1),
  },
  {
    id: 'stories',
    title: 'All stories',
    group: 'Page',
    keys: 'A',
    code: 'KeyA',
    letter: true,
    run: (s) => s.set({ dialog: 'stories' }),
  },
  {
    id: 'present-story',
    title: 'Present the story that was left, or the first: large, for a room',
    group: 'Page',
    keys: '⇧P',
    code: 'KeyP',
    shift: true,
    letter: true,
    run: presentStory,
  },
  {
    id: 'region',
    title: 'Next region; with ⇧ the previous',
    group: 'Page',
    keys: 'F6',
    code: 'F6',
    run: (s) => moveRegion(s, 1),
  },
  {
    id: 'region-back',
    title: 'Previous region',
    group: 'Page',
    keys: '⇧F6',
    code: 'F6',
    shift: true,
    run: (s) => moveRegion(s, -1),
  },
  { id: 'cancel', title: 'Cancel, close', group: 'Page', keys: 'Esc', code: 'Escape', run: cancel },
  {
    id: 'help',
    title: 'All keys and glyphs',
    group: 'Page',
    keys: '?',
    code: 'Slash',
    shift: true,
    letter: true,
    run: (s) => s.set({ dialog: 'help' }),
  },
];

function presentStory(session: Session): void {
  session.set({ presenting: true, black: false });
  if (choices(session).leftStory) session.parts.stories?.resume();
  else
    void session.open({ kind: 'story', name: FIRST_STORY, beat: 0 }, null).then((there) => {
      if (!there) session.set({ presenting: false });
    });
}

/** Stands where the last choice before the playhead was made, without it; Step makes it again. */
function undo(session: Session): void {
  const { travel, stage } = picture(session);
  const { at, undone, departures } = travel;
  const made = departures.filter((d) => d.at <= at);
  const last = made[made.length - 1 - undone];
  if (!last || !stage) {
    session.set({
      notice: {
        tone: 'plain',
        heading: 'Nothing has been chosen before this moment.',
        detail: '',
        action: null,
      },
    });
    return;
  }
  if (last.at !== at) session.travel({ kind: 'seek', at: last.at });
  session.travel({ kind: 'back' });
  session.set({
    notice: {
      tone: 'plain',
      heading: `Taken back: ${choiceWords(last.choice, stage)}.`,
      detail: 'Step makes it again; another choice begins a branch.',
      action: null,
    },
  });
}

function cancel(session: Session): void {
  const c = choices(session);
  if (c.drag) session.set({ drag: null });
  else if (c.dialog) session.set({ dialog: '' });
  else if (c.finding !== null) session.set({ finding: null });
  else if (c.menu) session.set({ menu: null });
  else if (c.conditions) session.set({ conditions: false });
  else if (c.explorer) session.set({ explorer: false });
  else if (c.drawer) session.set({ drawer: false });
  else if (c.mode === 'live' && session.parts.live?.cancel()) return;
  else if (c.presenting) session.set({ presenting: false, black: false });
  else if (c.story) session.parts.stories?.leave();
  else if (c.notice) session.set({ notice: null });
  else if (c.find) session.set({ find: null });
  else if (c.follow >= 0) session.set({ follow: -1 });
}

/** What is at hand in Live: its own orders, and those about the page that have something to act on there. */
const IN_LIVE: readonly Command[] = [
  ...LIVE_COMMANDS,
  ...COMMANDS.filter((c) => ['mode', 'region', 'region-back', 'cancel', 'help'].includes(c.id)),
];

/** What is at hand in a story: to be told it, and to do in it what it asks for. */
const IN_STORY: readonly Command[] = [
  ...STORY_COMMANDS,
  ...COMMANDS.filter((c) =>
    ['rebind', 'stories', 'share', 'region', 'region-back', 'cancel', 'help'].includes(c.id),
  ),
];

/** The commands of a mode, of a story, or of one that is presented. */
export function commandsIn(mode: Mode | 'story' | 'presenting'): readonly Command[] {
  if (mode === 'presenting') return IN_STORY;
  if (mode === 'story') return IN_STORY.filter((c) => !c.presenting);
  return mode === 'live' ? IN_LIVE : COMMANDS;
}

/** Moves focus to the next landmark of the page, in the order they stand. */
function moveRegion(session: Session, by: number): void {
  focusNext(session, session.marks.seen('region'), session.marks.focused('region'), by);
}

/** The command named `id`, or null. */
export function found(id: string): { command: Command; digit: number } | null {
  const command = [...COMMANDS, ...LIVE_COMMANDS, ...STORY_COMMANDS].find((c) => c.id === id);
  return command ? { command, digit: -1 } : null;
}

/** Runs the command named `id`, as a button does. */
export function order(session: Session, id: string, digit = -1): void {
  found(id)?.command.run(session, digit);
}
