/** Runs work with the same id one after another, in the order of the calls; work with different ids runs in parallel. */
export function createTurns(): <T>(id: string, work: () => Promise<T>) => Promise<T> {
  const last = new Map<string, Promise<unknown>>();
  return (id, work) => {
    const result = (last.get(id) ?? Promise.resolve()).then(work);
    const done = result
      .catch(() => {}) // the caller gets the error; the next one runs all the same
      .then(() => void (last.get(id) === done && last.delete(id)));
    last.set(id, done);
    return result;
  };
}
