import type { StepList, StepModule } from './steps.ts';

/** The compiled steps for shared memory; undefined where they cannot be had: WebAssembly is not allowed, or the sources run unbuilt. */
export async function loadSteps(): Promise<StepModule | undefined> {
  try {
    const { wasm, list } = await import('./runtime.as?steps=shared');
    return await moduleOf(bytesOf(wasm), list, true);
  } catch {
    return undefined;
  }
}

/** What a build holds as text. */
export const bytesOf = (base64: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));

/** A module of compiled steps from its bytes; `shared`: for memory that several threads touch at once. */
export const moduleOf = async (
  bytes: Uint8Array<ArrayBuffer>,
  list: StepList,
  shared: boolean,
): Promise<StepModule> => ({ module: await WebAssembly.compile(bytes), list, shared });
