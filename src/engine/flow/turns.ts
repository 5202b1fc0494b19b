/** Lets what concerns one thing happen one after another, in the order it was asked for; what concerns another goes beside it. */
export function createTurns(): <T>(id: string, work: () => Promise<T>) => Promise<T> {
  const last = new Map<string, Promise<unknown>>();
  return (id, work) => {
    const result = (last.get(id) ?? Promise.resolve()).then(work);
    const done = result
      .catch(() => {}) // told to who asked; the next goes on
      .then(() => void (last.get(id) === done && last.delete(id)));
    last.set(id, done);
    return result;
  };
}
