export { fromHash, toHash } from './address.ts';
export { decodeMoment } from './decode.ts';
export { encodeMoment } from './encode.ts';
export type { Decoded, LinkDeparture, LinkScenario, LinkTrace, LinkView, Moment } from './moment.ts';
export { plainMoment, withAnchors } from './moment.ts';
export { departuresFrom, type RunFrom, runMoment } from './run.ts';
