/** Those who want to hear of something, and how they are told. */
export interface Hub<T> {
  tell(news: T): void;
  /** Calls back with what is told from now on; returns how to stop. */
  on(cb: (news: T) => void): () => void;
}

export function createHub<T>(): Hub<T> {
  const listeners = new Set<(news: T) => void>();
  return {
    tell(news) {
      for (const cb of listeners) cb(news);
    },
    on(cb) {
      listeners.add(cb);
      return () => listeners.delete(cb);
    },
  };
}
