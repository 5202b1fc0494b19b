import { wordsKey } from "#catalog/equivalents.ts";
import { actionNamed, appNamed, readFields, resultPath } from "../actions.ts";
import { listRest } from "../collect.ts";
import { type Expr, filter, literal, NotConvertible } from "../expr.ts";
import { attempt, loginLeft, readCondition, readField, type ReadText, secretWhy } from "../fields.ts";
import type { Names } from "../names.ts";
import type { NeutralStep } from "../neutral.ts";
import type { Outputs, Path } from "../outputs.ts";
import type { CatalogPack } from "../pack.ts";
import { type ExportNode, holdsNothing } from "../export-node.ts";
import { template } from "../liquid.ts";
import { placeholder, unknownApp } from "../placeholders.ts";
import { isUsualHeader, readHeader, readJsonBody, readRequest } from "../requests.ts";
import { withoutSecrets } from "../secrets.ts";
import { readCriteria } from "./conditions.ts";
import { readText } from "./expression.ts";
import { shifted, transformNamed } from "./formatter.ts";

export interface Zap {
  pack: CatalogPack;
  names: Names;
  outputs: Outputs;
}

/** A step of a Zap, and where it stands. */
export interface ZapStep {
  part: ExportNode;
  key: string;
  /** `webhook`, `filter`, `leadconnector`. */
  app: string;
  action: string;
  id: string;
  title: string;
  children: ZapStep[];
}

/** What a step is by itself, without what follows it. */
export type Kind = { does: "step"; step?: NeutralStep } | { does: "filter"; if: Expr | null } | { does: "loop"; list: Expr; as: string };

const paramsOf = ({ part }: ZapStep): ExportNode | undefined => part.get("params");
const reader =
  ({ outputs }: Zap): ReadText =>
  (text) =>
    readText(text, outputs);
const base = ({ id, title }: ZapStep) => ({ id, title });

/** Reads one step. */
export function readStep(step: ZapStep, zap: Zap): Kind {
  for (const name of ["selected_api", "action", "type_of"]) step.part.get(name)?.converted();
  const kind = kinds.find(({ app }) => app.test(step.app))?.read ?? (isFilter(step) ? filterStep : undefined);
  const known = kind?.(step, zap) ?? appStep(step, zap);
  const params = paramsOf(step);
  if (params) listRest(params, step.title);
  return known;
}

/** A step that lets through or stops what comes, whatever the app is called: if it cannot be read, it stops. */
const isFilter = ({ part }: ZapStep): boolean => part.textAt("type_of") === "filter" || part.get("params", "filter_criteria") !== undefined;

const kinds: readonly { app: RegExp; read: (step: ZapStep, zap: Zap) => Kind | undefined }[] = [
  { app: /^filter/, read: filterStep },
  { app: /^(branching|paths?)/, read: filterOfPath },
  { app: /^delay/, read: delayStep },
  { app: /formatter/, read: formatterStep },
  { app: /^code/, read: codeStep },
  { app: /^webhooks?/, read: webhookStep },
  { app: /looping/, read: loopStep },
];

const members = (part: ExportNode | undefined): [string, ExportNode][] =>
  (part?.entries() ?? []).map(([name, member]) => [String(name), member]);

function appStep(step: ZapStep, zap: Zap): Kind {
  const known = actionNamed(zap.pack, "zapier", step.app, step.action);
  if (!known) return { does: "step", step: unknownStep(step, zap) };
  const input = readFields(known, members(paramsOf(step)), step.title, reader(zap));
  zap.outputs.set(step.key, { is: "value", name: step.id, read: resultPath(known) });
  return { does: "step", step: { ...base(step), does: "action", app: known.app, operation: known.operation.id, input } };
}

export function unknownStep(step: ZapStep, zap: Zap): NeutralStep {
  const what = appNamed(zap.pack, "zapier", step.app) ? `${step.app} (${step.action})` : step.app;
  step.part.get("selected_api")?.check({ at: step.title, why: `there is no '${what}' here yet`, todo: unknownApp(what) });
  zap.outputs.set(step.key, { is: "value", name: step.id });
  return placeholder({ id: step.id, title: step.title }, members(paramsOf(step)), step.title, reader(zap));
}

// ---------------------------------------------------------------- filters, waits, values

function filterStep(step: ZapStep, { outputs }: Zap): Kind {
  outputs.set(step.key, { is: "gone", why: "reads a value of a filter" });
  const criteria = paramsOf(step)?.get("filter_criteria");
  const part = criteria ?? step.part.get("action") ?? step.part;
  const read = () => {
    if (!criteria) throw new NotConvertible("has no condition");
    return readCriteria(criteria, outputs);
  };
  return { does: "filter", if: readCondition(part, step.title, read) };
}

/** The rules of a path, where the path has them itself; the step that parts the way has none. */
function filterOfPath(step: ZapStep, zap: Zap): Kind {
  return isFilter(step) ? filterStep(step, zap) : { does: "step" };
}

