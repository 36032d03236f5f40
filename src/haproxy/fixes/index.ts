/** Every fix, in order: only commits whose change the model has. One file a commit, named by its hash. */
import type { Fix } from '../step/patch.ts';
import { F1acbbca17 } from './1acbbca17.ts';
import { F2dedbe76c } from './2dedbe76c.ts';
import { F3be58fc72 } from './3be58fc72.ts';
import { F3df6a6011 } from './3df6a6011.ts';
import { F4ae29be18 } from './4ae29be18.ts';
import { F5a8728d03 } from './5a8728d03.ts';
import { F5f8704152 } from './5f8704152.ts';
import { F7b516d373 } from './7b516d373.ts';
import { F7cab3a3c3 } from './7cab3a3c3.ts';
import { F7d40b3134 } from './7d40b3134.ts';
import { F7ecf4b34b } from './7ecf4b34b.ts';
import { F7fc52357c } from './7fc52357c.ts';
import { F8adffaa89 } from './8adffaa89.ts';
import { F9b5f11cd3 } from './9b5f11cd3.ts';
import { F9d360604b } from './9d360604b.ts';
import { F9f7cfb0a5 } from './9f7cfb0a5.ts';
import { F05f59a51a } from './05f59a51a.ts';
import { F45e83e8e8 } from './45e83e8e8.ts';
import { F62d6ed440 } from './62d6ed440.ts';
import { F74b95922e } from './74b95922e.ts';
import { F76d502588 } from './76d502588.ts';
import { F77e33509c } from './77e33509c.ts';
import { F95f624540 } from './95f624540.ts';
import { F192abc6f8 } from './192abc6f8.ts';
import { F739de3f11 } from './739de3f11.ts';
import { F756b3c5f7 } from './756b3c5f7.ts';
import { F2623e0a0b } from './2623e0a0b.ts';
import { F4070e4042 } from './4070e4042.ts';
import { F6982c2539 } from './6982c2539.ts';
import { F7735cf385 } from './7735cf385.ts';
import { F9240cd4a2 } from './9240cd4a2.ts';
import { F9852d5be2 } from './9852d5be2.ts';
import { F25174d51e } from './25174d51e.ts';
import { F72267ff35 } from './72267ff35.ts';
import { F3430556a8 } from './3430556a8.ts';
import { F55744154b } from './55744154b.ts';
import { F123181096 } from './123181096.ts';
import { F197424052 } from './197424052.ts';
import { Fa65dd3a2c } from './a65dd3a2c.ts';
import { Fa8968701c } from './a8968701c.ts';
import { Fb34d35396 } from './b34d35396.ts';
import { Fb81c9390f } from './b81c9390f.ts';
import { Fbb28215d9 } from './bb28215d9.ts';
import { Fbfdf14585 } from './bfdf14585.ts';
import { Fc32bbd1ad } from './c32bbd1ad.ts';
import { Fd8f1ff864 } from './d8f1ff864.ts';
import { Fd21c628ff } from './d21c628ff.ts';
import { Fd31b1650a } from './d31b1650a.ts';
import { Fd537ca79d } from './d537ca79d.ts';
import { Fd6646dddc } from './d6646dddc.ts';
import { Fdd58dff1e } from './dd58dff1e.ts';
import { Fe6f5ab5af } from './e6f5ab5af.ts';
import { Fed6a4bc80 } from './ed6a4bc80.ts';
import { Ff1064c738 } from './f1064c738.ts';
import { Ff59635c49 } from './f59635c49.ts';
import { Ffe29dba87 } from './fe29dba87.ts';
import { Fff18504d7 } from './ff18504d7.ts';

export const FIXES: readonly Fix[] = [
  F25174d51e,
  F5f8704152,
  F739de3f11,
  F1acbbca17,
  Fd537ca79d,
  Fa65dd3a2c,
  Fe6f5ab5af,
  F9d360604b,
  F77e33509c,
  Fff18504d7,
  F8adffaa89,
  Fd21c628ff,
  Fd6646dddc,
  F7b516d373,
  F76d502588,
  F4ae29be18,
  F123181096,
  Fb34d35396,
  Ff59635c49,
  F9f7cfb0a5,
  F2dedbe76c,
  F4070e4042,
  Ffe29dba87,
  F7735cf385,
  F3df6a6011,
  Fbb28215d9,
  F7ecf4b34b,
  F756b3c5f7,
  Fa8968701c,
  F7fc52357c,
  Fdd58dff1e,
  Fd8f1ff864,
  F72267ff35,
  F05f59a51a,
  F192abc6f8,
  Fbfdf14585,
  F95f624540,
  F3be58fc72,
  Fd31b1650a,
  Ff1064c738,
  F9240cd4a2,
  Fb81c9390f,
  F45e83e8e8,
  F74b95922e,
  F2623e0a0b,
  F5a8728d03,
  F7d40b3134,
  F9852d5be2,
  F6982c2539,
  Fed6a4bc80,
  F9b5f11cd3,
  F7cab3a3c3,
  F197424052,
  Fc32bbd1ad,
  F55744154b,
  F3430556a8,
  F62d6ed440,
];
