import type { z } from "zod";

/** The first thing that is wrong with a value, in a few words. */
export function problemOf(error: z.ZodError): string {
  const [issue] = error.issues;
  return issue ? `${issue.path.join(".")}: ${issue.message}`.slice(0, 200) : "it does not fit";
}
