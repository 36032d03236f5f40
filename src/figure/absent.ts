/** Stands in the figure's build in place of parts that only the whole stage has: a figure's layout has no room for them. */
const nothing = (): null => null;

export const Clients = nothing;
export const Headings = nothing;
export const RunQueue = nothing;
export const Sockets = nothing;
/** A figure has no buttons in its drawing. */
export const StageButton = nothing;
export const socketRows = (): object => ({});
export const atSockets = (): object[] => [];
/** A datagram opens nowhere, a connection has no menu. */
export const useHands = nothing;
export const chipOpens = undefined;
/** No story is told in a figure, no connection is followed, no link's choices are looked for. */
export const isAsking = (): boolean => false;
export const lanesOf = nothing;
export const litOf = nothing;
export const followed = nothing;
export const createLinkSaid = (): object => ({ begin: nothing, add: () => false });
