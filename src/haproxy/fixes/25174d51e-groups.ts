import { inMask, markReady, takeReference } from '../lib/fd.ts';
import { epollSet, ofOwnGroup, saysPolled } from '../lib/groups.ts';
import { FD } from '../model/flags.ts';
import { Fdtab } from '../model/layouts.ts';
import { AT } from '../model/places.ts';
import { fdUpdateEvents, updateFd } from '../proc/fd.ts';
import { COST } from '../step/cost.ts';
import { type Op, replace } from '../step/patch.ts';
import { RET } from '../step/proc.ts';

const e = fdUpdateEvents;
const u = updateFd;

/** What the seed's steps have besides where there are two thread groups. */
export const SEED_ACROSS: readonly Op[] = [
  replace(
    e,
    'a',
    e.step(
      'ag',
      'Take a reference on the fd’s group; or leave, it is another’s (result: closed)',
      { ref: 'N2.4a', cost: COST.atomic, touches: 'shared', to: { other: RET } },
      (x, l, at) => {
        if (!ofOwnGroup(x, l.fd)) return at.other;
        return takeReference(x, l.fd) ? at.next : at.retry;
      },
    ),
  ),
  replace(
    u,
    '0',
    u.step(
      '0g',
      'Take a reference on the fd’s group; or leave it out, it is another’s',
      { ref: 'N1/9a', cost: COST.atomic, touches: 'shared', to: { other: RET } },
      (x, l, at) => {
        if (!ofOwnGroup(x, l.fd)) return at.other;
        return takeReference(x, l.fd) ? at.next : at.retry;
      },
    ),
  ),
  replace(
    u,
    '2',
    u.step(
      '2g',
      'Compare what is wanted with what polled_mask says that epoll has: add, delete, or leave',
      { ref: 'N13', cost: COST.syscall, touches: 'shared' },
      (x, l, at) => {
        const fd = x.at(AT.fd, l.fd);
        if (x.ld(fd, Fdtab.iocb) === 0) return at.next;
        const polled = saysPolled(x, l.fd);
        const state = x.rld(fd, Fdtab.state);
        const active = (state & FD.ACTIVE_R) !== 0 || (polled && !(state & FD.READY_R));
        const wanted = inMask(x, fd, Fdtab.threadMask) && active;
        if (polled === wanted) return at.next;
        epollSet(x, l.fd, wanted);
        if (wanted && x.rld(x.queueOf(l.fd), Fdtab.kqLen) > 0) markReady(x, l.fd);
        return at.next;
      },
    ),
  ),
];
