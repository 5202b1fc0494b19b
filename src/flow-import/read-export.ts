import { isObject, type Json, readJson } from "#kernel/json.ts";
import { badInput } from "#kernel/errors.ts";
import type { ForeignTool } from "#catalog/equivalents.ts";
import { readScenario } from "./make/read.ts";
import { readWorkflow } from "./n8n/read.ts";
import type { CatalogPack } from "./pack.ts";
import { ExportNode } from "./export-node.ts";
import type { Imported, ImportedFlow } from "./result.ts";
import { readZap } from "./zapier/read.ts";

/**
 * What is read at most: beyond it a file is refused with a sentence. `joins` are those between the nodes of one flow, `formulas` those of the
 * whole file, `read` the characters of all that was read: what comes after reading, which is done beside everything else, takes as long as that.
 */
export const exportBounds = {
  bytes: 10 * 1024 * 1024,
  depth: 150,
  values: 300_000,
  nodes: 1000,
  joins: 5000,
  flows: 200,
  formulas: 20_000,
  read: 4_000_000,
} as const;
/** Formulas of one flow: checking them holds up everything else for some hundredths of a second. */
const formulasOfFlow = 2000;

/** Reads an export of n8n, Make or Zapier. Throws BAD_INPUT naming `text` where it is none, or larger than is read. */
export function readExport(text: string, pack: CatalogPack): Imported {
  const value = parsed(text);
  const root = ExportNode.of(value);
  const recognised = flowsIn(root);
  if (!recognised) throw badInput("text", "is JSON, but no flow of Millrace, workflow of n8n, blueprint of Make or export of Zapier");
  if (recognised.flows.length > exportBounds.flows)
    throw badInput("text", `has ${recognised.flows.length} flows, and ${exportBounds.flows} are read at once: divide the file`);
  const { read, tool } = recognised;
  const flows = recognised.flows.map((flow) => withFewFormulas(read(flow, pack)));
  if (JSON.stringify(flows).length > exportBounds.read) throw badInput("text", "makes more flows than are read at once: divide the file");
  root.ignore("what the file says of itself");
  return { tool, flows, counts: root.report.counts(root) };
}

const formulasIn = (text: string): number => text.split("{{").length - 1;

/** A flow with thousands of formulas is not kept, but said to be there. */
function withFewFormulas(flow: ImportedFlow): ImportedFlow {
  const most = Math.max(0, ...flow.drafts.map((draft) => formulasIn(JSON.stringify(draft))));
  if (most <= formulasOfFlow) return flow;
  const refused = `It has ${most} formulas, and ${formulasOfFlow} are read in one flow at most: divide it into several.`;
  return { ...flow, drafts: [], refused };
}

function parsed(text: string): Json {
  const start = text.trimStart().slice(0, 200);
  if (Buffer.byteLength(text) > exportBounds.bytes) throw badInput("text", `is larger than ${exportBounds.bytes / 1024 / 1024} MB`);
  if (start === "") throw badInput("text", "is empty");
  if (start.startsWith("PK")) throw badInput("text", "is a zip file: unpack it, and give the JSON file in it");
  if (start.startsWith("<")) throw badInput("text", "is a page, not a file: export the flow as JSON, and give that file");
  if (formulasIn(text) > exportBounds.formulas)
    throw badInput("text", `has more than ${exportBounds.formulas.toLocaleString("en")} formulas: divide the file`);
  const value = attemptJson(text);
  if (typeof value !== "object" || value === null) throw badInput("text", "is JSON, but no flow");
  if (countUpTo(value, exportBounds.values) > exportBounds.values) throw badInput("text", "has more than 300,000 values: divide the file");
  return value;
}

function attemptJson(text: string): Json {
  const read = attempt(text);
  if (read === undefined) throw badInput("text", "is no JSON: export the flow again, and give the file as it is");
  if (read === null) throw badInput("text", `is nested deeper than ${exportBounds.depth} levels`);
  return read.value as Json;
}

function attempt(text: string) {
  try {
    return readJson(text.replace(/^\uFEFF/, ""), exportBounds.depth);
  } catch {
    return undefined;
  }
}

