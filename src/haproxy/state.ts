/** Which state of HAProxy a set of fixes is the model of: what it is called, and what the model lacks of it. */
import { FIXES } from './fixes/index.ts';
import { type Lacking, lackingAt } from './lacking.ts';
import { PRESETS, TODAY } from './line.ts';

export interface HaproxyState {
  /** Of its newest commit that is known here, nine digits. */
  readonly id: string;
  /** Of that commit, or the newest before it whose date is known: YYYY-MM-DD. */
  readonly date: string;
  /** As HAProxy writes it: "2.8-dev12", "3.4.0". */
  readonly version: string;
  /** "HAProxy 2.8.0 (76d502588)", "HAProxy of 2026-08-21 (50872daa6)". */
  readonly name: string;
  /** Commits that this state has and the model has not. */
  readonly lacks: readonly Lacking[];
}

/** Of TODAY. */
const DATE_TODAY = '2026-08-21';
const VERSION_TODAY = '3.5-dev5';

/** The state that the newest of `fixes` belongs to, whatever is missing of them; of none, the seed's. */
export function stateOf(fixes: ReadonlySet<string>): HaproxyState {
  const at = Math.max(
    0,
    FIXES.findLastIndex((f) => fixes.has(f.id)),
  );
  if (at === FIXES.length - 1) return state(TODAY, DATE_TODAY, VERSION_TODAY, '');
  const { id, version } = FIXES[at]!;
  const { date } = FIXES.slice(0, at + 1).findLast((f) => f.date !== null)!;
  const release = PRESETS.get(id) ?? '';
  return /^\d/.test(release) ? state(id, date!, release, release) : state(id, date!, version, '');
}

const state = (id: string, date: string, version: string, release: string): HaproxyState => ({
  id,
  date,
  version,
  name: `HAProxy ${release || `of ${date}`} (${id})`,
  lacks: lackingAt(date),
});
