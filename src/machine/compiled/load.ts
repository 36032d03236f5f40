import type { StepList, StepModule, StepsFor } from './steps.ts';

/** The compiled steps for shared memory; undefined where they cannot be had: WebAssembly is not allowed, or the sources run unbuilt. */
export const loadSteps: StepsFor = async (careful) => {
  try {
    const { wasm, list } = await (careful
      ? import('./runtime.as?steps=careful')
      : import('./runtime.as?steps=shared'));
    return await moduleOf(bytesOf(wasm), list, { shared: true, careful });
  } catch {
    return undefined;
  }
};

/** What a build holds as text. */
export function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  // By hand: `Uint8Array.from` with a function takes ten times as long, and whoever starts waits for it.
  for (let i = 0; i < bytes.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}

/** A module of compiled steps from its bytes, and what it was compiled for. */
export const moduleOf = async (
  bytes: Uint8Array<ArrayBuffer>,
  list: StepList,
  made: { shared: boolean; careful: boolean },
): Promise<StepModule> => ({ module: await WebAssembly.compile(bytes), list, ...made });
