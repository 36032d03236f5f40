import { CompiledGcm } from './compiled.ts';
import { CompiledChaCha } from './compiled-chacha.ts';
import type { Engines } from './workspace.ts';

/**
 * The AEADs compiled to WebAssembly, for a realm that opens or seals many packets; without those that cannot be had: WebAssembly is not
 * allowed or has no SIMD, the script is not there, or the sources run unbuilt. `slots`: keys of AES-GCM whose tables are kept.
 */
export async function loadEngines(slots?: number): Promise<Engines> {
  const [gcm, chacha] = await Promise.all([
    loaded(import('./wasm/gcm.as?wasm-bytes'), (module) => CompiledGcm.from(module, slots)),
    loaded(import('./wasm/chacha.as?wasm-bytes'), CompiledChaCha.from),
  ]);
  return { gcm, chacha };
}

async function loaded<T>(
  text: Promise<{ default: string }>,
  from: (module: Uint8Array<ArrayBuffer>) => Promise<T>,
): Promise<T | undefined> {
  try {
    return await from(Uint8Array.from(atob((await text).default), (c) => c.charCodeAt(0)));
  } catch {
    return undefined;
  }
}
