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

/** By script: a worker that loads it ahead of its use. */
const ahead = new Map<string, Worker>();

/** Has a worker load `script` before there is anything for it to do; `readyWorker` gives it. One of each script at most. */
export function prepareWorker(script: string, name: string): void {
  if (ahead.has(script)) return;
  const worker = makeWorker(script, name);
  // Whoever wants one then makes another, and hears why that fails.
  worker.onerror = () => ahead.delete(script);
  ahead.set(script, worker);
}

/** As `makeWorker`, or the one that was prepared. */
export function readyWorker(script: string, name: string): Worker {
  const worker = ahead.get(script);
  if (!worker) return makeWorker(script, name);
  ahead.delete(script);
  worker.onerror = null;
  return worker;
}
