/** Heights of the timeline's parts, px. */
export interface LaneSizes {
  /** Height of a lane without the hairline beneath it. */
  h: number;
  pitch: number;
  /** Top of the first lane. */
  top: number;
  height: number;
  threads: number;
}

export const RULER = 20;
export const STRIP = 22;
const LEAST = 11;
const MOST = 64;

/** As high as the room allows; beyond it the lanes scroll. */
export function laneSizes(threads: number, room: number): LaneSizes {
  const top = RULER + STRIP + 2;
  const pitch = Math.max(LEAST, Math.min(MOST, Math.floor((room - top - 2) / Math.max(1, threads))));
  return { h: pitch - 3, pitch, top, height: top + pitch * threads + 2, threads };
}

export const laneTop = (l: LaneSizes, tid: number): number => l.top + tid * l.pitch;
