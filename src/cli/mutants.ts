/**
 * `npm run mutants [-- --only FUNCTION]… [--by] [--json]`: forgets, or turns round, each step of today's program and says whether anything
 * notices (`haproxy/mutants`). `--only`: of this function, by any name it ever had. `--by`: what noticed each, on the error channel.
 * `--recorded`: of the functions that `testdata/mutants.json` names, in less time, against the lists there. `--share`: of these a part that
 * is the same each time; part of `npm test`.
 * Exit 0 when nothing went unseen, 1 when something did or nothing came to a step (with `--recorded` and `--share`: when it is not in the
 * lists), 2 on options that are none.
 */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import type { Mutant } from '../haproxy/mutants/mutant.ts';
import { procedureNamed } from '../haproxy/names.ts';
import { UnusableInput } from './input.ts';
import { judged } from './mutants/court.ts';
import { fallen, readRecorded, risen, shareOf } from './mutants/recorded.ts';
import { reportOf, textOf } from './mutants/report.ts';

const USAGE = 'npm run mutants [-- --only FUNCTION]… [--by] [--json] [--recorded | --share]';
/** States of each world: at first, and before a mutant is given up. */
const DEPTH = { first: 4000, last: 20_000, often: false };
/** For what is done often. */
const OFTEN = { ...DEPTH, often: true };
const MOST_PROCESSES = 2;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      only: { type: 'string', multiple: true },
      json: { type: 'boolean', default: false },
      by: { type: 'boolean', default: false },
      recorded: { type: 'boolean', default: false },
      share: { type: 'boolean', default: false },
    },
  });
  const recorded = values.recorded || values.share ? readRecorded() : undefined;
  const keys = recorded
    ? Object.keys(recorded)
    : (values.only ?? []).map((name) => {
        const p = procedureNamed(name);
        if (!p) throw new UnusableInput(`There is no function ${name}. ${USAGE}`);
        return p.key;
      });
  const wanted = (all: readonly Mutant[]): readonly Mutant[] => {
    if (recorded && values.share) return shareOf(recorded, all);
    return keys.length === 0 ? all : all.filter((m) => keys.includes(m.proc));
  };
  const processes = Math.min(MOST_PROCESSES, availableParallelism());
  const all = await judged(wanted, recorded ? OFTEN : DEPTH, processes, (done, of, last) => {
    if (values.by && last?.fate.fate === 'killed') console.error(`${last.mutant.id}: ${last.fate.by}`);
    if (!values.json && process.stderr.isTTY) process.stderr.write(`\r${done} of ${of}`);
  });
  if (values.json) console.log(JSON.stringify(reportOf(all), null, 2));
  else for (const line of textOf(all)) console.log(line);
  if (recorded) {
    const more = [...risen(recorded, all)];
    for (const line of [...more, ...fallen(recorded, all, !values.share)]) console.log(line);
    return more.length > 0 ? 1 : 0;
  }
  const { survivors, unreached } = reportOf(all);
  return survivors.length + unreached.length > 0 ? 1 : 0;
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 2;
}
