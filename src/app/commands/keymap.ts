/** A key press to the command it asks for. Pure: the page's listener is keys.ts. */

import type { Mode } from '../session/store.ts';
import { type Command, commandsIn, found } from './table.ts';

export interface Press {
  code: string;
  key: string;
  shift: boolean;
  /** Ctrl, Alt or Meta is down. */
  modified: boolean;
  /** Focus is in a field, a menu or another widget that owns its keys. */
  inWidget: boolean;
  /** Focus is on a button or a link: Space and Enter are its own. */
  onControl: boolean;
}

export interface KeyState {
  /** Letter waiting for a digit, or ''. */
  pending: string;
}

/** The command a key press asks for, or null; `state.pending` is carried from press to press. */
export function commandFor(
  press: Press,
  state: KeyState,
  letters: boolean,
  mode: Mode | 'story' | 'presenting' = 'step',
): { command: Command; digit: number } | null {
  const pending = state.pending;
  const commands = commandsIn(mode);
  state.pending = '';
  if (press.modified) return null;
  if (press.inWidget && press.code !== 'Escape' && press.code !== 'F6') return null;
  if (press.onControl && (press.code === 'Space' || press.code === 'Enter')) return null;
  const digit = /^(?:Digit|Numpad)(\d)$/.exec(press.code)?.[1];
  const code = digit === undefined ? press.code : 'Digit';
  if (letters && commands.some((c) => c.after === code)) {
    state.pending = code;
    return null;
  }
  if (press.key === '?') return letters ? found('help') : null;
  const signed = commands.find((c) => c.sign === press.key);
  if (signed) return { command: signed, digit: -1 };
  const onKey = commands.filter(
    (c) => c.code === code && c.id !== 'help' && (c.shift ?? false) === press.shift,
  );
  const command = onKey.find((c) => pending !== '' && c.after === pending) ?? onKey.find((c) => !c.after);
  if (!command || (command.letter && !letters)) return null;
  return { command, digit: digit === undefined ? -1 : Number(digit) };
}
