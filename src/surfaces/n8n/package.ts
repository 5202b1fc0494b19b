import type { App } from "#catalog/types.ts";
import type { OperationOfApp } from "../operation-schema.ts";
import { actionCode, credentialsCode, icon, sharedCode, triggerCode } from "./code.ts";
import { actionNode, triggerNode } from "./nodes.ts";

/** Pure: the operations and triggers as a package of community nodes for n8n, by path. It contains no secrets. */
export function n8nPackage(entries: readonly OperationOfApp[], apps: readonly App[], version: string): Record<string, string> {
  return {
    "package.json": `${JSON.stringify(packageFacts(version), null, 2)}\n`,
    "README.md": readme,
    "index.js": '"use strict";\n',
    "dist/credentials/MillraceApi.credentials.js": credentialsCode,
    "dist/credentials/millrace.svg": icon,
    "dist/shared/millrace.js": sharedCode,
    "dist/nodes/Millrace/Millrace.node.js": actionCode,
    "dist/nodes/Millrace/Millrace.node.json": codexOf("n8n-nodes-millrace.millrace"),
    "dist/nodes/Millrace/data.json": JSON.stringify(actionNode(entries)),
    "dist/nodes/Millrace/millrace.svg": icon,
    "dist/nodes/MillraceTrigger/MillraceTrigger.node.js": triggerCode,
    "dist/nodes/MillraceTrigger/MillraceTrigger.node.json": codexOf("n8n-nodes-millrace.millraceTrigger"),
    "dist/nodes/MillraceTrigger/data.json": JSON.stringify(triggerNode(apps)),
    "dist/nodes/MillraceTrigger/millrace.svg": icon,
  };
}

const packageFacts = (version: string) => ({
  name: "n8n-nodes-millrace",
  version,
  description: "The operations and triggers of one Millrace as nodes",
  keywords: ["n8n-community-node-package", "millrace"],
  license: "MIT",
  main: "index.js",
  files: ["dist", "index.js"],
  engines: { node: ">=20.19" },
  n8n: {
    n8nNodesApiVersion: 1,
    credentials: ["dist/credentials/MillraceApi.credentials.js"],
    nodes: ["dist/nodes/Millrace/Millrace.node.js", "dist/nodes/MillraceTrigger/MillraceTrigger.node.js"],
  },
});

const codexOf = (node: string): string =>
  `${JSON.stringify({ node, nodeVersion: "1.0", codexVersion: "1.0", categories: ["Sales", "Marketing", "Communication"] }, null, 2)}\n`;

const readme = `# n8n-nodes-millrace

Nodes for n8n: every operation and trigger of one Millrace. Made by \`millrace export n8n\`; make it again when the catalog has changed.

- **Millrace** calls operations. Resources are the categories of the catalog; connections, records and custom fields are chosen from lists.
- **Millrace Trigger** starts a workflow by events. Millrace posts each event to the workflow's address, tries again while n8n does not answer,
  and keeps it under *Runs* and *Needs attention* like any other run.

## Install

On the machine of n8n: \`npm pack\` in this folder, then \`npm install <the .tgz>\` in \`~/.n8n/nodes\`, and restart n8n. The package has no
dependencies.

## Sign in

Add a credential *Millrace API*: the address of Millrace, and an API key (People › API keys) with the scopes \`operations:call\`,
\`connections:read\` and, for the trigger, \`targets:write\`.

## Errors and repeats

A failed call shows Millrace's sentence, its code and the item. 429 and 503 are tried again when the answer says so. Each write has an
idempotency key of its own, so that a repeated request is made once. With *On Error: Continue* the error becomes the item's output.
`;
