import type { PacketOpener } from '../haproxy/model/script.ts';

const never = (): never => {
  throw new Error('this world is only looked at: its steps run elsewhere');
};

/** The opener of a world that is only read: no step is ever taken in it. */
export const closedOpener: PacketOpener = {
  packetNumber: never,
  keyPhase: never,
  open: never,
  hasKeys: never,
};
