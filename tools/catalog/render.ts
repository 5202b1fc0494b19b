import type { App, InputField, JsonSchema, Operation } from "#catalog/types.ts";
import { behaviour, placesOf, type Places } from "./behaviour.ts";
import { renderChanges } from "./changes.ts";
import { renderEvents } from "./events.ts";
import { cell, code, json, lines, slug, table } from "./markdown.ts";

/** The pages of an app's operations and events, by file name: one for each category, one of all events, and an index. */
export function renderCatalog(app: App): Map<string, string> {
  const names = [...new Set(app.operations.map((o) => o.category))];
  const categories = names.map((name): [string, Operation[]] => [name, app.operations.filter((o) => o.category === name)]);
  const places = placesOf(app);
  const pages = categories.map(([category, operations]): [string, string] => [
    `${slug(category)}.md`,
    page(app, category, operations, places),
  ]);
  return new Map([
    ["README.md", index(app, categories)],
    ["events.md", renderEvents(app, written, places)],
    ["changes.md", renderChanges(app, written, inputs)],
    ...pages,
  ]);
}

const written = "Written from the catalog by `npx tsx tools/catalog-docs.ts`.";

function index(app: App, categories: [string, Operation[]][]): string {
  const rows = categories.map(([category, all]) => {
    const triggers = all.filter((o) => o.kind === "trigger").length;
    return `| [${category}](${slug(category)}.md) | ${triggers} | ${all.length - triggers} |`;
  });
  return lines(
    `# The ${app.title} catalog`,
    "",
    `Everything a flow can watch or do in ${app.title}. ${written}`,
    "",
    table(["Category", "Triggers", "Actions"], rows),
    "",
    `What people mean by a change (a tag was added, a deal moved) starts a flow by one of [${(app.changes ?? []).length} change triggers](changes.md).`,
    `${app.title} also posts [${app.triggers.length} events](events.md) to a marketplace app.`,
    "",
    "A trigger of this catalog is a read that is polled; as a step it looks something up. Endpoints without a page here can be",
    "called all the same, by module and name (`contacts/create-contact`), with less comfort: names are not looked up, and a write",
    "of unknown outcome is not repeated. [Any endpoint, and v3](../endpoints.md) has the rest.",
    "",
    "## How a read is polled",
    "",
    "A flow polls every five minutes unless it says otherwise (`every`, from a minute). The first poll takes stock and fires nothing. Each poll",
    "reads the list to its end, keeps what it has seen, and fires for what `emit` asks for: `new`, `changed` or `all`. What decides that a row",
    "changed is its content: times are not promised to move with every change. Each operation says how its rows are known.",
    "",
    "## Which login",
    "",
    "Most operations want a sub-account's login. These take an agency's, whose id is filled in from its connection:",
    "",
    table(["Operation", "Key", "Login"], app.operations.filter((o) => o.access.includes("agency")).map(loginRow)),
    "",
    "A login of the wrong kind is refused before anything is sent.",
    "",
    "## Times",
    "",
    "Times of queries may be written as `2026-02-01T09:00:00+01:00`, `2026-02-01`, `now`, `now+7d` or `now-1d`.",
    "",
  );
}

const loginRow = (o: Operation): string =>
  `| [${o.title}](${slug(o.category)}.md#${slug(o.id)}) | \`${o.id}\` | ${o.access.includes("location") ? "either" : "an agency's"} |`;

function page(app: App, category: string, operations: readonly Operation[], places: Places): string {
  const contents = operations.map((o) => `| [${o.title}](#${slug(o.id)}) | \`${o.id}\` | ${o.kind} | ${effectWords[o.effect]} |`);
  return lines(
    `# ${category}`,
    "",
    `${app.title}, ${operations.length} operations. ${written}`,
    "",
    table(["Title", "Key", "Kind", "What it does"], contents),
    "",
    ...operations.flatMap((o) => [operationPart(o, places), ""]),
  );
}

