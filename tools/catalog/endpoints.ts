import type { App } from "#catalog/types.ts";
import { endpointFacts, factsIndex, newerId, newerIndex, olderId } from "../../src/apps/highlevel/facts.ts";
import { notCarried } from "../../src/apps/highlevel/newer.ts";
import { renames } from "../../src/apps/highlevel/renames.ts";

/** The page about endpoints without a page of their own, and about the vendor's newer API. What it counts and lists is the catalog's. */
export function renderEndpoints(app: App): string {
  const index = factsIndex();
  const carried = app.operations.filter((o) => o.newer).length;
  const onlyNewer = newerIndex().filter(({ key }) => !index.some((line) => line.key === olderId(key)));
  const gone = index.filter((line) => !line.newer);
  const facts = index.map(({ key }) => endpointFacts(key)!.endpoint);
  const likely = facts.filter((e) => e.scopesFrom === "rule").length;
  const unknown = facts.filter((e) => e.scopes.length === 0 && !e.key.startsWith("oauth/"));
  return `# Any endpoint, and v3

Written by \`npx tsx tools/catalog-docs.ts\`.

## Any endpoint

The [catalog](catalog/README.md) has the operations that were looked at one by one. The others of the ${index.length} endpoints of ${app.title}
can be used as well: in a flow's step, by \`millrace call\`, over the API. Their name is the vendor's module and operation:

\`\`\`sh
millrace catalog --all-endpoints --search "invoice"
millrace catalog invoices/create-invoice
millrace call invoices/list-invoices -c acme -i '{"limit": "10", "offset": "0"}'
\`\`\`

\`\`\`json
{ "id": "invoice", "app": "highlevel", "operation": "invoices/create-invoice", "connection": "acme", "input": { "name": "{{ trigger.title }}" } }
\`\`\`

- Inputs have their types: what does not fit is refused before anything is sent.
- The sub-account is filled in from the connection, also where it is called \`altId\` and \`altType\` says that it may be one. In
  the path of a write it is always asked for: it could be the thing to delete.
- A GET reads, and is tried again after an unknown outcome. Anything else counts as a write that must not be made twice: after an unknown
  outcome the run is held, and a person decides.
- Names are not looked up: give ids. Lists give the page that was asked for. The result is the whole answer.
- Scopes: the vendor's description names those of most endpoints, in one of its two versions. For ${likely} they follow from a rule over the
  module and are shown as *likely*: worth ticking, and not held against a login. For ${unknown.length} it is unknown:
  ${unknown.map(({ key }) => `\`${key}\``).join(", ")}.

### Files

A file is given as \`{"filename": "x.pdf", "contentType": "application/pdf", "base64": "…"}\`.

| Endpoint | How |
|---|---|
| \`medias/upload-media-content\` | \`file\`, or \`fileUrl\` with \`hosted\` |
| \`conversations/upload-file-attachments\` | \`fileAttachment\`; the answer's addresses go into \`attachments\` of a message |
| \`social-media-posting/upload-csv\` | \`file\` |
| \`forms/upload-to-custom-fields\`, \`locations/upload-file-customFields\` | \`body\`: an object whose members are files, each named by its custom field, an underscore and an id of one's own; texts beside them as they are |

A file travels within the step's input, so it counts toward the size of a run's data. An answer of bytes comes
back as base64.

## The vendor's newer API (v3)

Millrace speaks the dated versions, each operation the one its description declares. The newer API is there on request, one operation
at a time: the same name with \`@v3\` behind it.

\`\`\`sh
millrace catalog contacts.create@v3
millrace call opportunities.search@v3 -c acme -i '{"status": "open"}'
\`\`\`

- Of the catalog ${carried} operations have a newer form. Inputs keep their names; on the wire they go by the newer ones (\`pipeline_id\` as
  \`pipelineId\`, \`field_value\` as \`fieldValue\`, \`Call\` as \`call\`). Results, look-ups after an unknown outcome and dry runs are the same.
- Of the ${index.length} endpoints ${index.length - gone.length} have one, and ${onlyNewer.length} are only there, under a name of their own with the mark:
  \`chat-widget/listChatWidget@v3\`.
- \`millrace catalog KEY\` and \`GET /api/v1/catalog\` give the newer name of an operation as \`newer\`.
- Advertising has kept the dated version in the newer description, and is called with it.

What is not carried over:

| Operation | Why |
|---|---|
${Object.entries(notCarried)
  .map(([id, why]) => `| \`${id}\` | ${why} |`)
  .join("\n")}
| recipes: ${app.operations
    .filter((o) => o.recipe)
    .map((o) => `\`${o.id}\``)
    .join(", ")} | They make calls of their own, with the dated version. |

Endpoints that are gone: ${gone.map(({ key }) => `\`${key}\``).join(", ")}.

Routes that changed:

| Endpoint | Now at |
|---|---|
${Object.entries(renames)
  .map(
    ([key, { to, set }]) =>
      `| \`${newerId(key)}\` | \`${to}\`${
        set
          ? `, ${Object.entries(set)
              .map(([name, value]) => `${name} ${value}`)
              .join(", ")}`
          : ""
      } |`,
  )
  .join("\n")}
`;
}
