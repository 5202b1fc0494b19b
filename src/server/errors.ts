import type { FastifyError, FastifyReply, FastifyRequest } from "fastify";
import { hasZodFastifySchemaValidationErrors } from "fastify-type-provider-zod";
import { MillraceError, toMillraceError, type StoredError } from "#kernel/errors.ts";

/** The one place where something thrown becomes an answer. What is ours is logged with its cause, and never shown. */
export function answerError(thrown: FastifyError, request: FastifyRequest, reply: FastifyReply): void {
  const error = toTableError(thrown, request);
  if (error.row.kind === "bug") request.log.error({ err: thrown }, "A request met a fault of ours");
  const seconds = error.details["seconds"];
  if (error.row.status === 429 && typeof seconds === "number") reply.header("retry-after", seconds);
  void reply.code(error.row.status).send({ error: shown(error) });
}

/** What an answer may say: the details of a fault of ours stay in the log. */
function shown(error: MillraceError): StoredError {
  return error.row.kind === "bug" ? { code: error.code, message: error.message, details: {} } : error.toJSON();
}

function toTableError(thrown: FastifyError, request: FastifyRequest): MillraceError {
  if (hasZodFastifySchemaValidationErrors(thrown)) {
    const { instancePath, message } = (thrown as FastifyError).validation![0]!;
    const place = (thrown as FastifyError).validationContext ?? "body";
    return badInput(
      instancePath.split("/").filter(Boolean).join(".") || place,
      lowerFirst((message ?? "is not valid").replace(/^Invalid input: /, "")),
    );
  }
  switch (thrown.code) {
    case "FST_ERR_CTP_BODY_TOO_LARGE":
      return new MillraceError("BODY_TOO_LARGE", { details: { limit: `${Math.round(request.routeOptions.bodyLimit / 1024)} KiB` } });
    case "FST_ERR_CTP_INVALID_MEDIA_TYPE":
      return new MillraceError("UNSUPPORTED_MEDIA", { details: { type: `'${String(request.headers["content-type"]).slice(0, 100)}'` } });
    case "FST_ERR_CTP_EMPTY_JSON_BODY":
      return badInput("body", "is empty; send JSON, or no content type");
  }
  if (thrown.statusCode === 400 && (thrown instanceof SyntaxError || thrown.code?.startsWith("FST_ERR_CTP")))
    return badInput("body", "is not valid JSON");
  if (thrown.statusCode === 400 && thrown.code?.startsWith("FST_ERR")) return badInput("address", "cannot be read");
  return toMillraceError(thrown);
}

const badInput = (field: string, problem: string) =>
  new MillraceError("BAD_INPUT", { details: { field, problem: problem.replace(/\.$/, "") } });
const lowerFirst = (text: string) => text.charAt(0).toLowerCase() + text.slice(1);