const effectWords: Record<Operation["effect"], string> = {
  read: "reads",
  create: "makes a new record",
  update: "changes a record",
  upsert: "makes or changes a record",
  delete: "deletes a record",
  link: "adds to a record",
  unlink: "takes from a record",
  send: "sends or starts something",
  other: "writes",
};

function operationPart(o: Operation, places: Places): string {
  return lines(
    `<a id="${slug(o.id)}"></a>`,
    "",
    `## ${o.title}`,
    "",
    `\`${o.id}\` · ${o.kind} · ${effectWords[o.effect]}${o.deprecated ? " · deprecated by the vendor" : ""}`,
    "",
    ...(o.note ? [o.note, ""] : []),
    ...facts(o),
    "",
    ...inputs(o),
    ...behaviour(o, places).map((line) => `- ${line}`),
    "",
    ...example(o),
  ).trimEnd();
}

function facts(o: Operation): string[] {
  const route = o.recipe ? "Makes several requests." : `\`${o.method} ${o.path}\`${o.version ? `, Version ${o.version}` : ""}`;
  const login = o.access.map((a) => (a === "location" ? "a sub-account" : "an agency")).join(" or ");
  const newer = o.newer ? [`In the newer API: \`${o.newer}\`.  `] : [];
  return [`${route}  `, ...newer, `Scope ${code(o.scopes)}; the login of ${login}.`];
}

function inputs({ input, rules = [] }: Operation): string[] {
  const asked = input.filter((f) => !f.fill);
  if (asked.length === 0) return ["Nothing to fill in.", ""];
  const rows = asked.map((f) => `| \`${f.name}\`${f.required ? " *" : ""} | ${f.label ?? ""} | ${typeWords(f)} | ${cell(helpOf(f))} |`);
  const told = rules.map((rule) => {
    if (rule.kind !== "window") return `${ruleWords[rule.kind]} of ${rule.fields.map((f) => `\`${f}\``).join(", ")}.`;
    return `\`${rule.to}\` lies after \`${rule.from}\`${rule.maxDays ? `, by at most ${rule.maxDays} days` : ""}.`;
  });
  return [table(["Input", "", "Type", ""], rows), "", ...(told.length ? [told.join(" "), ""] : [])];
}

const ruleWords = { atLeastOne: "At least one", exactlyOne: "Exactly one", atMostOne: "At most one" };

const helpOf = ({ help, lookup }: InputField): string =>
  [help, lookup ? `Choices: \`${lookup.operation}\`.` : undefined].filter((part) => part !== undefined).join(" ");

const timeFormats: Record<string, string> = { "date-time": "time", "epoch-ms": "time", "epoch-s": "time", "mm-dd-yyyy": "day" };
const mostChoices = 12;

function typeWords({ schema, control }: InputField): string {
  if (control === "customFields") return "custom fields";
  if (schema.format && timeFormats[schema.format]) return timeFormats[schema.format]!;
  return cell(choices(schema) ?? plainType(schema));
}

function choices({ enum: all }: JsonSchema): string | undefined {
  if (!all) return undefined;
  const shown = all.slice(0, mostChoices).map((one) => `\`${String(one)}\``);
  return shown.join(", ") + (all.length > mostChoices ? `, … (${all.length})` : "");
}

function plainType({ type, items, maxItems, maxLength }: JsonSchema): string {
  const name = Array.isArray(type) ? type.join(" or ") : (type ?? "any");
  if (name === "array") return `list of ${items?.type === "string" ? "texts" : "records"}${maxItems ? `, at most ${maxItems}` : ""}`;
  if (name === "string") return maxLength ? `text, at most ${maxLength} characters` : "text";
  return name.replace("string", "text");
}

function example({ example: shown }: Operation): string[] {
  return shown ? [...json(shown.input), "", "gives", "", ...json(shown.output)] : [];
}
