import { needsLogin } from "#catalog/login.ts";
import { operationName, type OperationOfApp } from "../operation-schema.ts";
import { propertyName } from "./type-text.ts";

/** What the package says of itself, with a call of its own catalog as the example. */
export function readmeText(entries: readonly OperationOfApp[]): string {
  const example = entries.find(({ operation }) => operation.effect === "upsert" && operation.example) ?? entries[0];
  return `# millrace-client

A typed client of one Millrace: every operation of its catalog, and its flows and runs. Made by \`millrace export client\`; make it again when
the catalog has changed. It has no dependencies and runs on Node 20.3 and later. Do not use it in a browser: whoever opens the page could read
the API key.

\`\`\`ts
import { createMillrace, RateLimitedError } from "millrace-client";

const millrace = createMillrace({ url: process.env.MILLRACE_URL!, key: process.env.MILLRACE_API_KEY! });
${example ? exampleText(example) : ""}
\`\`\`

- **Connections** are given by their names in Millrace. The client never sees a login.
- **Errors** are classes by their code: \`RateLimitedError\`, \`ConnectionExpiredError\`; all are \`MillraceError\` with \`code\`, \`status\` and \`details\`.
- **Repeats**: 429 and 503 are tried again when the answer says so. Each write has an idempotency key, so that a broken connection is safe to
  try again. Give your own as \`idempotencyKey\` to be safe across restarts of your program.
- **Dry runs**: \`dryRun: true\` writes nothing and says in \`effects\` what would change.
- **Giving up**: \`signal\` takes an AbortSignal.
- **Lists**: \`rows\` says how many rows to read, 1,000 by default and 10,000 at most.
- **Pages**: \`for await (const page of millrace.$runs.list.pages())\`.
- **Batches**: \`millrace.$batch({ operation, connection, calls })\` makes up to 100 calls in one request.
`;
}

function exampleText({ app, operation }: OperationOfApp): string {
  const [first = "", ...rest] = operationName(operation).split(".");
  const path = [first, ...rest].map((part) => (propertyName(part) === part ? `.${part}` : `[${JSON.stringify(part)}]`)).join("");
  const connection = needsLogin(app) ? 'connection: "my-connection", ' : "";
  return `const { output } = await millrace${path}({ ${connection}input: ${JSON.stringify(operation.example?.input ?? {})} });`;
}
