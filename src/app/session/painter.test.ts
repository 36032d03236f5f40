import { expect, it } from 'vitest';
import type { WorldReader } from '../opening/contract.ts';
import { stageWith } from '../testing/stage.ts';
import { createPainter } from './painter.ts';
import { createChoices, createPicture } from './store.ts';

it('says what is true while another world begins: its first picture is still to come', () => {
  const sentence = { conn: null, lead: 'A belongs to T2.', rest: 'Nothing is unfinished.' };
  for (const stage of [null, stageWith()]) {
    const picture = createPicture({ stage, sentence });
    const painter = createPainter({
      choices: createChoices({}),
      picture,
      say() {},
      now: () => 0,
      reducedMotion: () => false,
      later() {},
      painted() {},
      arrived() {},
      revive() {},
    });
    painter.begin({} as WorldReader, null);
    const { lead, rest } = picture.getState().sentence;
    // Before the very first one the page shows the picture that came with it.
    if (stage) expect(`${lead} ${rest}`).toMatch(/being laid out.*what was before/);
    else expect(lead).toBe('');
  }
});
