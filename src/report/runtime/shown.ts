/** What HAProxy's own commands and a look into its threads would say of one moment. */
import type { WorldReader } from '../reader.ts';
import type { Accepts } from './accepts.ts';
import { readActivity, readFds, readThreadsShown, type ShownPart } from './read.ts';
import { type ArmedTimer, readRoom, readTimers, type ThreadRoom } from './room.ts';
import { type Version, versionOf } from './version.ts';

type Reader = Pick<WorldReader, 'at'>;

/** The version whose layouts are printed at the moment of `block`: "2.8-dev8". */
export const versionAt = (reader: Reader, block: Int32Array): Version => versionOf(reader.at(block).P.fixes);

/**
 * What `show fd`, `show threads`, `show activity` would answer in the layout of the revision; `answers`: the thread that runs
 * the command. `accepts`: what was counted from the run's events (`countAccepts`), null to leave those lines out.
 */
export function shownAt(
  reader: Reader,
  block: Int32Array,
  what: 'fd' | 'threads' | 'activity',
  answers: number,
  accepts: Accepts | null,
): ShownPart[] {
  const look = reader.at(block);
  const version = versionOf(look.P.fixes);
  if (what === 'fd') return readFds(look, version);
  if (what === 'threads') return readThreadsShown(look, version, answers);
  return readActivity(look, version, answers, accepts);
}

/** One thread looked into. */
export const roomAt = (reader: Reader, block: Int32Array, tid: number): ThreadRoom =>
  readRoom(reader.at(block), tid);

/** Every armed timer, next first. */
export function timersAt(reader: Reader, block: Int32Array): ArmedTimer[] {
  const look = reader.at(block);
  return Array.from({ length: look.W.cfg.threads }, (_, t) => readTimers(look, t))
    .flat()
    .sort((a, b) => a.dueMs - b.dueMs || a.tid - b.tid);
}