function delayStep(step: ZapStep, zap: Zap): Kind {
  const params = paramsOf(step);
  const until = params?.get("delay_until_date") ?? params?.get("delay_until");
  params?.ignoreAt("what happens when the time is over already: the run goes on", "handle_past");
  const wait = until ? attempt(until, `${step.title} › until`, () => untilOf(until.text, zap)) : durationOf(step, zap);
  return wait === undefined ? { does: "step" } : { does: "step", step: { ...base(step), does: "wait", for: wait } };
}

/** A time, and what is added to it: `{{1__start}} -1h`. */
function untilOf(text: string, { outputs }: Zap): Expr {
  const moved = /^\s*(\{\{[^{}]{1,300}\}\})\s*((?:[+-]\s*\d{1,6}\s*[a-zA-Z]{1,10}\s*){1,10})$/.exec(text);
  return moved ? shifted(readText(moved[1]!, outputs), moved[2]!) : readText(text, outputs);
}

const timeUnits: Record<string, string> = { minutes: "m", minute: "m", hours: "h", hour: "h", days: "d", day: "d", weeks: "w", week: "w" };

function durationOf(step: ZapStep, zap: Zap): Expr | undefined {
  const params = paramsOf(step);
  const [length, unit] = [params?.either("delay_for_value", "time_length", "value"), params?.either("delay_for_unit", "time_unit", "unit")];
  if (!length) return undefined;
  return attempt(length, `${step.title} › time`, () => {
    const sign = timeUnits[unit?.text.toLowerCase() ?? ""];
    if (sign === undefined) throw new NotConvertible("counts in a unit that is not understood");
    unit!.converted();
    const read = readText(length.text, zap.outputs);
    return read.is === "literal" ? literal(`${read.value}${sign}`) : { is: "join", parts: [read, literal(sign)] };
  });
}

function formatterStep(step: ZapStep, zap: Zap): Kind {
  const params = paramsOf(step);
  const transform = params?.get("transform") ?? params?.get("transform_type");
  const given = argumentsOf(params);
  const input = ["inputs", "input", "value", "date"].flatMap((name) =>
    given.filter(([key, part]) => key === name && !holdsNothing(part.value)),
  )[0]?.[1];
  const value = input && readField(input.isList ? input.get(0)! : input, `${step.title} › input`, reader(zap));
  const made = attempt(transform ?? step.part.get("action") ?? step.part, `${step.title} › transform`, () => {
    if (value === undefined) throw new NotConvertible("has nothing that it changes");
    const expr = transformNamed(transform?.text || step.action)(value, (...names) => settingOf(given, step, zap, names));
    template(expr);
    return expr;
  });
  zap.outputs.set(
    step.key,
    made ? { is: "value", name: step.id } : { is: "gone", why: `reads what '${step.title}' gave, which could not be read` },
  );
  if (made) return { does: "step", step: { ...base(step), does: "format", values: { output: made } } };
  // Whoever writes it again needs what it was given.
  return { does: "step", step: placeholder({ id: step.id, title: step.title }, members(params), step.title, reader(zap)) };
}

/** What a transformation is given: members of the step, or of the object that holds them all. */
const argumentsOf = (params: ExportNode | undefined): [string, ExportNode][] =>
  members(params).flatMap(([name, part]) => (["inputs", "input"].includes(name) && part.isObject ? members(part) : [[name, part]]));

/** A setting of a transformation by its name, however it is written. */
function settingOf(given: readonly [string, ExportNode][], step: ZapStep, zap: Zap, names: readonly string[]): Expr | undefined {
  const found = given.find(([name, part]) => names.includes(wordsKey(name)) && part.text !== "");
  return found && readField(found[1], `${step.title} › ${found[0]}`, reader(zap));
}

// ---------------------------------------------------------------- code and loops

