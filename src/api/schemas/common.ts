/** What the schemas of several nouns share. */
import { z } from "zod";
import { momentMs } from "#catalog/moments.ts";

export const runState = z.enum(["queued", "running", "waiting", "succeeded", "filtered", "failed", "held", "cancelled"]);
export const storedError = z.object({ code: z.string(), message: z.string(), details: z.record(z.string(), z.unknown()) });
/** Every error answer of the API. */
export const errorReply = z.object({ error: storedError });
/** A moment as a program or a person writes it. */
export const moment = z.union([z.string().max(40), z.number()]).transform((written, check) => {
  const ms = momentMs(written) ?? (/^\d+$/.test(String(written)) ? Number(written) : null);
  if (ms !== null && Math.abs(ms) <= lastMoment) return ms;
  check.addIssue("is not a time; use 2026-11-29T08:00:00Z, or milliseconds since 1970");
  return z.NEVER;
});
/** The last one of a calendar of JavaScript. What is beyond also does not fit into a column of the database. */
const lastMoment = 8.64e15;
/** The number of a row, as a page of a list goes on from it. */
export const rowNumber = z.coerce
  .number()
  .int()
  .min(0)
  .max(2 ** 31 - 1);
/** How flows call a connection or an inbox. */
export const shortName = z
  .string()
  .min(1)
  .max(60)
  .regex(/^[a-z0-9][a-z0-9-]*$/, "use small letters, digits and dashes");
/** A sub-account that flows work in, by the title of its connection. */
export const subAccount = z.object({ locationId: z.string(), title: z.string() });
export const done = z.object({ ok: z.literal(true) });

/** An error repeats it, so its length is bounded. */
export const appId = z.string().max(60);

/** What a change trigger made of what it saw. */
export const observationOutcome = z.enum(["changed", "other", "same", "late", "first", "early", "silent", "waiting"]);
