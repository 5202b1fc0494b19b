import { appNamed } from "../actions.ts";
import { type ExportNode } from "../export-node.ts";
import { type Expr, literal } from "../expr.ts";
import { readField } from "../fields.ts";
import type { NeutralStep } from "../neutral.ts";
import { type Output, type Path, without } from "../outputs.ts";
import { placeholder, unknownApp } from "../placeholders.ts";
import { withoutSecrets } from "../secrets.ts";
import type { ModuleContext } from "./context.ts";
import { isRequest, readRequestModule } from "./requests.ts";

/** Modules that are no action of an app that is known here: requests, Make's own tools, and apps that are missing. */
export function otherModule(context: ModuleContext): NeutralStep[] {
  const { app, action } = context;
  if (isRequest(context)) return readRequestModule(context) ?? unknownModule(context);
  const name = `${app}:${action}`;
  if (Object.hasOwn(tools, name)) return tools[name]!(context);
  return unknownModule(context);
}

/** The members of a module's fields. */
export const membersOf = (part: ExportNode | undefined): [string, ExportNode][] =>
  (part?.entries() ?? []).map(([name, member]) => [String(name), member]);

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
