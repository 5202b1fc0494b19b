/** What an agent can read by address: the format of flows, the catalog, flows, runs and samples. */
import { type McpServer, ResourceTemplate, type Variables } from "@modelcontextprotocol/server";
import type { CatalogEntry } from "#api/schemas.ts";
import type { Scope } from "#api/principal.ts";
import { notFound } from "#kernel/errors.ts";
import { fenced, shortened } from "./data.ts";
import { briefly } from "./describe.ts";
import { flowFormat } from "./flow-format.ts";
import { runStory, stepFacts } from "./run-words.ts";
import type { McpSide } from "./side.ts";
import { iso } from "./time.ts";

/** A resource is read on purpose, so it may be longer than the answer of a tool. */
const mostResourceBytes = 100_000;
const mostListed = 50;
const mostCompleted = 100;

/** Registers what the caller may read. */
export function registerResources(server: McpServer, side: McpSide): void {
  const may = (...needed: Scope[]) => needed.every((scope) => side.scopes.includes(scope));
  if (may("flows:read")) {
    registerFormat(server);
    registerFlows(server, side);
  }
  if (may("flows:read", "flows:try")) registerSamples(server, side);
  if (may("catalog:read")) registerCatalog(server, side);
  if (may("runs:read")) registerRuns(server, side);
}

function registerFormat(server: McpServer): void {
  const uri = "millrace://flow-format";
  server.registerResource(
    "flow-format",
    uri,
    { title: "How flows are written", description: "The guide and the JSON Schema of a definition.", mimeType: "text/markdown" },
    async () => ({ contents: [{ uri, mimeType: "text/markdown", text: flowFormat }] }),
  );
}

function registerCatalog(server: McpServer, { client }: McpSide): void {
  const uri = "millrace://catalog";
  const lines = async () => (await client.catalog.search({ query: {} })).operations;
  server.registerResource(
    "catalog",
    uri,
    {
      title: "Apps and categories",
      description: "Every app of the workspace, with its categories and how many operations each has.",
      mimeType: "text/plain",
    },
    async () => contentsOf(uri, categoriesOf(await lines())),
  );
  const places = async () =>
    categoriesOf(await lines()).flatMap(({ app, categories }) => categories.map(({ category }) => ({ app, category })));
  const template = new ResourceTemplate("millrace://catalog/{app}/{category}", {
    list: async () => ({
      resources: (await places()).slice(0, mostListed).map(({ app, category }) => ({
        uri: `${uri}/${encodeURIComponent(app)}/${encodeURIComponent(category)}`,
        name: `${app}: ${category}`,
      })),
    }),
    complete: {
      app: async (begun) => beginning([...new Set((await places()).map(({ app }) => app))], begun),
      category: async (begun, context) => {
        const all = (await places()).filter(({ app }) => context?.arguments?.["app"] === undefined || context.arguments["app"] === app);
        return beginning(
          all.map(({ category }) => category),
          begun,
        );
      },
    },
  });
  server.registerResource(
    "catalog-category",
    template,
    { title: "Operations of a category", description: "What an app can do in one category.", mimeType: "text/plain" },
    async (at, given) => {
      const [app, category] = [textOf(given, "app"), textOf(given, "category")];
      const found = (await lines()).filter((line) => line.app === app && line.category === category);
      if (found.length === 0) throw notFound("category", `${app}/${category}`);
      return contentsOf(at.href, found.map(briefly));
    },
  );
}

function categoriesOf(lines: readonly CatalogEntry[]) {
  const apps = new Map<string, Map<string, number>>();
  for (const { app, category } of lines) {
    const categories = apps.get(app) ?? new Map<string, number>();
    apps.set(app, categories.set(category, (categories.get(category) ?? 0) + 1));
  }
  return [...apps].map(([app, categories]) => ({
    app,
    categories: [...categories].map(([category, operations]) => ({ category, operations })),
  }));
}

function registerFlows(server: McpServer, { client }: McpSide): void {
  const flows = async () => (await client.flows.list()).flows;
  const template = new ResourceTemplate("millrace://flows/{flow}", {
    list: async () => ({
      resources: (await flows()).slice(0, mostListed).map(({ id, name }) => ({ uri: `millrace://flows/${id}`, name })),
    }),
    complete: {
      flow: async (begun) =>
        beginning(
          (await flows()).map(({ id }) => id),
          begun,
        ),
    },
  });
  server.registerResource(
    "flow",
    template,
    { title: "A flow", description: "The draft of a flow with its definition and problems.", mimeType: "text/plain" },
    async (at, given) => {
      const { id, name, status, sentence, version, revision, problems, notices, definition } = await client.flows.get({
        id: textOf(given, "flow"),
      });
      return contentsOf(at.href, { id, name, status, sentence, version, revision, problems, notices, definition });
    },
  );
}

function registerSamples(server: McpServer, { client }: McpSide): void {
  const template = new ResourceTemplate("millrace://flows/{flow}/samples", {
    list: undefined,
    complete: {
      flow: async (begun) =>
        beginning(
          (await client.flows.list()).flows.map(({ id }) => id),
          begun,
        ),
    },
  });
  server.registerResource(
    "samples",
    template,
    { title: "Samples of a flow", description: "Events to try a flow with: received, read just now, or made up.", mimeType: "text/plain" },
    async (at, given) => {
      const { samples } = await client.flows.samples({ id: textOf(given, "flow") });
      return contentsOf(
        at.href,
        samples.map(({ at: when, ...sample }) => ({ ...sample, at: iso(when) })),
      );
    },
  );
}

function registerRuns(server: McpServer, { client }: McpSide): void {
  const runs = async () => (await client.runs.list({ query: { limit: mostListed } })).runs;
  const template = new ResourceTemplate("millrace://runs/{run}", {
    list: async () => ({
      resources: (await runs()).map(({ id, flow, label }) => ({ uri: `millrace://runs/${id}`, name: `${flow.name}: ${label}` })),
    }),
    complete: {
      run: async (begun) =>
        beginning(
          (await runs()).map(({ id }) => id),
          begun,
        ),
    },
  });
  server.registerResource(
    "run",
    template,
    { title: "A run", description: "What happened in a run: its story, its event and its steps.", mimeType: "text/plain" },
    async (at, given) => {
      const run = await client.runs.get({ id: textOf(given, "run") });
      return contentsOf(at.href, { story: runStory(run, Date.now()), event: run.event.payload, steps: run.steps.map(stepFacts) });
    },
  );
}

const textOf = (given: Variables, name: string): string => {
  const value = given[name];
  return decodeURIComponent(String(Array.isArray(value) ? value[0] : value));
};

const beginning = (all: readonly string[], begun: string): string[] =>
  all.filter((one) => one.toLowerCase().startsWith(begun.toLowerCase())).slice(0, mostCompleted);

const contentsOf = (uri: string, data: unknown) => {
  const { value, cut } = shortened(data, mostResourceBytes);
  const text = `${fenced(value)}${cut ? "\n\nThis is shortened; the tools read each part." : ""}`;
  return { contents: [{ uri, mimeType: "text/plain", text }] };
};
