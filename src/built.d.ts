/** Address of a worker script that is built as a chunk of the page; see scripts/vite/worker-chunks.ts. */
declare module '*?worker-chunk' {
  const url: string;
  export default url;
}

/** Address of what a module made at build; '' where nothing is built. See scripts/vite/made-at-build.ts. */
declare module '*?made-at-build' {
  const url: string;
  export default url;
}

/** A module of AssemblyScript, compiled to WebAssembly, in base64; only where something is built. See scripts/vite/wasm-bytes.ts. */
declare module '*?wasm-bytes' {
  const base64: string;
  export default base64;
}

/** The steps compiled to WebAssembly, in base64, and what is where in them; only where something is built. See scripts/vite/steps.ts. */
declare module '*?steps=plain' {
  export const wasm: string;
  export const list: import('./machine/compiled/steps.ts').StepList;
}
/** No steps, but what the bench measures of them, see scripts/steps/lookup.as. */
declare module '*?steps=lookup' {
  export const wasm: string;
}
declare module '*?steps=careful' {
  export const wasm: string;
  export const list: import('./machine/compiled/steps.ts').StepList;
}
declare module '*?steps=shared' {
  export const wasm: string;
  export const list: import('./machine/compiled/steps.ts').StepList;
}