/** How many values there are, counted up to `limit`. */
function countUpTo(root: Json, limit: number): number {
  let count = 0;
  const open: Json[] = [root];
  for (let at = open.pop(); at !== undefined && count <= limit; at = open.pop()) {
    count++;
    if (typeof at === "object" && at !== null) for (const member of Object.values(at)) open.push(member);
  }
  return count;
}

/** The flows of a file, and how each is read. */
interface RecognisedExport {
  tool: ForeignTool;
  flows: ExportNode[];
  read: (flow: ExportNode, pack: CatalogPack) => ImportedFlow;
}

/** Which tool wrote it, told by what only that tool's files have. */
function flowsIn(root: ExportNode): RecognisedExport | undefined {
  const zaps = root.get("zaps") ?? (root.isObject ? undefined : root);
  if (zaps?.items().some(isZap) || isZap(root))
    return { tool: "zapier", flows: bounded(isZap(root) ? [root] : zaps!.items().filter(isZap), nodesOf), read: readZap };
  const workflows = [
    root,
    ...root.items(),
    ...(root.get("data")?.items() ?? []),
    ...(root.get("workflows")?.items() ?? []),
    root.get("data"),
    root.get("workflow"),
  ].filter((part) => part !== undefined);
  const ofN8n = workflows.filter(isWorkflow);
  const joins = Math.max(0, ...ofN8n.map(joinsOf));
  if (joins > exportBounds.joins)
    throw badInput("text", `has a flow with ${joins} joins between its steps, and ${exportBounds.joins} are read at most`);
  if (ofN8n.length > 0) return { tool: "n8n", flows: bounded(ofN8n, (part) => part.get("nodes")!.items().length), read: readWorkflow };
  const scenarios = [root, ...root.items(), ...(root.get("scenarios")?.items() ?? [])].filter((part) => blueprintOf(part) !== undefined);
  if (scenarios.length > 0)
    return {
      tool: "make",
      flows: bounded(scenarios, (part) => modulesIn(blueprintOf(part)!.get("flow")!)),
      read: (part, pack) => readScenario(part, blueprintOf(part)!, pack),
    };
  return undefined;
}

const isZap = (part: ExportNode): boolean => {
  const nodes = part.get("nodes") ?? part.get("steps");
  return (
    nodes !== undefined && nodes.entries().some(([, node]) => node.get("selected_api") !== undefined || node.get("type_of") !== undefined)
  );
};
const nodesOf = (part: ExportNode): number => (part.get("nodes") ?? part.get("steps"))!.entries().length;

const isWorkflow = (part: ExportNode): boolean => part.get("nodes")?.isList === true && isObject(part.get("connections")?.value);

const joinsOf = (workflow: ExportNode): number =>
  workflow
    .get("connections")!
    .entries()
    .flatMap(([, outputs]) => outputs.entries().flatMap(([, ports]) => ports.items().map((port) => port.items().length)))
    .reduce((sum, ends) => sum + ends, 0);

/** The blueprint itself, or where the answers of Make's API have it. */
function blueprintOf(part: ExportNode): ExportNode | undefined {
  const places = [part, part.get("blueprint"), part.get("response", "blueprint"), part.get("scenario", "blueprint")];
  return places.find((place) =>
    place
      ?.get("flow")
      ?.items()
      .some((module) => module.get("module") !== undefined),
  );
}

/** Modules of a scenario, with those within its routes. */
function modulesIn(flow: ExportNode): number {
  let count = 0;
  const open = [flow];
  for (let at = open.pop(); at; at = open.pop())
    for (const [key, member] of at.entries()) {
      if (key === "module") count++;
      if (member.isObject || member.isList) open.push(member);
    }
  return count;
}

function bounded(flows: readonly ExportNode[], size: (flow: ExportNode) => number): ExportNode[] {
  for (const flow of flows) {
    const nodes = size(flow);
    if (nodes > exportBounds.nodes) throw badInput("text", `has a flow with ${nodes} steps, and ${exportBounds.nodes} are read at most`);
  }
  return [...flows];
}
