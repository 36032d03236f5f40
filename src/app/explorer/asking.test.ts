import { expect, it } from 'vitest';
import { onAsking } from './asking.ts';

const key = (repeat: boolean) => Object.assign(new Event('keydown'), { repeat });

it('hears what a person asks, a held key once, and nothing when it has ended', () => {
  const page = new EventTarget();
  let asked = 0;
  const end = onAsking(page, () => asked++);
  page.dispatchEvent(key(false));
  for (let i = 0; i < 3; i++) page.dispatchEvent(key(true));
  expect(asked).toBe(1);
  page.dispatchEvent(new Event('pointerdown'));
  expect(asked).toBe(2);
  page.dispatchEvent(new Event('pointermove'));
  end();
  page.dispatchEvent(key(false));
  expect(asked).toBe(2);
});
