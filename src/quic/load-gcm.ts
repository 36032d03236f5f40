import { CompiledGcm } from './compiled.ts';

/**
 * AES-GCM compiled to WebAssembly, for a realm that opens or seals many packets; undefined where it cannot be had: WebAssembly is not
 * allowed, the script is not there, or the sources run unbuilt. `slots`: keys whose tables are kept.
 */
export async function loadGcm(slots?: number): Promise<CompiledGcm | undefined> {
  try {
    const { default: text } = await import('./wasm/gcm.as?wasm-bytes');
    return await CompiledGcm.from(
      Uint8Array.from(atob(text), (c) => c.charCodeAt(0)),
      slots,
    );
  } catch {
    return undefined;
  }
}
