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
