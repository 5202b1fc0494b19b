import { cutText } from "#kernel/characters.ts";
import { MillraceError, type ErrorCode, type ErrorDetails } from "#kernel/errors.ts";
import { getPath, isObject } from "#kernel/json.ts";
import type { App, InputField, Refusal } from "./types.ts";

/** What of an operation a refusal is told with. */
export interface RefusedOperation {
  id: string;
  title?: string;
  effect: string;
  scopes?: readonly string[];
  access?: readonly ("location" | "agency")[];
  input?: readonly Pick<InputField, "name" | "wire">[];
}

/** The app's row of refusals that fits an answer; the first one decides. */
export function matchRefusal(app: Pick<App, "refusals">, operationId: string, status: number, body: unknown): Refusal | undefined {
  const message = messageOf(body);
  return app.refusals.find(
    (row) =>
      row.status.includes(status) &&
      (!row.operations || row.operations.includes(operationId.split("@")[0]!)) && // of a newer API as of the older
      (!row.message || new RegExp(row.message, "i").test(message)) &&
      (!row.has || (getPath(body, row.has) ?? null) !== null),
  );
}

/**
 * A refusal as an error of the table. Details carry `status`, `message`, `fields` (name -> the vendor's sentence), `existingId`,
 * `traceId`, `refresh` (a fresh token may help), and `outcome`: `unknown` where a write may have happened all the same.
 */
export function decodeRefusal(
  app: Pick<App, "title" | "refusals">,
  operation: RefusedOperation,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
  connection = "this connection",
): MillraceError {
  const row = matchRefusal(app, operation.id, status, body);
  const existing = row?.existing ? getPath(body, row.existing) : undefined;
  const fields = fieldsOf(body, operation.input);
  const doubtful = (row?.doubtful || status >= 500 || status === 408) && operation.effect !== "read";
  const details: ErrorDetails = {
    app: app.title,
    operation: operation.title ?? operation.id,
    connection,
    what: "what was asked for",
    status,
    message: row?.say ?? (messageOf(body) || `status ${status}`),
    outcome: doubtful ? "unknown" : "refused",
    ...(fields ? { fields } : {}),
    ...(typeof existing === "string" ? { existingId: existing } : {}),
    ...(row?.refresh ? { refresh: true } : {}),
    ...(operation.scopes?.length ? { scopes: operation.scopes } : {}),
    ...(operation.access?.length ? { access: operation.access.map((a) => accessWords[a]).join(" or ") } : {}),
    ...traceOf(body, headers),
  };
  return new MillraceError(row?.code ?? codeOf(status), { details: { ...details, problem: details["message"], host: app.title } });
}

const accessWords = { location: "a sub-account login", agency: "an agency login" };

function codeOf(status: number): ErrorCode {
  if (status === 404 || status === 410) return "OUTBOUND_NOT_FOUND";
  if (status === 429) return "RATE_LIMITED";
  return status >= 500 || status === 408 || status === 425 ? "OUTBOUND_FAILED" : "OUTBOUND_REFUSED";
}

/** The sentence of an answer, wherever it is kept and whether it is one or a list. */
function messageOf(body: unknown): string {
  if (typeof body === "string") return cut(/^\s*</.test(body) ? "the answer was a web page" : body.trim());
  if (!isObject(body)) return "";
  const nested = isObject(body["error"]) ? body["error"] : undefined;
  const candidates = [
    body["message"],
    nested?.["message"],
    body["error_description"],
    body["detail"],
    body["msg"],
    body["errors"],
    body["error"],
    body["title"],
  ];
  return cut(candidates.map(sentence).find((text) => text !== "") ?? "");
}

function sentence(value: unknown): string {
  if (typeof value === "string") return value.trim();
  if (Array.isArray(value))
    return value
      .map(sentence)
      .filter((text) => text !== "")
      .join("; ");
  return isObject(value) ? sentence(value["message"]) : "";
}

const cut = (text: string): string => (text.length > 500 ? `${cutText(text, 500)}…` : text);

/**
 * The vendor's words beside our own names of the fields. Validators answer in several ways: a list of sentences, each naming its field
 * ("property X should not exist", "X.0.id must be a string"), and lists or records of problems by field.
 */
function fieldsOf(body: unknown, input: RefusedOperation["input"] = []): Record<string, string> | undefined {
  if (!isObject(body)) return undefined;
  const problems = [body["message"], body["errors"], body["error"], body["issues"]].flatMap((part) => problemsIn(part, input));
  const named = problems.flatMap(([path, sentence, sure]) => {
    const first = path.split(/[.[]/)[0]!;
    const field = input.find((f) => (f.wire || f.name) === first) ?? input.find((f) => f.name === first);
    const name = field?.name ?? (sure ? first : undefined);
    return name ? [[name, sentence] as const] : [];
  });
  return named.length ? Object.fromEntries(named.reverse()) : undefined; // the first that is said of a field stands
}

type Problem = [path: string, sentence: string, sure: boolean];

function problemsIn(part: unknown, input: NonNullable<RefusedOperation["input"]>): Problem[] {
  if (typeof part === "string") return problemIn(part, false);
  if (Array.isArray(part))
    return part.flatMap((one) => (typeof one === "string" ? problemIn(one, true) : isObject(one) ? problemOf(one) : []));
  if (!isObject(part)) return [];
  // A record of problems by field, and not just any record: one of its keys has to be a field.
  const namesField = Object.keys(part).some((key) => input.some((f) => (f.wire || f.name) === key));
  return namesField ? Object.entries(part).map(([key, value]): Problem => [key, sentence(value) || JSON.stringify(value), true]) : [];
}

const problemStart =
  /^(?:(?:nested )?property\s+|each value in )?["'`]?([\w$][\w$.[\]]*)["'`]?(?:(?<=\.property)\s+[\w$]+)?\s+(?:should|must|is|has|cannot|can't)\b/i;

/** "email must be an email", "property nickname should not exist". `listed`: it is one of several, and so surely about a field. */
function problemIn(line: string, listed: boolean): Problem[] {
  const text = line.trim();
  const path = problemStart.exec(text)?.[1];
  return path ? [[path, text, listed || /^property\s/i.test(text)]] : [];
}

/** `{ field | path | param | property, message | msg }`. */
function problemOf(one: Record<string, unknown>): Problem[] {
  const where = one["field"] ?? one["path"] ?? one["param"] ?? one["property"];
  const path = Array.isArray(where) ? where.join(".") : where;
  const problem = sentence(one) || (typeof one["msg"] === "string" ? one["msg"] : "");
  return typeof path === "string" && path !== "" ? [[path, problem || "was refused", true]] : [];
}

function traceOf(body: unknown, headers: Readonly<Record<string, string>>): { traceId?: string } {
  const trace = (isObject(body) ? body["traceId"] : undefined) ?? headers["x-trace-id"] ?? headers["x-request-id"];
  return typeof trace === "string" ? { traceId: trace } : {};
}
