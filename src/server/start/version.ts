import { readFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "#kernel/root.ts";

/** The version of the Millrace that is running. */
export const millraceVersion = (): string =>
  (JSON.parse(readFileSync(join(packageRoot(), "package.json"), "utf8")) as { version: string }).version;
