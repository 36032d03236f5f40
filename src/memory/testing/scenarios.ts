import { cidTree } from './cidtree.scenario.ts';
import { mtlist, mtlistSplice } from './mtlist.scenario.ts';
import { pool } from './pool.scenario.ts';
import { rwlock } from './rwlock.scenario.ts';

/** Every composite that is tested on two threads. */
export const scenarios = { mtlist, mtlistSplice, rwlock, pool, cidTree };

export type ScenarioName = keyof typeof scenarios;
