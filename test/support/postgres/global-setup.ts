import type { TestProject } from "vitest/node";
import { TestDatabases } from "./databases.ts";

declare module "vitest" {
  export interface ProvidedContext {
    /** Where databases are asked for. */
    postgresPort: number;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { port, close } = await TestDatabases.open();
  project.provide("postgresPort", port);
  return close;
}
