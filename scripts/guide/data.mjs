/** What the guide's pages are filled with: the emulation's own data, asked for at build, so that nothing is told twice. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../lib/root.mjs';
import { run, tail } from '../lib/run.mjs';
import { partsOf, RECIPES } from '../recipes/generators.mjs';

const read = (path) => readFileSync(join(root, path), 'utf8');

/** Entries of docs/semantics.md by number: `{title, text}`. */
export function entries(text = read('docs/semantics.md')) {
  const found = new Map();
  for (const part of text.split(/^### /m).slice(1)) {
    const [head, ...body] = part.split('\n');
    const [id, title] = head.split(' · ');
    found.set(id, { title, text: body.join('\n').split(/^## /m)[0].trim() });
  }
  return found;
}

async function usage() {
  const { code, output } = await run(process.execPath, ['out/cli/rebind.js', 'help']);
  if (code !== 0) throw new Error(tail(output));
  return output.trim();
}

/** Each world of the museum with its commit or mutation, and what is known of both. */
function museum({ MUSEUM, FIXES, MUTATIONS, SENTENCES }) {
  const known = entries();
  const taught = JSON.parse(read('docs/guide/taught.json'));
  return MUSEUM.map((w) => {
    const sentence = SENTENCES[w.breaks];
    return {
      id: w.id,
      title: w.title,
      trouble: w.trouble,
      breaks: sentence ? `rule ${w.breaks}: ${sentence}` : (SYMPTOMS[w.breaks] ?? `\`${w.breaks}\``),
      fix: FIXES.find((f) => f.id === w.fix) ?? null,
      mutation: MUTATIONS.find((m) => m.id === w.mutation) ?? null,
      hypothesis: w.hypothesis ?? null,
      cure: MUTATIONS.find((m) => m.id === w.hypothesis?.cure) ?? null,
      entry: known.get(w.id).text,
      taught: taught[w.id] ?? '',
    };
  });
}

/** What breaks where no rule and no assertion of HAProxy's is meant. */
const SYMPTOMS = {
  poison: 'an access to an object that has been freed',
  deadlock: 'threads that wait for ever',
  race: 'two threads at one word of memory, one of them writing, and nothing that orders them',
};

/** The rebind's steps as they stand in a moment's tape: their number, sentence, and the step at which each is about to be taken. */
function stepsOf({ mergePatch, tape, listing }) {
  const [commit] = tape.events.filter((e) => e.kind === 'commit');
  const at = new Map();
  let view = tape.first;
  let step = tape.start;
  for (const [by, , patch] of tape.frames) {
    view = mergePatch(view, patch);
    step += by;
    const { fn, label } = view.threads[commit.tid];
    if (fn === 'qc_set_tid_affinity()' && !at.has(label)) at.set(label, step);
  }
  return listing.steps.map((s) => ({ ...s, stands: at.get(s.label) ?? null }));
}

/** The recipes as they are built, with figures at an address that stands for the reader's. */
function recipes(snippetIn) {
  const parts = partsOf(snippetIn, 'https://example.org/rebind/');
  return RECIPES.map(({ title, note, build, files }) => ({
    title,
    note,
    build: build?.join(' '),
    files: Object.entries(files(parts)).map(([name, text]) => ({
      name,
      text: text.trim(),
      kind: name.split('.').at(-1),
    })),
  }));
}

/** Everything, for the pages' templates. */
export async function guideData() {
  const { createServer } = await import('vite');
  const server = await createServer({
    root,
    configFile: false,
    logLevel: 'error',
    appType: 'custom',
    server: { middlewareMode: true, ws: false, watch: null },
    optimizeDeps: { noDiscovery: true },
  });
  try {
    const load = (path) => server.ssrLoadModule(`/src/${path}`);
    const { MUSEUM } = await load('scenario/museum/index.ts');
    const { FIXES, MUTATIONS, findRevision, programOf } = await load('haproxy/revisions.ts');
    const { SENTENCES } = await load('machine/rules/sentences.ts');
    const { snippetIn } = await load('app/share/snippets.ts');
    const { patched } = await load('tape/merge.ts');
    const { listingOf } = await load('report/listing.ts');
    const { setTidAffinity } = await load('haproxy/proc/rebind.ts');
    const revision = findRevision('finalized');
    const listing = listingOf(programOf(revision), setTidAffinity, revision.fixes);
    return {
      museum: museum({ MUSEUM, FIXES, MUTATIONS, SENTENCES }),
      steps: stepsOf({ mergePatch: patched, tape: JSON.parse(read('dist/m/store/tape.json')), listing }),
      entries: Object.fromEntries(entries()),
      usage: await usage(),
      recipes: recipes(snippetIn),
    };
  } finally {
    await server.close();
  }
}
