import { BlockPlan } from '../plan.ts';
import { rdTry, rdUnlock, wrTry, wrUnlock } from '../rwlock.ts';
import { HASHED } from '../struct.ts';
import type { Scenario } from './scenario.ts';

const names = ['rdTry', 'rdUnlock', 'wrTry', 'wrUnlock'] as const;
const plan = new BlockPlan();
const lock = plan.words('lock', 1, HASHED);

interface State {
  readonly readers: number;
  readonly writer: boolean;
}

/** One lock. A thread holds at most one side of it: 0 nothing, 1 reading, 2 writing. */
export const rwlock: Scenario<State> = {
  names,
  block: plan.build(),
  reset: (m) => m.ast(lock, 0),
  held: () => [0],
  step(m, _thread, rnd, held, record) {
    if (held[0] === 1) {
      record(1, 0, 0, () => {
        rdUnlock(m, lock);
        return 1;
      });
      held[0] = 0;
    } else if (held[0] === 2) {
      record(3, 0, 0, () => {
        wrUnlock(m, lock);
        return 1;
      });
      held[0] = 0;
    } else if (rnd.below(2) === 0) {
      held[0] = record(0, 0, 0, () => Number(rdTry(m, lock)));
    } else {
      held[0] = 2 * record(2, 0, 0, () => Number(wrTry(m, lock)));
    }
  },
  finish() {},
  model: {
    initial: { readers: 0, writer: false },
    apply(s, op) {
      const free = s.readers === 0 && !s.writer;
      switch (op.name) {
        case 'rdTry':
          if (op.result === 1) return s.writer ? null : { readers: s.readers + 1, writer: false };
          return op.result === 0 && s.writer ? s : null;
        case 'wrTry':
          if (op.result === 1) return free ? { readers: 0, writer: true } : null;
          return op.result === 0 && !free ? s : null;
        case 'rdUnlock':
          return op.result === 1 && s.readers > 0 ? { readers: s.readers - 1, writer: false } : null;
        default:
          return op.result === 1 && s.writer ? { readers: 0, writer: false } : null;
      }
    },
  },
};
