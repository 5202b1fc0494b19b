import { triggerNamed } from "../actions.ts";
import { collect, ignoreLayout, listRest } from "../collect.ts";
import { sampleLeft } from "../fields.ts";
import { Names, titleOf } from "../names.ts";
import type { NeutralFlow, NeutralTrigger } from "../neutral.ts";
import { Outputs, without } from "../outputs.ts";
import type { CatalogPack } from "../pack.ts";
import type { ExportNode } from "../export-node.ts";
import type { ImportedFlow } from "../result.ts";
import { isTriggerModule, layoutOfModule, notesOf, readModules } from "./modules.ts";
import type { Scenario } from "./context.ts";
import { readScheduling } from "./schedules.ts";

/** Reads a scenario of Make: a blueprint, alone or as the answer of Make's API wraps it. */
export function readScenario(part: ExportNode, blueprint: ExportNode, pack: CatalogPack): ImportedFlow {
  const name = titleOf(blueprint.takeAt("name")) || "Scenario from Make";
  const scenario: Scenario = { pack, names: new Names(), outputs: new Outputs(), variables: new Map() };
  const modules = blueprint.get("flow")!.items();
  const [first, ...rest] = modules;
  const starts = first !== undefined && isTriggerModule(first, pack);
  const notes = starts ? notesOf(first) : [];
  const trigger = starts ? triggerOf(first, scenario) : (readScheduling(part) ?? { app: "millrace", operation: "manual" });
  const steps = readModules(starts ? rest : modules, { main: true }, scenario);
  const flow: NeutralFlow = {
    name,
    description: [blueprint.takeAt("metadata", "description"), blueprint.takeAt("description"), ...notesOf(blueprint), ...notes],
    trigger,
    steps,
  };
  settle(part, blueprint, trigger.operation === "schedule");
  return collect("Make", name, part, [flow]);
}

const webhook: NeutralTrigger = { app: "http", operation: "webhook" };

function triggerOf(module: ExportNode, { pack, outputs }: Scenario): NeutralTrigger {
  const [app = "", action = ""] = module.textAt("module").split(":");
  const at = layoutOfModule(module);
  outputs.set(module.textAt("id"), { is: "value", name: "trigger", read: without(["body"]) });
  const known = triggerNamed(pack, "make", app, action);
  if (known || /^CustomWebHook$/i.test(action)) module.get("module")!.converted();
  else
    module.get("module")!.check({
      at,
      why: `nothing here starts a flow for '${app}' by itself`,
      todo: `let ${app} post to the address of this flow, which its page shows`,
    });
  module.get("parameters")?.ignoreAt("how many records a run takes: here each starts a run of its own", "maxResults", "limit");
  listRest(module, at);
  return known ?? webhook;
}

/** Modules that no route leads to are kept beside the others; of the rest, only marks of the editor are left. */
function settleMetadata(blueprint: ExportNode): void {
  const metadata = blueprint.get("metadata");
  if (!metadata) return;
  const designer = metadata.get("designer");
  for (const orphan of modulesIn(designer?.get("orphans"))) {
    const at = layoutOfModule(orphan);
    orphan.check({ at, why: "no route leads to it", todo: "build the step by hand, if the flow needs it" });
  }
  if (designer) ignoreLayout(designer, "x", "y", "name", "zoom");
  ignoreLayout(metadata, "instant", "version", "scenario", "zone", "inspectorVersion");
  for (const note of metadata.get("notes")?.items() ?? []) if (note.isObject) ignoreNoteLayout(note);
  listRest(metadata, "Scenario");
}

/** Modules in lists of lists. */
const modulesIn = (part: ExportNode | undefined): ExportNode[] =>
  part === undefined ? [] : part.isList ? part.items().flatMap(modulesIn) : [part];

const ignoreNoteLayout = (note: ExportNode): void =>
  ignoreLayout(note, "x", "y", "width", "height", "color", "id", "moduleIds", "isFilterNote");

const settingsLeft = "how Make carries out scenarios";

/** Accounts for everything that no step was made of. */
function settle(part: ExportNode, blueprint: ExportNode, scheduled: boolean): void {
  const sequential = blueprint.get("metadata", "scenario", "sequential");
  if (sequential?.value === true)
    sequential.check({
      at: "Scenario › sequential",
      why: "its runs went one after another",
      todo: "choose 'Order' in the flow's settings, if runs of one record must keep their order",
    });
  for (const [name] of blueprint.get("metadata", "scenario")?.entries() ?? [])
    blueprint.get("metadata", "scenario")!.ignoreAt(settingsLeft, String(name));
  settleMetadata(blueprint);
  for (const place of [part, part.get("response"), part.get("scenario")]) {
    if (!scheduled) place?.ignoreAt("when Make looked for new data", "scheduling");
    place?.ignoreAt(
      settingsLeft,
      "controller",
      "idSequence",
      "interface",
      "io",
      "folderId",
      "teamId",
      "id",
      "isActive",
      "isPaused",
      "islinked",
      "islocked",
      "usedPackages",
      "created",
      "lastEdit",
      "createdByUser",
      "updatedByUser",
      "concept",
      "code",
    );
    place?.ignoreAt(sampleLeft, "samples");
    if (place && place !== blueprint) place.ignoreAt(sampleLeft, "metadata");
  }
  listRest(part, "Scenario");
}
