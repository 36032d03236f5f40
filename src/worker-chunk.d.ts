/** Address of a worker script that is built as a chunk of the page; see scripts/vite/worker-chunks.ts. */
declare module '*?worker-chunk' {
  const url: string;
  export default url;
}
