import type { FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import { MillraceError } from "#kernel/errors.ts";
import type { Core } from "../core.ts";

// A form leaves an untouched field as "", and gives one of several values bare.
const blank = (value: unknown) => (value === "" ? undefined : value);
export const number = z.preprocess(blank, z.coerce.number().optional());
export const text = z.preprocess(blank, z.string().optional());
export const list = z.preprocess(
  (value) => (value === undefined ? undefined : [value].flat().filter((one) => one !== "")),
  z.array(z.string()).optional(),
);
export const flag = z.preprocess(
  (value) => (value === "on" || value === "true" ? true : value === "false" ? false : value),
  z.boolean().optional(),
);

/** A form's sender is led back to its page, anybody else gets the result. */
export function done(request: FastifyRequest, reply: FastifyReply, result: unknown, back: string) {
  return request.headers["content-type"]?.startsWith("application/x-www-form-urlencoded") ? reply.redirect(back, 303) : result;
}

export function read<S extends z.ZodType>(schema: S, request: FastifyRequest): z.infer<S> {
  const parsed = schema.safeParse(request.body ?? {});
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  throw new MillraceError("BAD_INPUT", { details: { field: issue.path.join(".") || "body", problem: issue.message } });
}

export function location(core: Core, id: string) {
  const location = core.state.locations.get(id);
  if (!location) throw missing("location", id);
  return location;
}

export const missing = (what: string, id: string) => new MillraceError("NOT_FOUND", { details: { what, id } });

/** Back to a page of the sandbox's own, never elsewhere. */
export const inside = (back: string | undefined, otherwise: string): string =>
  back && /^\/ui\/[\w/?=&%.-]*$/.test(back) ? back : otherwise;
