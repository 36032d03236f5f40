import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { moduleOf } from '../machine/compiled/load.ts';
import type { StepModule } from '../machine/compiled/steps.ts';

/** Compiled steps from the folder that scripts/steps made. Throws where they are not there. */
export const stepsIn = (folder: string, shared: boolean): Promise<StepModule> =>
  moduleOf(
    new Uint8Array(readFileSync(join(folder, shared ? 'shared.wasm' : 'plain.wasm'))),
    JSON.parse(readFileSync(join(folder, 'steps.json'), 'utf8')),
    shared,
  );
