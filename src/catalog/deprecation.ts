import type { Operation } from "./types.ts";

type Find = (app: string, id: string) => Operation | null | undefined;

/** What to use in the place of a deprecated operation: the one its id is the older half of, or that of the newer API. */
export function successorOf({ app, id, newer }: Operation, find: Find): string | undefined {
  const candidates = [id.replace(/-deprecated$/, ""), newer].filter((each) => each !== undefined && each !== id);
  return candidates.find((each) => {
    const operation = find(app, each!);
    return operation && !operation.deprecated;
  });
}

/** That an operation's days are counted, and what to use instead; null where they are not. */
export function deprecation(app: { title: string }, operation: Operation, find: Find): string | null {
  if (!operation.deprecated) return null;
  const successor = successorOf(operation, find);
  const advice = successor === undefined ? "it still works, and there is none in its place" : `use ${successor} instead`;
  return `${app.title} has deprecated ${operation.title} (${operation.id}); ${advice}.`;
}
