import { Option, type Command } from "commander";
import type { CatalogEntry } from "#api/schemas.ts";
import { withExamples, withJson } from "../help.ts";
import { usage } from "../input.ts";
import type { Tools } from "../tools.ts";
import { catalogPage, catalogTable } from "../views/catalog.ts";

interface Options {
  app?: string;
  search?: string;
  kind?: CatalogEntry["kind"];
  allEndpoints?: boolean;
  json?: boolean;
}

export function addCatalogCommand(program: Command, { show, api }: Tools): void {
  const command = withJson(
    program
      .command("catalog")
      .description("What can be done and what can start a flow. Needs no running Millrace, except for an app of your own, named with --app")
      .argument("[key]", "show one of them with its inputs, such as contacts.upsert")
      .option("--app <id>", "of this app only, such as http")
      .option("--search <words>", "with all of these words in key, title, category or path")
      .addOption(new Option("--kind <kind>", "of this kind only").choices(["trigger", "action", "change", "webhook", "schedule", "manual"]))
      .option("--all-endpoints", "with every endpoint of the apps that have them under keys of their own, judged or not"),
  ).action(async (key: string | undefined, options: Options) => {
    const entries = await find(options, key, api);
    if (key === undefined) return show(entries, options.json, (paper) => catalogTable(entries, paper));
    const entry = one(key, entries);
    show(entry, options.json, (paper) => catalogPage(entry, paper));
  });
  withExamples(
    command,
    "millrace catalog --search contact",
    "millrace catalog contacts.upsert",
    "millrace catalog contacts.upsert@v3",
    "millrace catalog --json --all-endpoints > catalog.json",
  );
}

/** Of all, or the one with a key: an endpoint's own is known without `--all-endpoints` too, for flows and calls may name it. */
async function find({ app, search, kind, allEndpoints }: Options, key: string | undefined, api: Tools["api"]): Promise<CatalogEntry[]> {
  const { searchCatalog } = await import("#server/catalog/catalog-search.ts");
  const { builtInCatalog } = await import("#server/catalog/built-in.ts");
  const catalog = builtInCatalog();
  const query = { app, q: search, key };
  const isOwn = app !== undefined && !catalog.app(app);
  const results = isOwn
    ? (await api().catalog.search({ query })).operations
    : searchCatalog(catalog, { ...query, endpoints: allEndpoints });
  return kind === undefined ? results : results.filter((entry) => entry.kind === kind);
}

function one(key: string, entries: readonly CatalogEntry[]): CatalogEntry {
  if (entries.length === 1) return entries[0]!;
  if (entries.length > 1) throw usage(`${entries.map(({ app }) => app).join(" and ")} each have '${key}'; say which with --app`);
  throw usage(`There is no '${key}' in the catalog. Look for it: millrace catalog --search WORDS`);
}
