/** Virtual time as one number: ns since the first datagram. */
export const NS_PER_MS = 1_000_000;
