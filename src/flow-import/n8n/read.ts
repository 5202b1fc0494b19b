import { collect, ignoreLayout, listRest } from "../collect.ts";
import { byHand, loginLeft, sampleLeft } from "../fields.ts";
import { Names, titleOf } from "../names.ts";
import type { NeutralFlow } from "../neutral.ts";
import { Outputs } from "../outputs.ts";
import type { CatalogPack } from "../pack.ts";
import type { ExportNode } from "../export-node.ts";
import type { ImportedFlow } from "../result.ts";
import { type Graph, graphOf, type N8nNode, reach } from "./graph.ts";
import { isTrigger, readTrigger } from "./triggers.ts";
import { following, walk } from "./walk.ts";

/** Reads a workflow of n8n: a draft for each of its triggers. */
export function readWorkflow(part: ExportNode, pack: CatalogPack): ImportedFlow {
  const graph = graphOf(part);
  const name = titleOf(part.takeAt("name")) || "Workflow from n8n";
  const zone = part.takeAt("settings", "timezone") || undefined;
  const notes = [...notesOf(graph), ...tagsOf(part)];
  const starts = startsOf(graph);
  const done = new Set<string>();
  const flows = starts.map((node): NeutralFlow => {
    const flow = readFrom(node, graph, pack, zone, done);
    const title = starts.length > 1 ? titleOf(`${name}: ${node.name}`) : name;
    return { ...flow, name: title, description: [...notes, ...flow.description] };
  });
  settle(part, graph, done);
  return collect("n8n", name, part, flows);
}

/** What starts the workflow: its triggers, those that are switched on where there are any; else what nothing leads to. */
function startsOf({ nodes, starts }: Graph): N8nNode[] {
  const triggers = [...nodes.values()].filter(isTrigger);
  const on = triggers.filter(({ off }) => !off);
  return on.length > 0
    ? on
    : triggers.length > 0
      ? triggers
      : starts
          .slice(0, 1)
          .map((name) => nodes.get(name)!)
          .filter(({ type }) => type !== "stickyNote");
}

function readFrom(node: N8nNode, graph: Graph, pack: CatalogPack, zone: string | undefined, done: Set<string>): NeutralFlow {
  const names = new Names();
  const ids = new Map([...graph.nodes.keys()].map((key) => [key, names.of(key)]));
  const reading = { pack, graph, names, outputs: new Outputs(), ids, done: new Set<string>() };
  const started = isTrigger(node) ? readTrigger(node, pack, zone) : undefined;
  if (started) {
    reading.outputs.set(node.name, started.output);
    reading.done.add(node.name);
  } else reading.outputs.set("", { is: "value", name: "trigger" });
  const way = { stops: new Set<string>(), main: true };
  const { steps } = started ? following(node, { ...way, from: node.name }, reading) : walk(reading, node.name, { ...way, from: "" });
  for (const name of reading.done) done.add(name);
  const trigger = started?.trigger ?? { app: "millrace", operation: "manual" };
  return { name: "", description: [node.part.textAt("notes")], trigger, steps, ...(zone === undefined ? {} : { zone }) };
}

/** What stands on the canvas beside the nodes. */
function notesOf({ nodes }: Graph): string[] {
  return [...nodes.values()].flatMap(({ type, part, params }) => {
    if (type !== "stickyNote") return [];
    for (const member of ["name", "type"]) part.get(member)?.ignore("names of notes");
    ignoreLayout(params ?? part, "width", "height", "color");
    return params?.takeAt("content") ?? [];
  });
}

const scripts = new Set<string | number>(["jsCode", "functionCode", "pythonCode"]);

/** Lists fixed texts that were perhaps meant as expressions: n8n reads one only after an equals sign, and sends the braces as they stand. */
function listBraces(part: ExportNode | undefined, at: string): void {
  if (!part) return;
  for (const [key, member] of part.entries()) if (!scripts.has(key)) listBraces(member, `${at} › ${key}`);
  if (part.text.startsWith("=") || !/\{\{[^]*\}\}/.test(part.text)) return;
  const why = "it has braces and no equals sign before them, so n8n sent the braces as they stand, and so does the step";
  part.check({ at, why, todo: byHand });
}

/** The tags of a workflow, as a line of the description: flows have none. */
function tagsOf(part: ExportNode): string[] {
  const names = (part.get("tags")?.items() ?? []).flatMap((tag) => {
    ignoreLayout(tag, "id", "createdAt", "updatedAt");
    return (tag.isObject ? tag.takeAt("name") : tag.take()) || [];
  });
  return names.length === 0 ? [] : [`Tags in n8n: ${names.join(", ")}`];
}

const retries = "retries: Millrace repeats by itself what can be repeated";

const onFurtherOutput = "only an output that steps do not have leads to it, such as the one for errors";

/** Accounts for everything that no step was made of. */
function settle(part: ExportNode, { nodes }: Graph, done: ReadonlySet<string>): void {
  const led = new Set([...done].flatMap((name) => reach({ nodes, starts: [] }, name)));
  for (const { part: node, name, type } of nodes.values()) {
    ignoreLayout(node, "id", "position", "typeVersion", "webhookId", "color", "notesInFlow", "extendsCredential");
    node.ignoreAt(loginLeft, "credentials");
    node.ignoreAt(retries, "retryOnFail", "maxTries", "waitBetweenTries");
    if (type !== "stickyNote" && !done.has(name))
      node.check({
        at: name,
        why: led.has(name) ? onFurtherOutput : "no trigger leads to it",
        todo: "build the step by hand, if the flow needs it",
      });
    node.ignoreAt("notes of a trigger are in the flow's description", ...(isTrigger(nodes.get(name)!) ? ["notes"] : []));
    node.ignoreAt(
      "whether a node stops at an error, as steps do",
      ...(node.get("continueOnFail")?.value === false ? ["continueOnFail"] : []),
    );
    listRest(node, name);
    if (type !== "stickyNote") listBraces(node.get("parameters"), name);
  }
  ignoreLayout(
    part,
    "id",
    "versionId",
    "meta",
    "createdAt",
    "updatedAt",
    "triggerCount",
    "shared",
    "isArchived",
    "homeProject",
    "parentFolder",
    "sharedWithProjects",
    "scopes",
    "versionCounter",
    "activeVersionId",
    "activeVersion",
    "usedCredentials",
  );
  part.ignoreAt(sampleLeft, "pinData", "staticData");
  part.ignoreAt("whether it ran: flows are imported as drafts", "active");
  part
    .get("settings")
    ?.ignoreAt(
      "how n8n carries out workflows and keeps their runs",
      "executionOrder",
      "saveManualExecutions",
      "saveDataErrorExecution",
      "saveDataSuccessExecution",
      "saveExecutionProgress",
      "callerPolicy",
      "executionTimeout",
      "availableInMCP",
      "timeSavedMode",
      "timeSavedPerExecution",
    );
  listRest(part, "Workflow");
}
