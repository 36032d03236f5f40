/**
 * Where web workers are made: in the page, and here alone. A worker that makes workers can stand still for ever inside
 * `new Worker` (Firefox with its worker debugger), where no timer of its own can speak.
 */

/** One classic line that loads a module, for documents without an origin; what comes before the module listens is kept for it. */
const loader = (script: string): string =>
  `const early=[];onmessage=(e)=>early.push(e);import(${JSON.stringify(script)}).then(()=>early.forEach((e)=>onmessage(e)),(e)=>setTimeout(()=>{throw e}))`;

const loaders = new Map<string, string>();

function loaderOf(script: string): string {
  const have = loaders.get(script);
  if (have) return have;
  const made = URL.createObjectURL(new Blob([loader(script)], { type: 'text/javascript' }));
  loaders.set(script, made);
  return made;
}

/**
 * A web worker that runs `script`, the whole address of a module. In a sandboxed frame without an origin of its own a script's
 * address is refused and so is a module from a blob; a classic script from a blob may import it.
 */
export function makeWorker(script: string, name: string): Worker {
  if (globalThis.origin !== 'null') return new Worker(script, { type: 'module', name });
  return new Worker(loaderOf(script), { name });
}
