import { isObject } from "#kernel/json.ts";

/** A flow with a connection in its trigger and each step of an app, where they name none yet. `connections`: by app. */
export function withConnectionOfApp<T>(part: T, connections: Readonly<Record<string, string>>): T {
  if (Array.isArray(part)) return part.map((item: unknown) => withConnectionOfApp(item, connections)) as T;
  if (!isObject(part)) return part;
  const { app, operation, connection } = part;
  const named = typeof app === "string" && typeof operation === "string" && connection === undefined && Object.hasOwn(connections, app);
  const lists = ["trigger", "steps", "then", "else", "do"].filter((member) => member in part);
  const inner = Object.fromEntries(lists.map((member) => [member, withConnectionOfApp(part[member], connections)]));
  return { ...part, ...inner, ...(named ? { connection: connections[app] } : {}) } as T;
}
