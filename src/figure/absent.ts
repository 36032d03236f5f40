/** Stands in the figure's build in place of parts that only the whole stage has: a figure's layout has no room for them. */
const nothing = (): null => null;

export const Clients = nothing;
export const Headings = nothing;
export const RunQueue = nothing;
export const Sockets = nothing;
export const socketRows = (): object => ({});
