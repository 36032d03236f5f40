/** What keys and buttons order while a story is told. Every clicker sends some of these. */
import type { Command } from '../commands/table.ts';
import type { Session } from '../session/session.ts';

const next = (s: Session) => s.parts.stories?.next();
const previous = (s: Session) => s.parts.stories?.previous();
const count = (s: Session) => s.choices.getState().story?.tale.story.beats.length ?? 0;

const black = (s: Session) => s.set({ black: !s.choices.getState().black });

const forward: Omit<Command, 'code'> = {
  id: 'story-next',
  title: 'Next: on to what follows, or what the question hides',
  group: 'Story',
  keys: '→ Page Down Space',
  run: next,
};
const back: Omit<Command, 'code'> = {
  id: 'story-previous',
  title: 'Previous beat',
  group: 'Story',
  keys: '← Page Up',
  run: previous,
};

export const STORY_COMMANDS: readonly Command[] = [
  { ...forward, code: 'ArrowRight' },
  { ...forward, code: 'PageDown', also: true },
  { ...forward, code: 'Space', also: true },
  { ...back, code: 'ArrowLeft' },
  { ...back, code: 'PageUp', also: true },
  {
    id: 'story-answer',
    title: 'Answer, while a question stands',
    group: 'Story',
    keys: '1–3',
    code: 'Digit',
    run: (s, digit) => digit > 0 && s.parts.stories?.answer(digit - 1),
  },
  {
    id: 'story-repeat',
    title: 'This beat again',
    group: 'Story',
    keys: 'R',
    code: 'KeyR',
    letter: true,
    run: (s) => s.parts.stories?.again(),
  },
  {
    id: 'story-end',
    title: 'Skip to the last beat',
    group: 'Story',
    keys: 'End',
    code: 'End',
    run: (s) => s.parts.stories?.to(count(s) - 1),
  },
  {
    id: 'black',
    title: 'While presenting: black screen, and back',
    group: 'Story',
    keys: 'B .',
    code: 'KeyB',
    presenting: true,
    run: black,
  },
  {
    id: 'black',
    title: '',
    group: 'Story',
    keys: '.',
    code: 'Period',
    presenting: true,
    also: true,
    run: black,
  },
  {
    id: 'story-first',
    title: 'While presenting: from the first beat; with ⇧ this one again',
    group: 'Story',
    keys: 'F5 ⇧F5',
    code: 'F5',
    presenting: true,
    run: (s) => s.parts.stories?.to(0),
  },
  {
    id: 'story-repeat',
    title: '',
    group: 'Story',
    keys: '⇧F5',
    code: 'F5',
    shift: true,
    presenting: true,
    also: true,
    run: (s) => s.parts.stories?.again(),
  },
  {
    id: 'present',
    title: 'Present: large, for a room; and back',
    group: 'Story',
    keys: '⇧P',
    code: 'KeyP',
    shift: true,
    letter: true,
    run: (s) => s.set({ presenting: !s.choices.getState().presenting, black: false }),
  },
];
