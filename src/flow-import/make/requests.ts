import { type Expr, join, literal } from "../expr.ts";
import { attempt, readField, type ReadText } from "../fields.ts";
import type { NeutralStep } from "../neutral.ts";
import { type Path, without } from "../outputs.ts";
import type { ExportNode } from "../export-node.ts";
import { appNamed } from "../actions.ts";
import { isUsualHeader, readHeader, readJsonBody, readRequest } from "../requests.ts";
import type { ModuleContext } from "./context.ts";

/** Modules that send a request: those of HTTP, and the free call that each app has. */

export const isRequest = ({ app, action }: ModuleContext): boolean =>
  (app === "http" && !/file/i.test(action)) || /^(universal|makeAnApiCall|MakeAPICall|makeApiCall)$/i.test(action);

/** The step of a request; undefined where none can be made of it. */
export function readRequestModule(context: ModuleContext): NeutralStep[] | undefined {
  const { part, app, scenario, at, key, id, base } = context;
  const known = app === "http" ? undefined : appNamed(scenario.pack, "make", app)?.app;
  if (app !== "http" && known === undefined) return undefined;
  const mapper = part.get("mapper");
  const ownBase = known === undefined ? "" : (scenario.pack.apps.find((each) => each.id === known)?.base ?? "");
  const url = addressOf(mapper?.get("url"), ownBase, context);
  const headers = pairs(mapper, "headers").map(({ name, value }) => readHeader(name.take(), value, `${at} › headers`, context.read));
  const query = ["qs", "queryParameters"]
    .flatMap((list) => pairs(mapper, list))
    .flatMap(({ name, value }) => named(name, value, `${at} › query`, context.read));
  const body = bodyOf(context);
  const method = mapper?.takeAt("method") || "get";
  leaveSettings(part);
  const request = attempt(mapper?.get("method") ?? part, `${at} › method`, () =>
    readRequest({ method, url, headers: headers.filter(({ name }) => !isUsualHeader(name)), query, ...(body && { body }) }, scenario.pack),
  );
  if (!request) return undefined;
  scenario.outputs.set(key, { is: "value", name: id, read: ofAnswer(request.ofAnswer) });
  return [{ ...base, does: "action", app: request.app, operation: request.operation, input: request.input }];
}

/** A module gives the answer under `data` or `body`, beside its status and headers. */
const ofAnswer =
  (inner: (path: Path) => Path) =>
  (path: Path): Path => {
    const [first, ...rest] = path;
    if (first === "statusCode") return ["_status"];
    if (first === "headers") return ["_headers", ...rest];
    return inner(without(["data"], ["body"])(path));
  };

function addressOf(part: ExportNode | undefined, base: string, { at, read }: ModuleContext): Expr {
  const url = part && readField(part, `${at} › url`, read);
  if (url === undefined) return literal("");
  return base === "" || /^https?:/.test(part!.text) ? url : joined(base, part!, url);
}

function joined(base: string, part: ExportNode, url: Expr): Expr {
  const start = part.text.startsWith("/") ? base : `${base}/`;
  const [first, ...rest] = url.is === "join" ? url.parts : [url];
  if (first?.is === "literal") return join([literal(`${start}${first.value}`), ...rest]);
  return join([literal(start), url]);
}

interface Pair {
  name: ExportNode;
  value: ExportNode;
}

const pairs = (mapper: ExportNode | undefined, list: string): Pair[] =>
  (mapper?.get(list)?.items() ?? []).flatMap((row) => {
    const [name, value] = [row.either("name", "key"), row.get("value")];
    return name && value ? [{ name, value }] : [];
  });

function named(name: ExportNode, value: ExportNode, at: string, read: ReadText): [string, Expr][] {
  const found = readField(value, `${at} › ${name.text}`, read, name.text);
  return found === undefined ? [] : [[name.take(), found]];
}

function bodyOf({ part, at, read }: ModuleContext): Expr | undefined {
  const mapper = part.get("mapper");
  const text = mapper?.either("data", "body", "jsonStringBodyContent", "rawBodyContent");
  if (text)
    return text.isObject ? readField(text, `${at} › body`, read) : attempt(text, `${at} › body`, () => readJsonBody(read(text.text)));
  const fields = ["fields", "formDataFields", "urlEncodedFields"]
    .flatMap((list) => pairs(mapper, list))
    .flatMap(({ name, value }) => named(name, value, `${at} › body`, read));
  return fields.length === 0 ? undefined : { is: "object", members: fields };
}

/** What Make fills in by itself. Anything else was somebody's decision, and is listed. */
const usual = {
  shareCookies: false,
  followRedirect: true,
  followAllRedirects: false,
  allowRedirects: true,
  useMtls: false,
  rejectUnauthorized: true,
};

/** Settings of the module that steps decide by themselves. */
function leaveSettings(part: ExportNode): void {
  for (const holder of [part.get("mapper"), part.get("parameters")])
    holder?.ignoreAt(
      "how a module sends and reads: steps do that by themselves",
      "bodyType",
      "contentType",
      "parseResponse",
      "handleErrors",
      "stopOnHttpError",
      "useQuerystring",
      "gzip",
      "requestCompressedContent",
      "serializeUrl",
      "inputMethod",
      ...Object.entries(usual).flatMap(([name, value]) => (holder.get(name)?.value === value ? [name] : [])),
    );
  for (const holder of [part.get("mapper"), part.get("parameters")])
    holder?.ignoreAt(
      "logins and their ids: connections are chosen here",
      "authUser",
      "authPass",
      "authenticationType",
      "apiKeyKeychain",
      "basicAuthKeychain",
      "handleAuth",
      "ca",
      "cert",
    );
}
