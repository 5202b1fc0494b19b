import type { CatalogEntry, ConnectionView } from "#server/contract.ts";

interface Starter {
  name: string;
  trigger: CatalogEntry;
  action: CatalogEntry | null;
  connections: readonly ConnectionView[];
}

/** The first definition of a new flow: the trigger, and the first step with its required fields waiting to be filled. */
export function starterFlow({ name, trigger, action, connections }: Starter): Record<string, unknown> {
  return {
    name,
    trigger: {
      app: trigger.app,
      operation: trigger.key,
      ...connectionFor(trigger.app, connections),
      ...(trigger.kind === "trigger" ? { every: "5m" } : {}),
    },
    steps:
      action === null
        ? []
        : [
            {
              id: idOf(action.key),
              app: action.app,
              operation: action.key,
              ...connectionFor(action.app, connections),
              input: firstInput(action, trigger),
            },
          ],
  };
}

function connectionFor(app: string, connections: readonly ConnectionView[]): { connection?: string } {
  const connection = connections.find((one) => one.app === app && one.status === "connected") ?? connections.find((one) => one.app === app);
  return connection === undefined ? {} : { connection: connection.name };
}

/** `contacts.upsert` gives `contact`, as one would name it. */
function idOf(key: string): string {
  return (key.split(".")[0] ?? "step").replace(/[^a-z0-9_]/gi, "_").replace(/s$/, "") || "step";
}

/** A field of the same name in the trigger's example is mapped; another required one is left empty to be seen. */
function firstInput(action: CatalogEntry, trigger: CatalogEntry): Record<string, string> {
  const given = typeof trigger.example === "object" && trigger.example !== null ? Object.keys(trigger.example) : [];
  const input: Record<string, string> = {};
  for (const field of action.inputs) {
    const name = field["name"];
    if (typeof name !== "string" || field["fill"] !== undefined) continue;
    const match = given.find((key) => key.toLowerCase() === name.toLowerCase());
    if (match !== undefined) input[name] = `{{ trigger.${match} }}`;
    else if (field["required"] === true) input[name] = "";
  }
  return input;
}
