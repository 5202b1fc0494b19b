import type { App, InputField, JsonSchema, Operation, Paging } from "#catalog/types.ts";
import { repeatable } from "#catalog/types.ts";
import { renderEvents } from "./events.ts";

/** The pages of an app's operations and events, by file name: one for each category, one of all events, and an index. */
export function renderCatalog(app: App): Map<string, string> {
  const names = [...new Set(app.operations.map((o) => o.category))];
  const categories = names.map((name): [string, Operation[]] => [name, app.operations.filter((o) => o.category === name)]);
  const titles = new Map(app.operations.map((o) => [o.id, o.title]));
  const pages = categories.map(([category, operations]): [string, string] => [
    `${slug(category)}.md`,
    page(app, category, operations, titles),
  ]);
  return new Map([["README.md", index(app, categories)], ["events.md", renderEvents(app, written)], ...pages]);
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
    `${app.title} also posts [${app.triggers.length} events](events.md) to a marketplace app.`,
    "",
    "A trigger of this catalog is a read that is polled; as a step it looks something up. Endpoints without a page here can be",
    "called all the same, by module and name (`contacts/create-contact`), with less comfort: names are not looked up, and a write",
    "of unknown outcome is not repeated. [Any endpoint, and v3](../endpoints.md) has the rest.",
    "",
    "Times of queries may be written as `2026-02-01T09:00:00+01:00`, `2026-02-01`, `now`, `now+7d` or `now-1d`.",
    "",
  );
}

function page(app: App, category: string, operations: readonly Operation[], titles: ReadonlyMap<string, string>): string {
  const contents = operations.map((o) => `| [${o.title}](#${slug(o.id)}) | \`${o.id}\` | ${o.kind} | ${effectWords[o.effect]} |`);
  return lines(
    `# ${category}`,
    "",
    `${app.title}, ${operations.length} operations. ${written}`,
    "",
    table(["Title", "Key", "Kind", "What it does"], contents),
    "",
    ...operations.flatMap((o) => [operationPart(o, titles), ""]),
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

function operationPart(o: Operation, titles: ReadonlyMap<string, string>): string {
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
    ...behaviour(o, titles).map((line) => `- ${line}`),
    "",
    ...example(o),
  ).trimEnd();
}

function facts(o: Operation): string[] {
  const route = o.recipe ? "Makes several requests." : `\`${o.method} ${o.path}\`${o.version ? `, Version ${o.version}` : ""}`;
  const login = o.access.map((a) => (a === "location" ? "a sub-account" : "an agency")).join(" or ");
  const newer = o.newer ? [`In the newer API: \`${o.newer}\`.  `] : [];
  return [`${route}  `, ...newer, `Scope ${o.scopes.map((s) => `\`${s}\``).join(", ")}; the login of ${login}.`];
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

/** How it behaves as a trigger, or after an outcome nobody knows. */
function behaviour(o: Operation, titles: ReadonlyMap<string, string>): string[] {
  if (o.recipe) return [];
  return o.effect === "read" ? asTrigger(o) : asWrite(o, titles);
}

function asTrigger(o: Operation): string[] {
  const told = o.changed
    ? `\`${o.changed}\``
    : `its content${o.volatile?.length ? ` (without ${o.volatile.map((v) => `\`${v}\``).join(", ")})` : ""}`;
  return [
    o.list
      ? `As a trigger: fires for each row not seen before; if asked to, for changed and vanished ones too. A row is known by \`${o.identity}\`, a change by ${told}.`
      : `As a trigger: fires when the answer changes, told by ${told}.`,
    ...(o.paging && o.paging.style !== "none" ? [`Read to its end, ${pagingWords(o.paging)}.`] : []),
    ...(o.newest ? [`For new rows alone it is read newest first, by \`${o.newest.by}\`, no further than what is known.`] : []),
    ...(o.events?.length ? [`Told sooner by the events ${o.events.map((e) => `\`${e}\``).join(", ")}, where the app gets them.`] : []),
  ];
}

function pagingWords(paging: Exclude<Paging, { style: "none" }>): string {
  const by = { cursor: "by cursor", offset: "by offset", page: "by page number", lastRow: "by its last row" }[paging.style];
  const beyond = paging.style === "page" && paging.pageRows ? `, by cursor beyond ${paging.pageRows} rows` : "";
  return `${by}, ${paging.max} rows at a time${beyond}`;
}

function asWrite({ effect, confirm, before }: Operation, titles: ReadonlyMap<string, string>): string[] {
  return [
    unknownOutcome(effect, confirm && titles.get(confirm.operation)),
    ...(before ? [`A dry run compares with ${titles.get(before.operation)!}.`] : []),
  ];
}

function unknownOutcome(effect: Operation["effect"], lookedUpWith: string | undefined): string {
  if (repeatable.has(effect)) return "May be repeated: a second time changes nothing more.";
  if (lookedUpWith) return `After an unknown outcome it is looked up with ${lookedUpWith} before it is tried again.`;
  return "After an unknown outcome the run waits for a person, unless the flow says otherwise.";
}

function example({ example: shown }: Operation): string[] {
  return shown
    ? ["```json", JSON.stringify(shown.input, null, 2), "```", "", "gives", "", "```json", JSON.stringify(shown.output, null, 2), "```"]
    : [];
}

const table = (head: string[], rows: string[]): string =>
  [`| ${head.join(" | ")} |`, `|${head.map(() => "---").join("|")}|`, ...rows].join("\n");
const cell = (text: string): string => text.replace(/\|/g, "\\|").replace(/\n/g, " ");
const lines = (...parts: string[]): string => parts.join("\n");
const slug = (text: string): string =>
  text
    .toLowerCase()
    .replace(/&/g, "and")
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");
