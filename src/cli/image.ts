/** `run --image`: goes on from a moment that was frozen in Live and saved. */
import { Budget, OverBudget, runLimit } from '../door/index.ts';
import { decodeFrozen, FileProblem, type OpenedFile } from '../link/file/index.ts';
import { Machine } from '../machine/machine.ts';
import { RuleChecker } from '../machine/rules/checker.ts';
import { memOf, refill } from '../memory/bounded.ts';
import { RunLog, runReport } from '../report/run.ts';
import type { WorldData } from '../scenario/data.ts';
import type { Frozen } from '../scenario/frozen.ts';
import { makeWorld } from '../scenario/make.ts';
import { drive, possible, type RebindOrder, type Until } from './drive.ts';
import { type FollowReport, placed, sameState, walk } from './follow.ts';
import { readInput, UnusableInput } from './input.ts';

const WHY: Record<Frozen['why'], string> = {
  asked: '',
  rule: ' because a rule was broken',
  balance: ' because datagrams did not add up',
  bug: ' at an assertion or a crash',
  failed: ' because the pool could not go on',
};

/** Up to so many connections, every rule is looked at whenever it must hold. */
const AT_EACH = 100;

/**
 * Runs from the moment in the file at `path`, with `rebinds` on the way. `at` in the report: happenings from the frozen moment
 * to where it was saved. Throws UnusableInput.
 */
export async function goOnFrom(
  path: string,
  rebinds: readonly RebindOrder[],
  until: Until,
): Promise<{ report: FollowReport; data: WorldData }> {
  const { frozen, here, carried } = await opened(path);
  const { data, options, image } = frozen.begin;
  possible(rebinds, 'the file', data.conns.length, options.threads);
  const { W, P, revision } = makeWorld(data, options, 1);
  const begin = (log: RunLog): Machine => {
    const m = memOf(new Int32Array(W.layout.words), true);
    m.w.set(image.words);
    return new Machine(m, W, P, log);
  };
  const log = new RunLog();
  const machine = begin(log);
  for (const [conn, tid] of machine.owners()) if (conn >= 0 && tid >= 0) log.owners.set(conn, tid);
  const every = Math.max(1, Math.ceil(data.conns.length / AT_EACH));
  const checker = new RuleChecker(machine, revision, [], every);
  const said = [
    `The run was ${(image.ms / 1000).toFixed(1)} s old when it was frozen${WHY[frozen.why]}: ${options.threads} threads, ${revision.id}, socket owner ${options.socketOwner}.`,
    ...(carried ? ['Another edition of Rebind saved it: its memory was carried over, name by name.'] : []),
    'Datagrams are counted as its store has them: of each place the newest, those of before too.',
    ...data.notes,
  ];
  if (every > 1)
    said.push(
      `With room for ${data.conns.length} connections, rules that hold between callbacks are looked at after every ${every} of them.`,
    );
  let at = 0;
  let same: boolean | null = null;
  const budget = new Budget(runLimit(here?.end ?? 0, data.datagrams.count), 'The run');
  const each = (): void => {
    budget.spend(1);
    refill(machine.m);
  };
  try {
    if (here) walk(machine, checker, placed(P, here, said, begin), said, each);
    at = machine.happened;
    if (here) same = sameState(here, machine.hash(), carried);
    drive(machine, log, checker, rebinds, until, each);
  } catch (error) {
    if (!(error instanceof OverBudget)) throw unusable(path, error);
    refill(machine.m);
    said.push(error.message);
  }
  try {
    return { report: { ...runReport(machine, log, checker.broken, said), at, same }, data };
  } catch (error) {
    throw unusable(path, error);
  }
}

/** Its words are whatever the file says: that steps can be taken over them is found out by taking them. */
const unusable = (path: string, error: unknown): UnusableInput =>
  new UnusableInput(
    `${path}: The run cannot go on from it: ${error instanceof Error ? error.message : error}.`,
  );

async function opened(path: string): Promise<OpenedFile> {
  try {
    return await decodeFrozen(readInput(path));
  } catch (error) {
    if (!(error instanceof FileProblem)) throw error;
    throw new UnusableInput(`${path}: ${error.message}${error.advice && ` ${error.advice}`}`);
  }
}
