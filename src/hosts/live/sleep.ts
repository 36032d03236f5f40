/** Resolves after `ms`, not earlier. */
export const sleep = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));
