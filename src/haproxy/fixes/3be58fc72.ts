import { setTidAffinity } from '../proc/rebind.ts';
import { commitRebind, resetRebind } from '../proc/rebind-commit.ts';
import { type Fix, name, nameFlag } from '../step/patch.ts';
import { finalizeRebind } from './739de3f11.ts';

export const F3be58fc72: Fix = {
  id: '3be58fc72',
  date: '2024-07-11',
  version: '3.1-dev4',
  bug: '',
  title: 'names: a tid is bound, where an affinity was set',
  sentence:
    'With 9fbe8b033 the functions of a rebind, its flag and its trace event (now conn_bind_tid) get other names; nothing is done otherwise.',
  requires: ['25174d51e'],
  ops: [
    name(setTidAffinity, 'qc_bind_tid_prep'),
    name(commitRebind, 'qc_bind_tid_commit'),
    name(resetRebind, 'qc_bind_tid_reset'),
    name(finalizeRebind, 'qc_finalize_tid_rebind'),
    nameFlag('AFFINITY_CHANGED', 'TID_REBIND'),
  ],
};
