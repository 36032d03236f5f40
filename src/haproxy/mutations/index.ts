/** Every change that never shipped, each in a file of its own; last, under a hypothesis' number, what would end it. */
import type { Mutation } from '../step/patch.ts';
import { H01 } from './H01.ts';
import { H02 } from './H02.ts';
import { H06 } from './H06.ts';
import { H11 } from './H11.ts';
import { H12 } from './H12.ts';
import { H13 } from './H13.ts';
import { H15 } from './H15.ts';
import { H16 } from './H16.ts';
import { H17 } from './H17.ts';
import { H18 } from './H18.ts';
import { X01 } from './X01.ts';
import { X02 } from './X02.ts';
import { X03 } from './X03.ts';
import { X04 } from './X04.ts';
import { X05 } from './X05.ts';
import { X06 } from './X06.ts';
import { X11 } from './X11.ts';
import { X13 } from './X13.ts';
import { X14 } from './X14.ts';
import { X15 } from './X15.ts';
import { X16 } from './X16.ts';
import { X17 } from './X17.ts';
import { X18 } from './X18.ts';
import { X20 } from './X20.ts';
import { X21 } from './X21.ts';
import { X22 } from './X22.ts';
import { X25 } from './X25.ts';
import { X26 } from './X26.ts';

export const MUTATIONS: readonly Mutation[] = [
  X01,
  X02,
  X03,
  X04,
  X05,
  X06,
  X11,
  X13,
  X14,
  X15,
  X16,
  X17,
  X18,
  X20,
  X21,
  X22,
  X25,
  X26,
  H01,
  H02,
  H06,
  H11,
  H12,
  H13,
  H15,
  H16,
  H17,
  H18,
];
