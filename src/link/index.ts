export { decodeMoment } from './decode.ts';
export { encodeMoment } from './encode.ts';
export type { Decoded, LinkDeparture, LinkScenario, LinkView, Moment } from './moment.ts';
export { plainMoment } from './moment.ts';
