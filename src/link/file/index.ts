export { decodeFrozen, type OpenedFile } from './decode.ts';
export { encodeFrozen } from './encode.ts';
export { FileProblem } from './fields.ts';
export { EXTENSION, looksFrozen } from './format.ts';
export { holdsFrozen } from './wrapped.ts';
