/** What the coordinator needs only once somebody asks: readers beside the world, and the way to a moment of another program. */
export { AnchorReader } from '../machine/anchor.ts';
export { placeByAnchors } from '../machine/place.ts';
export { RowReader } from '../machine/recording/rows.ts';
export { Questions } from './questions.ts';
