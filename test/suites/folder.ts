import { existsSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "#kernel/root.ts";

/** Where test suites that others wrote are kept beside the project, or null where they are not at hand. */
export function suitesFolder(env: Record<string, string | undefined> = process.env): string | null {
  const folder = env["MILLRACE_SUITES"] ?? join(packageRoot(), "../shared/field/suites");
  return existsSync(folder) ? folder : null;
}
