/** What the coordinator needs only once somebody asks: readers beside the world. */
export { AnchorReader } from '../machine/anchor.ts';
export { RowReader } from '../machine/recording/rows.ts';
export { Questions } from './questions.ts';
