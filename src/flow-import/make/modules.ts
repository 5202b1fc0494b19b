import { actionNamed, type KnownAction, readFields, resultPath, triggerNamed } from "../actions.ts";
import { ignoreLayout, listRest } from "../collect.ts";
import { type Expr, ref } from "../expr.ts";
import { attempt, loginLeft, readCondition, type ReadText } from "../fields.ts";
import { actionTitle, titleOf } from "../names.ts";
import type { Condition, NeutralStep } from "../neutral.ts";
import type { CatalogPack } from "../pack.ts";
import { type ExportNode, holdsNothing } from "../export-node.ts";
import { readConditions } from "./conditions.ts";
import { readText } from "./expression.ts";
import type { ModuleContext, Scenario, Way } from "./context.ts";
import { membersOf, otherModule } from "./tools.ts";

/** Whether a module begins a scenario: it waits for something instead of doing it. */
export function isTriggerModule(module: ExportNode, pack: CatalogPack): boolean {
  const [app = "", action = ""] = module.textAt("module").split(":");
  if (triggerNamed(pack, "make", app, action)) return true;
  return (
    /^(customwebhook|custommailhook)$/i.test(action) ||
    /^(watch|trigger|new[A-Z]|on[A-Z]|instant)/.test(action) ||
    /^(Watch|Trigger|New|Instant)/.test(action)
  );
}

/** What a module is called, with the marks of the editor accounted for. */
export function layoutOfModule(module: ExportNode): string {
  const named = module.get("metadata", "designer", "name") ?? module.get("label");
  const title = named?.take() ?? "";
  ignoreLayout(module, "metadata", "version", "id", "label");
  module.get("parameters")?.ignoreAt(loginLeft, "__IMTCONN__", "__IMTHOOK__", "account", "hook", "connection");
  return title || titleOfModule(module);
}

/** What a module does, where nobody has named it: "Create a contact". */
const titleOfModule = (module: ExportNode): string => actionTitle(module.textAt("module").split(":").at(-1)!) || "A module without a name";

/** What people wrote beside a module: texts, or records with a text in them. */
export function notesOf(module: ExportNode): string[] {
  const notes = module.get("metadata", "notes");
  return (notes?.isList ? notes.items() : notes ? [notes] : []).flatMap(
    (note) => (note.isObject ? (note.either("content", "text", "note") ?? note) : note).take() || [],
  );
}

function contextOf(part: ExportNode, scenario: Scenario): ModuleContext {
  const [app = "", action = ""] = part.textAt("module").split(":");
  const named = part.textAt("metadata", "designer", "name");
  const notes = notesOf(part);
  layoutOfModule(part);
  const title = scenario.names.title(titleOf(named || titleOfModule(part)));
  const id = scenario.names.of(named || titleOfModule(part), "module");
  const read: ReadText = (text) => readText(text, scenario.outputs);
  return {
    part,
    key: part.textAt("id"),
    app,
    action,
    id,
    at: title,
    base: { id, title, ...(notes.length > 0 ? { notes } : {}) },
    read,
    scenario,
  };
}

/** The steps of a list of modules. */
export function readModules(modules: readonly ExportNode[], way: Way, scenario: Scenario): NeutralStep[] {
  const [module, ...rest] = modules;
  if (module === undefined) return [];
  const filter = module.get("filter");
  const conditions = filter?.get("conditions");
  if (!filter || !conditions || holdsNothing(conditions.value)) return readModule(module, rest, way, scenario);
  const named = filter.takeAt("name");
  const holds = readCondition(conditions, `${named || "A filter"} › conditions`, () => readConditions(conditions, scenario.outputs));
  const base = { id: scenario.names.of(named || "only_if", "only_if"), title: titleOf(named || "Only if") };
  if (way.main) return [{ ...base, does: "filter", if: holds }, ...readModule(module, rest, way, scenario)];
  return [{ ...base, does: "branch", if: holds, yes: readModule(module, rest, way, scenario) }];
}

function readModule(module: ExportNode, rest: readonly ExportNode[], way: Way, scenario: Scenario): NeutralStep[] {
  const context = contextOf(module, scenario);
  const name = module.get("module");
  name?.converted();
  if (context.app === "builtin" && context.action === "BasicRouter") return routes(context, rest, way);
  if (context.app === "builtin" && context.action === "BasicIfElse") return [...ifElse(context), ...readModules(rest, way, scenario)];
  if (context.app === "builtin" && context.action === "BasicFeeder") return iterator(context, rest, way);
  const known = actionNamed(scenario.pack, "make", context.app, context.action);
  const steps = known ? knownAction(context, known) : otherModule(context);
  const withErrors = onError(context, steps, rest.length > 0);
  listRest(module, context.at);
  if (known?.equivalent.many)
    return [...withErrors, ...eachOf(context, ref(context.id), scenario.names.of(`each_${context.id}`), rest, way)];
  return [...withErrors, ...readModules(rest, way, scenario)];
}

