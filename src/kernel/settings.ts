import type { z } from "zod";
import { MillraceError } from "./errors.ts";

/**
 * Reads a joined schema of settings from an environment. All faults are told together (SETTINGS_INVALID),
 * one line each, by the variable's name and never by its value: it may be a secret.
 */
export function readSettings<T extends z.ZodObject>(schema: T, env: Record<string, string | undefined>): z.infer<T> {
  const values = Object.fromEntries(Object.keys(schema.shape).map((name) => [name, env[name] === "" ? undefined : env[name]]));
  const read = schema.safeParse(values);
  if (read.success) return read.data;
  const problem = read.error.issues.map((i) => `  ${i.path.join(".")}: ${i.message}`).join("\n");
  throw new MillraceError("SETTINGS_INVALID", { details: { problem } });
}
