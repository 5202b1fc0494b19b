/** One at a time, first come first served. */
export interface Mutex {
  free(): boolean;
  exclusively<T>(fn: () => Promise<T>): Promise<T>;
}

export function createMutex(): Mutex {
  let tail: Promise<unknown> = Promise.resolve();
  let holders = 0;
  return {
    free: () => holders === 0,
    exclusively(fn) {
      holders++;
      const result = tail.then(fn).finally(() => holders--);
      tail = result.catch(() => undefined);
      return result;
    },
  };
}