function knownAction(context: ModuleContext, known: KnownAction): NeutralStep[] {
  const { part, scenario, key, id, base, at, read } = context;
  part.get("parameters")?.ignoreAt("how many records a module gives: steps read lists to their end", "limit", "maxResults");
  part
    .get("mapper")
    ?.ignoreAt("how many records a module gives: steps read lists to their end", ...(known.equivalent.many ? ["limit", "maxResults"] : []));
  const input = readFields(known, membersOf(part.get("mapper")), at, read);
  scenario.outputs.set(key, { is: "value", name: id, read: resultPath(known) });
  return [{ ...base, does: "action", app: known.app, operation: known.operation.id, input }];
}

const skipsOthers = {
  why: "after an error the modules that follow it were left out; here, the steps that follow it run as well",
  todo: "put the steps that follow it into a branch that looks at its error",
};

/** What happens after an error: only that it goes on can be said of a step. */
function onError({ part, at }: ModuleContext, steps: NeutralStep[], isFollowed: boolean): NeutralStep[] {
  const handlers = part.get("onerror")?.items() ?? [];
  const ignores = handlers.length === 1 && /^builtin:(Ignore|Resume)$/.test(handlers[0]!.textAt("module"));
  const goesOn = ignores && steps.some(({ does }) => does === "action");
  for (const handler of handlers) {
    ignoreLayout(handler, "metadata", "version", "id");
    if (goesOn && handler.textAt("module") === "builtin:Ignore" && isFollowed) handler.check({ at: `${at} › onerror`, ...skipsOthers });
    else if (goesOn && handler.textAt("module") === "builtin:Ignore") handler.converted();
    else
      handler.check({
        at: `${at} › onerror`,
        why: "what it did after an error has no equal",
        todo: "let the step go on after an error, and add a branch that looks at its error",
      });
  }
  return goesOn ? steps.map((step) => (step.does === "action" ? { ...step, onError: "continue" } : step)) : steps;
}

// ---------------------------------------------------------------- ways and loops

function routes(context: ModuleContext, rest: readonly ExportNode[], way: Way): NeutralStep[] {
  const { part, scenario } = context;
  const ways = part.get("routes")?.items() ?? [];
  const steps = ways.flatMap((route) => readModules(route.get("flow")?.items() ?? [], { main: false }, scenario));
  listRest(part, context.at);
  return [...steps, ...readModules(rest, { ...way, main: false }, scenario)];
}

/** Ways of which only the first whose condition holds is taken. */
function ifElse(context: ModuleContext): NeutralStep[] {
  const { part, scenario, base } = context;
  const cases = (part.get("branches")?.items() ?? []).map((branch, i) => {
    branch.ignoreAt("how a branch is drawn", "type", "merge", "label", "name");
    const conditions = branch.get("conditions");
    const holds: Condition | undefined = conditions
      ? readCondition(conditions, `${context.at} › branch ${i + 1}`, () => readConditions(conditions, scenario.outputs))
      : undefined;
    return { holds, steps: readModules(branch.get("flow")?.items() ?? [], { main: false }, scenario) };
  });
  listRest(part, context.at);
  return cases.reduceRight<NeutralStep[]>((otherwise, { holds, steps }, i) => {
    if (holds === undefined) return steps;
    const own = i === 0 ? base : { id: scenario.names.of(`${base.id}_${i + 1}`) };
    return [{ ...own, does: "branch", if: holds, yes: steps, ...(otherwise.length > 0 ? { no: otherwise } : {}) }];
  }, []);
}

function iterator(context: ModuleContext, rest: readonly ExportNode[], way: Way): NeutralStep[] {
  const { part, at, read } = context;
  const array = part.get("mapper", "array");
  const list = array && attempt(array, `${at} › array`, () => read(array.text));
  listRest(part, at);
  return eachOf(context, list ?? { is: "list", items: [] }, context.id, rest, way);
}

/** What is done for each of several records: the modules up to the one that puts them together again. */
function eachOf(context: ModuleContext, list: Expr, id: string, rest: readonly ExportNode[], way: Way): NeutralStep[] {
  const { scenario, key, base } = context;
  const as = scenario.names.item();
  scenario.outputs.set(key, { is: "value", name: as, read: (path) => (String(path[0]) === "value" ? path.slice(1) : path) });
  const end = rest.findIndex((module) => module.textAt("parameters", "feeder") === key);
  const inner = end < 0 ? rest : rest.slice(0, end);
  const title = id === base.id ? { title: base.title! } : {};
  const steps = readModules(inner, { main: false }, scenario);
  if (list.is === "list") return readModules(rest.slice(inner.length), way, scenario);
  return [{ id, ...title, does: "forEach", list, as, steps }, ...readModules(rest.slice(inner.length), way, scenario)];
}
