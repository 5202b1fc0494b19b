import { actionNamed, appNamed, type KnownAction, readFields, resultPath, triggerNamed } from "../actions.ts";
import { ignoreLayout, listRest } from "../collect.ts";
import { type Expr, literal, ref } from "../expr.ts";
import { attempt, loginLeft, readCondition, readField, type ReadText } from "../fields.ts";
import { actionTitle, titleOf } from "../names.ts";
import type { Condition, NeutralStep } from "../neutral.ts";
import { type Output, type Path, without } from "../outputs.ts";
import type { CatalogPack } from "../pack.ts";
import { type ExportNode } from "../export-node.ts";
import { placeholder, unknownApp } from "../placeholders.ts";
import { withoutSecrets } from "../secrets.ts";
import { readConditions } from "./conditions.ts";
import { readText } from "./expression.ts";
import type { ModuleContext, Scenario, Way } from "./context.ts";
import { isRequest, readRequestModule } from "./requests.ts";

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

function contextOf(part: ExportNode, scenario: Scenario): ModuleContext {
  const [app = "", action = ""] = part.textAt("module").split(":");
  const named = part.textAt("metadata", "designer", "name");
  layoutOfModule(part);
  const title = scenario.names.title(titleOf(named || titleOfModule(part)));
  const id = scenario.names.of(named || titleOfModule(part), "module");
  const read: ReadText = (text) => readText(text, scenario.outputs);
  return { part, key: part.textAt("id"), app, action, id, at: title, base: { id, title }, read, scenario };
}

/** The steps of a list of modules. */
export function readModules(modules: readonly ExportNode[], way: Way, scenario: Scenario): NeutralStep[] {
  const [module, ...rest] = modules;
  if (module === undefined) return [];
  const filter = module.get("filter");
  const conditions = filter?.get("conditions");
  if (!filter || !conditions || conditions.items().length === 0) return readModule(module, rest, way, scenario);
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
  const withErrors = onError(context, steps);
  listRest(module, context.at);
  if (known?.equivalent.many)
    return [...withErrors, ...eachOf(context, ref(context.id), scenario.names.of(`each_${context.id}`), rest, way)];
  return [...withErrors, ...readModules(rest, way, scenario)];
}

const membersOf = (part: ExportNode | undefined): [string, ExportNode][] =>
  (part?.entries() ?? []).map(([name, member]) => [String(name), member]);

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

