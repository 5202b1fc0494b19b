import type { CatalogEntry, ConnectionView } from "#api/schemas.ts";
import { isObject } from "#kernel/json.ts";

/** A call to show: an operation of the catalog with its example, and a connection of the reader's own where there is one. */
export interface ExampleCall {
  app: string;
  key: string;
  connection: string;
  input: Record<string, unknown>;
}

/** The first operation that makes or changes a record, else any: preferably of an app that is connected. */
export function exampleOf(
  entries: readonly CatalogEntry[],
  connections: readonly Pick<ConnectionView, "app" | "name">[],
): ExampleCall | undefined {
  const isConnected = ({ app }: CatalogEntry) => connections.some((one) => one.app === app);
  const withExample = entries.filter(({ kind, example }) => (kind === "action" || kind === "trigger") && isObject(example));
  const upserts = withExample.filter(({ effect }) => effect === "upsert");
  const entry = upserts.find(isConnected) ?? withExample.find(isConnected) ?? upserts[0] ?? withExample[0];
  if (!entry || !isObject(entry.example)) return undefined;
  const { input } = entry.example;
  const connection = connections.find(({ app }) => app === entry.app)?.name ?? "my-connection";
  return { app: entry.app, key: entry.key, connection, input: isObject(input) ? input : {} };
}

/** The call for a terminal. It contains no key. */
export function curlText(origin: string, { app, key, connection, input }: ExampleCall): string {
  const body = JSON.stringify({ connection, input }).replaceAll("'", String.raw`'\''`);
  return [
    `curl ${origin}/api/v1/operations/${encodeURIComponent(`${app}.${key}`)} \\`,
    `  -H "Authorization: Bearer $MILLRACE_API_KEY" \\`,
    `  -H "Content-Type: application/json" \\`,
    `  -H "Idempotency-Key: order-1" \\`,
    `  -d '${body}'`,
  ].join("\n");
}

/** The same call with the client. */
export function clientText(origin: string, { app, key, connection, input }: ExampleCall): string {
  const path = [app, ...key.split(".")]
    .map((part) => (/^[A-Za-z_$][\w$]*$/.test(part) ? `.${part}` : `[${JSON.stringify(part)}]`))
    .join("");
  return [
    `import { createMillrace } from "millrace-client";`,
    "",
    `const millrace = createMillrace({ url: "${origin}", key: process.env.MILLRACE_API_KEY });`,
    `const { output } = await millrace${path}({`,
    `  connection: ${JSON.stringify(connection)},`,
    `  input: ${JSON.stringify(input)},`,
    "});",
  ].join("\n");
}
