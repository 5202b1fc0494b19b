import { z } from "zod";

/** Schemas that the shapes of several kinds share. */

const line = (most: number) => z.string().trim().min(1, "is empty").max(most, `is longer than ${most} characters`);
const shortName = (of: string) =>
  z.string().regex(/^[a-z0-9][a-z0-9-]{0,59}$/, `is the short name of ${of}: small letters, digits and dashes`);

/** A title people read. */
export const name = line(120);
/** A condition, an expression or a template. */
export const expression = line(10_000);
export const connection = shortName("a connection");
export const inbox = shortName("an inbox");
/** A name that templates read. */
export const variable = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_-]{0,59}$/, "begins with a letter and goes on with letters, digits, - and _ (60 at most)");
/** Any JSON value. */
export const json = z.json();
/** Values by name; each text in them may be a template. */
export const fields = z.record(z.string(), json);
/** The id of an app or an operation. */
export const reference = z.string().min(1, "is empty").max(200);

/** What a workspace's policy for messages to people is made of. */
export const messageRules = ["doNotDisturb", "quietHours", "cap"] as const;

/** Rules for messages to people that are not kept, with the reason that people read. */
export const messageException = z.strictObject({
  without: z.array(z.enum(messageRules)).min(1).max(messageRules.length),
  reason: z.string().trim().min(3, "needs a reason").max(300),
});
