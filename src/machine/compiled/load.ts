import type { StepList, StepModule } from './steps.ts';

/**
 * The compiled steps, for shared memory or for plain; undefined where they cannot be had: WebAssembly is not allowed, or the sources
 * run unbuilt.
 */
export async function loadSteps(shared: boolean): Promise<StepModule | undefined> {
  try {
    const { wasm, list } = shared
      ? await import('./runtime.as?steps=shared')
      : await import('./runtime.as?steps=plain');
    return await moduleOf(
      Uint8Array.from(atob(wasm), (c) => c.charCodeAt(0)),
      list,
      shared,
    );
  } catch {
    return undefined;
  }
}

export const moduleOf = async (
  bytes: Uint8Array<ArrayBuffer>,
  list: StepList,
  shared: boolean,
): Promise<StepModule> => ({ module: await WebAssembly.compile(bytes), list, shared });
