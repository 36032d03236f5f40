import { EventLog } from '../src/machine/recording/events.ts';
import { record } from '../src/machine/recording/make.ts';
import { EventView } from '../src/machine/recording/query.ts';
import { recording as ring } from '../src/machine/sink.ts';
import { PlainMem } from '../src/memory/plain.ts';
import { eventFilter, type FindIn, LINE_KINDS } from '../src/report/find.ts';
import { makeWorld } from '../src/scenario/make.ts';
import type { Suite } from './contract.ts';
import { type Case, measure } from './measure.ts';
import { OPTIONS } from './options.ts';
import { dataOfBurst } from './steps.ts';

const LINES = 1_000_000;
const DATAGRAMS = 4000;
const STEPS = 100_000;
/** As the box asks: hits that are shown first, and ticks of the overview. */
const SHOWN = 50;
const TICKS = 300;

/** Words as they are typed: little of the trace, most of it, and several of them. */
const QUERIES = ['entering', 'received', 'A entering'];

/** What a real run told, again and again until there are so many lines of the trace. */
async function manyLines(): Promise<EventLog> {
  const { W, P } = makeWorld(await dataOfBurst(DATAGRAMS), OPTIONS);
  const r = record(new PlainMem(new Int32Array(W.layout.words)), W, P, ring);
  r.run(STEPS);
  const { events } = r.line;
  const told = new EventView({ all: [{ kinds: LINE_KINDS }] }, events).catchUp();
  const rows = events.rows(told.numbers(0, told.length));
  const log = new EventLog();
  while (log.length < LINES) log.append(rows);
  return log;
}

/** Search over a million lines: from the words to the first hits and the ticks of the overview, nothing of it known before. */
export const find: Suite = {
  name: 'find',
  where: ['node', 'chromium'],
  async run(now) {
    const log = await manyLines();
    const where: FindIn = {
      threads: OPTIONS.threads,
      names: {},
      conns: [{ index: 0, addr: '192.0.2.1', cids: [] }],
    };
    const cases = QUERIES.map((query): Case => {
      return {
        what: `first hits of “${query}” in 1,000,000 lines of the trace`,
        unit: 'ms',
        atMost: 100,
        once(t) {
          const began = t();
          const filter = eventFilter(query, where, LINE_KINDS);
          if (!filter) throw new Error(`nothing is called ${query}`);
          const view = new EventView(filter, log).catchUp();
          log.rows(view.numbers(0, SHOWN));
          view.spread(TICKS, STEPS);
          const took = t() - began;
          if (view.length === 0) throw new Error(`${query} finds nothing`);
          return took;
        },
      };
    });
    return measure(cases, now);
  },
};
