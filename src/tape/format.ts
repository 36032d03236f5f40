/** Of tapes: raised with each change that an older reader would misread. */
export const FORMAT = 1;
