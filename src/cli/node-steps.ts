import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { moduleOf } from '../machine/compiled/load.ts';
import type { StepsFor } from '../machine/compiled/steps.ts';

/** Compiled steps for shared memory from the folder that scripts/steps made. Throws where they are not there. */
export const stepsIn =
  (folder: string): StepsFor =>
  (careful) =>
    moduleOf(
      new Uint8Array(readFileSync(join(folder, careful ? 'careful.wasm' : 'shared.wasm'))),
      JSON.parse(readFileSync(join(folder, 'steps.json'), 'utf8')),
      { shared: true, careful },
    );