/** What happens after an error: only that it goes on can be said of a step. */
function onError({ part, at }: ModuleContext, steps: NeutralStep[]): NeutralStep[] {
  const handlers = part.get("onerror")?.items() ?? [];
  const ignores = handlers.length === 1 && /^builtin:(Ignore|Resume)$/.test(handlers[0]!.textAt("module"));
  const goesOn = ignores && steps.some(({ does }) => does === "action");
  for (const handler of handlers) {
    ignoreLayout(handler, "metadata", "version", "id");
    if (goesOn && handler.textAt("module") === "builtin:Ignore") handler.converted();
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

// ---------------------------------------------------------------- modules that are no app

function otherModule(context: ModuleContext): NeutralStep[] {
  const { app, action } = context;
  if (isRequest(context)) return readRequestModule(context) ?? unknownModule(context);
  const name = `${app}:${action}`;
  if (Object.hasOwn(tools, name)) return tools[name]!(context);
  return unknownModule(context);
}

function unknownModule(context: ModuleContext): NeutralStep[] {
  const { part, scenario, key, id, base, app, at, read } = context;
  const ofApp = appNamed(scenario.pack, "make", app) ? `${app} (${context.action})` : app;
  part.get("module")?.check({ at, why: `there is no '${ofApp}' here yet`, todo: unknownApp(ofApp) });
  scenario.outputs.set(key, { is: "value", name: id });
  return [placeholder({ id, title: base.title! }, membersOf(part.get("mapper")), at, read)];
}

type Tool = (context: ModuleContext) => NeutralStep[];

/** Sets the values of a format step, under which variables are read again. */
function variables(
  context: ModuleContext,
  rows: readonly { name: ExportNode | undefined; value: ExportNode | undefined }[],
): NeutralStep[] {
  const { scenario, key, id, base, at, read } = context;
  const values: Record<string, Expr> = {};
  for (const { name, value } of rows) {
    if (!name || name.text === "") continue;
    const found = value && readField(value, `${at} › ${name.text}`, read);
    if (found === undefined) continue;
    values[name.take()] = found;
    scenario.variables.set(name.text, id);
  }
  scenario.outputs.set(key, { is: "value", name: id });
  return Object.keys(values).length === 0 ? [] : [{ ...base, does: "format", values }];
}

const setVariable: Tool = (context) => {
  const mapper = context.part.get("mapper");
  mapper?.ignoreAt("how long a variable lives: as long as the run", "scope");
  return variables(context, [{ name: mapper?.get("name"), value: mapper?.get("value") }]);
};

const setVariables: Tool = (context) => {
  const mapper = context.part.get("mapper");
  mapper?.ignoreAt("how long a variable lives: as long as the run", "scope");
  return variables(
    context,
    (mapper?.get("variables")?.items() ?? []).map((row) => ({ name: row.get("name"), value: row.get("value") })),
  );
};

const getVariable: Tool = ({ part, scenario, key }) => {
  const name = part.get("mapper", "name") ?? part.get("mapper", "variables", 0);
  const from = name && scenario.variables.get(name.text);
  if (from !== undefined) name!.converted();
  const read = (path: Path): Path => (path.length === 0 || path[0] !== name!.text ? [name!.text, ...path] : path);
  const output: Output =
    from === undefined ? { is: "gone", why: "reads a variable that nothing sets before" } : { is: "value", name: from, read };
  scenario.outputs.set(key, output);
  return [];
};

const sleep: Tool = ({ part, base, at, read }) => {
  const delay = part.either("mapper")?.either("duration", "delay");
  const value = delay && readField(delay, `${at} › duration`, read);
  if (value === undefined) return [];
  const seconds = value.is === "literal" ? literal(`${value.value}s`) : ({ is: "join", parts: [value, literal("s")] } satisfies Expr);
  return [{ ...base, does: "wait", for: seconds }];
};

/** A module that makes one value of others: `make` says how. */
const makes =
  (member: string, path: Path, make: (value: Expr) => Expr): Tool =>
  ({ part, scenario, key, id, base, at, read }) => {
    const source = part.get("mapper", member);
    const value = source && readField(source, `${at} › ${member}`, read);
    if (value === undefined) {
      scenario.outputs.set(key, { is: "gone", why: `reads what '${at}' gave, which is not here` });
      return [];
    }
    scenario.outputs.set(key, { is: "value", name: id, read: (from) => ["value", ...without(path)(from)] });
    return [{ ...base, does: "format", values: { value: make(value) } }];
  };

/** A value that several modules had together, and that templates work out from the list itself. */
const aggregates: Tool = ({ part, scenario, key, at }) => {
  part.get("module")?.check({
    at,
    why: "the items of a loop are not put together again",
    todo: "use a template that goes over the list itself: join_list, map, sum or a for tag",
  });
  part.get("parameters", "feeder")?.converted();
  scenario.outputs.set(key, { is: "gone", why: `reads what '${at}' put together from a loop` });
  return [];
};

const responds: Tool = ({ part, at }) => {
  part
    .get("module")
    ?.check({ at, why: "senders get a 202 at once, and no answer of a flow", todo: "send what they need in a step of its own" });
  return [];
};

const nothing: Tool = () => [];

const stops =
  (how: "success" | "failed"): Tool =>
  ({ base }) => [{ ...base, does: "stop", how }];

function code(context: ModuleContext): NeutralStep[] {
  const { part, scenario, key, id, base, at, read } = context;
  const source =
    part.get("mapper")?.either("code", "script", "codeEditorJavascript") ?? part.get("parameters")?.either("code", "codeEditorJavascript");
  const language = (part.textAt("mapper", "language") || part.textAt("parameters", "language") || "javascript").toLowerCase();
  for (const member of ["mapper", "parameters"]) part.get(member, "language")?.ignore("the language of a script");
  scenario.outputs.set(key, { is: "value", name: id, read: without(["result"]) });
  if (!source) return [];
  const text = withoutSecrets(source.text);
  const rows = part.get("mapper", "input")?.items() ?? [];
  const input = rows.flatMap((row): [string, Expr][] => {
    const [name, value] = [row.get("name"), row.get("value")];
    const found = name && value && readField(value, `${at} › ${name.text}`, read);
    return found === undefined ? [] : [[name!.take(), found]];
  });
  const runs =
    language.startsWith("javascript") && text === source.text && text.length <= 19_000 && !/\b(?:require|fetch)\s*\(|\bimport\s/.test(text);
  if (runs) source.converted();
  else
    source.check({
      at: `${at} › code`,
      why: "it is no JavaScript, or calls something that scripts do not have here",
      todo: "rewrite the script in the step, try it there, and switch the step on",
      secret: text !== source.text,
    });
  return [
    {
      ...base,
      ...(runs ? {} : { off: true }),
      does: "code",
      code: runs ? text : commented(text),
      ...(input.length > 0 ? { input: Object.fromEntries(input) } : {}),
    },
  ];
}

const commented = (text: string): string =>
  `${text
    .slice(0, 15_000)
    .split("\n")
    .map((line) => `// ${line}`)
    .join("\n")
    .slice(0, 19_000)}\nreturn {};`;

const tools: Readonly<Record<string, Tool>> = {
  "util:SetVariable": setVariable,
  "util:SetVariable2": setVariable,
  "util:SetVariables": setVariables,
  "util:GetVariable": getVariable,
  "util:GetVariable2": getVariable,
  "util:FunctionSleep": sleep,
  "util:ComposeTransformer": makes("value", ["value"], (value) => value),
  "json:ParseJSON": makes("json", [], (value) => ({ is: "filter", filter: "parse_json", on: value, args: [] })),
  "json:TransformToJSON": makes("object", ["json"], (value) => ({ is: "filter", filter: "json", on: value, args: [] })),
  "util:TextAggregator": aggregates,
  "util:NumericAggregator": aggregates,
  "util:TableAggregator": aggregates,
  "builtin:BasicAggregator": aggregates,
  "json:AggregateToJSON": aggregates,
  "gateway:WebhookRespond": responds,
  "builtin:BasicMerge": nothing,
  "builtin:Commit": stops("success"),
  "builtin:Rollback": stops("failed"),
  "code:ExecuteCode": code,
};