const unknownCalls = /\b(?:require|fetch|StoreClient|callback|process|Buffer)\s*[(.]|\bimport\s/;

function codeStep(step: ZapStep, zap: Zap): Kind {
  const params = paramsOf(step);
  const source = params?.either("code", "script");
  zap.outputs.set(step.key, { is: "value", name: step.id });
  if (!source) return { does: "step", step: unknownStep(step, zap) };
  const clean = withoutSecrets(source.text);
  const input = members(params?.either("input", "inputData", "input_data")).flatMap(([name, part]): [string, Expr][] => {
    const value = readField(part, `${step.title} › ${name}`, reader(zap), name);
    return value === undefined ? [] : [[name, value]];
  });
  const runs = !/python|\bpy\b/i.test(step.action) && clean === source.text && clean.length <= 19_000 && !unknownCalls.test(clean);
  if (runs) source.converted();
  else
    source.check({
      at: `${step.title} › code`,
      why: "it is no JavaScript, has a secret in it, or calls something that scripts do not have here",
      todo: "rewrite the script in the step, try it there, and switch the step on",
      secret: clean !== source.text,
    });
  const code = runs
    ? adapted(clean)
    : `${clean
        .slice(0, 15_000)
        .split("\n")
        .map((line) => `// ${line}`)
        .join("\n")
        .slice(0, 19_000)}\nreturn {};`;
  return {
    does: "step",
    step: {
      ...base(step),
      ...(runs ? {} : { off: true }),
      does: "code",
      code,
      ...(input.length > 0 ? { input: Object.fromEntries(input) } : {}),
    },
  };
}

/** Scripts there read `inputData` and may set `output` instead of returning it. */
function adapted(source: string): string {
  const declares = /\b(?:const|let|var)\s+output\b/.test(source);
  const sets = /(?:^|[\n;{])\s*output\s*=/.test(source) && !declares;
  return `const inputData = input;\n${sets ? "let output = {};\n" : ""}${source}\n${sets || declares ? "return output;" : ""}`.trimEnd();
}

function loopStep(step: ZapStep, zap: Zap): Kind {
  const params = paramsOf(step);
  const values = members(params?.either("values", "loop_values", "items"));
  const [first, ...others] = values;
  for (const [name, part] of others)
    part.check({
      at: `${step.title} › ${name}`,
      why: "a loop here goes over one list",
      todo: "read the other lists by the number of the item",
    });
  const list = first && readField(first[1], `${step.title} › ${first[0]}`, reader(zap));
  const isText = /text/.test(step.action);
  const delimiter = params?.either("text_delimiter", "delimiter", "separator");
  const as = zap.names.item();
  const read = (path: Path): Path => {
    if (path.length > 0 && path[0] !== first?.[0]) throw new NotConvertible("reads another list of the loop");
    return path.slice(1);
  };
  if (list === undefined || (list.is !== "ref" && list.is !== "filter" && list.is !== "member")) {
    zap.outputs.set(step.key, { is: "gone", why: `reads an item of '${step.title}', whose list could not be read` });
    step.part.get("action")?.check({
      at: step.title,
      why: "which list it goes over is not understood",
      todo: "add a step 'For each' around what follows, and choose the list",
    });
    return { does: "step" };
  }
  zap.outputs.set(step.key, { is: "value", name: as, read });
  return { does: "loop", list: isText ? filter(list, "split", delimiter?.take() || ",") : list, as };
}

// ---------------------------------------------------------------- requests

function webhookStep(step: ZapStep, zap: Zap): Kind | undefined {
  const params = paramsOf(step);
  const [read, at] = [reader(zap), step.title];
  const url = params?.get("url") && readField(params.get("url")!, `${at} › url`, read);
  for (const name of ["basic_auth", "auth"]) params?.get(name)?.check({ at: `${at} › ${name}`, ...secretWhy, secret: true });
  params?.ignoreAt("how a request is written", "payload_type", "wrap_request_in_array", "unflatten", "as_json");
  const headers = dictionary(params, "headers").map(([name, part]) => readHeader(name, part, `${at} › headers`, read));
  const query = dictionary(params, "query_params", "querystring").flatMap(([name, part]) => named(name, part, `${at} › query`, read));
  const raw = params?.get("data");
  const body =
    raw && !raw.isObject && raw.text !== ""
      ? attempt(raw, `${at} › data`, () => readJsonBody(read(raw.text)))
      : objectOf(dictionary(params, "data", "fields").flatMap(([name, part]) => named(name, part, `${at} › data`, read)));
  const method = (/^(get|post|put|patch|delete)/i.exec(step.action)?.[1] ?? params?.takeAt("method")) || "post";
  const request = attempt(params?.get("method") ?? step.part.get("action") ?? step.part, `${at} › method`, () =>
    readRequest(
      { method, url: url ?? literal(""), headers: headers.filter(({ name }) => !isUsualHeader(name)), query, ...(body && { body }) },
      zap.pack,
    ),
  );
  if (!request) return undefined;
  zap.outputs.set(step.key, { is: "value", name: step.id, read: request.ofAnswer });
  return { does: "step", step: { ...base(step), does: "action", app: request.app, operation: request.operation, input: request.input } };
}

const objectOf = (pairs: [string, Expr][]): Expr | undefined => (pairs.length === 0 ? undefined : { is: "object", members: pairs });

/** Pairs of names and values: an object, or members whose names begin with that of the list. */
function dictionary(params: ExportNode | undefined, ...lists: string[]): [string, ExportNode][] {
  return lists.flatMap((list) => {
    const flat = members(params).filter(([name]) => name.startsWith(`${list}__`));
    return [
      ...(params?.get(list)?.isObject ? members(params.get(list)) : []),
      ...flat.map(([name, part]): [string, ExportNode] => [name.slice(list.length + 2), part]),
    ];
  });
}

function named(name: string, part: ExportNode, at: string, read: ReadText): [string, Expr][] {
  const value = readField(part, `${at} › ${name}`, read, name);
  return value === undefined ? [] : [[name, value]];
}

/** Leaves what a step was logged in with. */
export const leaveLogin = (part: ExportNode): void => part.ignoreAt(loginLeft, "authentication_id");
