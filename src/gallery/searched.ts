/** Searches of museum worlds, as the Explorer shows them while they go on and when they have ended. */

import { explorerOf } from '../app/explorer/control.ts';
import { startForm, withWorld } from '../app/explorer/form.ts';
import { drawBeside, drawRun, worldRow } from '../app/explorer/museum.ts';
import type { Run } from '../app/explorer/types.ts';
import { runName } from '../app/explorer/words.ts';
import type { Session } from '../app/session/api.ts';
import type { SearchBounds, SearchProgress, SearchVerdict } from '../hosts/explorer/contract.ts';
import type { FromWorker, ToWorker } from '../hosts/explorer/messages.ts';
import { searchOver } from '../hosts/explorer/search.ts';
import { serveSearch } from '../hosts/explorer/serve.ts';
import { channelPort } from '../hosts/port.ts';
import type { WorldSpec } from '../scenario/explore.ts';
import { museumRun } from '../scenario/museum/index.ts';

interface Searched {
  progress: SearchProgress;
  verdict: SearchVerdict;
}

const known = new Map<string, Promise<Searched>>();

/** The search of a world in this realm, once. */
function searched(spec: WorldSpec, bounds: SearchBounds): Promise<Searched> {
  const key = JSON.stringify([spec, bounds]);
  const before = known.get(key);
  if (before) return before;
  const searching = new Promise<Searched>((done) => {
    const { port1, port2 } = new MessageChannel();
    serveSearch(channelPort<ToWorker<WorldSpec>, FromWorker>(port2), (s) => museumRun(s).explorable);
    const search = searchOver([channelPort<FromWorker, ToWorker<WorldSpec>>(port1)], spec, {
      ...{ workers: 1, memoryMB: 64, bounds, reduction: false, order: 'breadth' },
    });
    let progress: SearchProgress | null = null;
    search.onProgress((p) => {
      progress = p;
    });
    search.onVerdict((verdict) => done({ progress: progress ?? verdict, verdict }));
  });
  known.set(key, searching);
  return searching;
}

/** Has `session`'s Explorer show the search: `state` is where it is. */
export async function showSearch(
  session: Session,
  world: string,
  fixed: boolean,
  state: Run['state'],
  { bounds = {}, compare = false }: { bounds?: SearchBounds; compare?: boolean } = {},
): Promise<void> {
  const form = withWorld(startForm(world), world, fixed);
  const { progress, verdict } = await searched(form.spec, bounds);
  const lifelines = verdict.verdict === 'violation' ? drawRun(form.spec, verdict.run) : null;
  const found = verdict.verdict === 'violation' && lifelines;
  const ended = state === 'ended';
  const run: Run = {
    id: 1,
    form,
    name: runName(form, worldRow(world)),
    state,
    progress: ended ? verdict : { ...progress, paused: state === 'paused' },
    verdict: ended ? verdict : null,
    lifelines: ended ? lifelines : null,
    beside: ended && found ? drawBeside(form.spec, verdict.run, lifelines) : null,
    failure: '',
  };
  explorerOf(session).store.setState({ form, runs: [run], shown: 1, compare });
}
