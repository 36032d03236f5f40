import { describe, expect, it } from 'vitest';
import { commandFor, type KeyState, type Press } from './keymap.ts';
import { COMMANDS } from './table.ts';

function press(code: string, part: Partial<Press> = {}): Press {
  return { code, key: '', shift: false, modified: false, inWidget: false, onControl: false, ...part };
}

function ids(presses: Press[], letters = true): (string | null)[] {
  const state: KeyState = { pending: '' };
  return presses.map((p) => {
    const hit = commandFor(p, state, letters);
    return hit ? `${hit.command.id}${hit.digit >= 0 ? ` ${hit.digit}` : ''}` : null;
  });
}

describe('keys', () => {
  it('run, rebind and hold by physical digit', () => {
    expect(ids([press('Digit2')])).toEqual(['run-thread 2']);
    expect(ids([press('Digit2', { shift: true, key: '"' })])).toEqual(['rebind 2']);
    expect(ids([press('KeyH'), press('Digit2')])).toEqual([null, 'hold-thread 2']);
    expect(ids([press('Numpad3')])).toEqual(['run-thread 3']);
  });

  it('forget the H when something else comes between', () => {
    expect(ids([press('KeyH'), press('Space'), press('Digit2')])).toEqual([null, 'play', 'run-thread 2']);
  });

  it('find the help sheet wherever the layout has its question mark', () => {
    expect(ids([press('Minus', { key: '?', shift: true })])).toEqual(['help']);
  });

  it('leave a widget its own keys, but not Escape and F6', () => {
    const inside = { inWidget: true };
    expect(
      ids([
        press('ArrowRight', inside),
        press('Digit1', inside),
        press('Escape', inside),
        press('F6', inside),
      ]),
    ).toEqual([null, null, 'cancel', 'region']);
  });

  it('leave a button its Space and Enter', () => {
    const on = { onControl: true };
    expect(ids([press('Space', on), press('Enter', on), press('ArrowRight', on)])).toEqual([
      null,
      null,
      'step',
    ]);
  });

  it('leave the browser its own chords', () => {
    expect(ids([press('KeyP', { modified: true }), press('Digit1', { modified: true })])).toEqual([
      null,
      null,
    ]);
  });

  it('can do without single letters', () => {
    expect(ids([press('KeyC'), press('KeyP'), press('KeyH'), press('Digit1')], false)).toEqual([
      null,
      null,
      null,
      'run-thread 1',
    ]);
  });
});

describe('the table', () => {
  it('has no two commands on one key', () => {
    const keys = COMMANDS.map((c) => `${c.after ?? ''}+${c.shift ?? false}+${c.code}`);
    expect(new Set(keys).size).toBe(keys.length);
    expect(new Set(COMMANDS.map((c) => c.id)).size).toBe(COMMANDS.length);
  });
});
