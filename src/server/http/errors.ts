import type { FastifyError, FastifyReply, FastifyRequest } from "fastify";
import { hasZodFastifySchemaValidationErrors } from "fastify-type-provider-zod";
import { z } from "zod";
import { nearest } from "#catalog/nearest.ts";
import { MillraceError, toMillraceError, type StoredError } from "#kernel/errors.ts";
import { passingProblem } from "#storage/problems.ts";
import { isObject } from "#kernel/json.ts";
import { shapeProblem } from "#kernel/shape-problem.ts";
import { dropRest } from "./refused-body.ts";

/** The one place where something thrown becomes an answer. What is ours is logged with its cause, and never shown. */
export function answerError(thrown: FastifyError, request: FastifyRequest, reply: FastifyReply): void {
  const error = toTableError(thrown, request);
  if (error.code === "STORE_UNAVAILABLE") request.log.error({ err: thrown }, "The store could not take a request");
  if (error.row.kind === "bug") request.log.error({ err: thrown }, "A request met a fault of ours");
  const seconds = secondsToWait(error);
  if (seconds !== null) reply.header("retry-after", seconds);
  if (error.code === "BODY_TOO_LARGE") letFinish(request, reply);
  void reply.code(error.row.status).send({ error: shownError(error) });
}

/** A sender is in the middle of its body. It sees the answer only if the connection stays open until it has read it. */
function letFinish({ raw }: FastifyRequest, reply: FastifyReply): void {
  reply.removeHeader("connection");
  dropRest(raw, { bytes: 64 * 1024 * 1024, ms: 10_000 });
}

/** When the same may be tried again, where the error says so; the seconds of a time-out are those that have passed. */
function secondsToWait({ row, details: { seconds } }: MillraceError): number | null {
  return row.retry && row.status !== 504 && row.status !== 408 && typeof seconds === "number" ? seconds : null;
}

/** What an answer may say: the details of a fault of ours stay in the log. */
export function shownError(error: MillraceError): StoredError {
  return error.row.kind === "bug" ? { code: error.code, message: error.message, details: {} } : error.toJSON();
}

function toTableError(thrown: FastifyError, request: FastifyRequest): MillraceError {
  if (hasZodFastifySchemaValidationErrors(thrown)) {
    const [issue] = (thrown as FastifyError).validation!;
    const place = (thrown as FastifyError).validationContext ?? "body";
    const at = issue!.instancePath.split("/").filter(Boolean);
    if (issue!.keyword === "unrecognized_keys") return unknownField(issue!, at, place, request);
    return badInput(at.join(".") || place, shapeProblem(issue!));
  }
  switch (thrown.code) {
    case "FST_ERR_CTP_BODY_TOO_LARGE":
      return new MillraceError("BODY_TOO_LARGE", { details: { limit: `${Math.round(request.routeOptions.bodyLimit / 1024)} KiB` } });
    case "FST_ERR_MAX_PARAM_LENGTH":
      return badInput("address", "is too long");
    case "FST_ERR_CTP_INVALID_MEDIA_TYPE":
      return new MillraceError("UNSUPPORTED_MEDIA", { details: { type: `'${String(request.headers["content-type"]).slice(0, 100)}'` } });
  }
  if (thrown.statusCode === 400 && (thrown instanceof SyntaxError || thrown.code?.startsWith("FST_ERR_CTP")))
    return badInput("body", "is not valid JSON");
  if (thrown.statusCode === 400 && thrown.code?.startsWith("FST_ERR")) return badInput("address", "cannot be read");
  return storeError(thrown) ?? toMillraceError(thrown);
}

type Issue = NonNullable<FastifyError["validation"]>[number];

function unknownField({ params }: Issue, at: readonly string[], place: string, { routeOptions }: FastifyRequest): MillraceError {
  const [key] = params["keys"] as [string, ...string[]];
  const shape: unknown = place === "querystring" ? routeOptions.schema?.querystring : routeOptions.schema?.body;
  const near = at.length === 0 && shape instanceof z.ZodObject ? nearest(key, Object.keys(shape.shape)) : undefined;
  const what = place === "querystring" ? "parameter" : "field";
  return badInput([...at, key.slice(0, 100)].join("."), `there is no such ${what} here${near ? ` (did you mean '${near}'?)` : ""}`);
}

const storeRetrySeconds = 10;

/** A write the store could not take: nothing was saved, and it may go well later. */
function storeError(thrown: unknown): MillraceError | undefined {
  for (let cause = thrown, i = 0; i < 5 && isObject(cause); i++, cause = cause["cause"]) {
    const problem = passingProblem(cause);
    if (problem) return new MillraceError("STORE_UNAVAILABLE", { cause: thrown, details: { problem, seconds: storeRetrySeconds } });
  }
  return undefined;
}

const badInput = (field: string, problem: string) =>
  new MillraceError("BAD_INPUT", { details: { field, problem: problem.replace(/\.$/, "") } });
