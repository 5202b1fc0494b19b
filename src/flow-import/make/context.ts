import type { ReadText } from "../fields.ts";
import type { Names } from "../names.ts";
import type { NeutralStep } from "../neutral.ts";
import type { Outputs } from "../outputs.ts";
import type { CatalogPack } from "../pack.ts";
import type { ExportNode } from "../export-node.ts";

/** One scenario that is read. */
export interface Scenario {
  pack: CatalogPack;
  names: Names;
  outputs: Outputs;
  /** Which step sets a variable. */
  variables: Map<string, string>;
}

export interface Way {
  /** A filter may end the whole run: nothing else happens beside this way or after it. */
  main: boolean;
}

/** A module, and where it stands. */
export interface ModuleContext {
  part: ExportNode;
  key: string;
  app: string;
  action: string;
  id: string;
  at: string;
  base: Pick<NeutralStep, "id" | "title">;
  read: ReadText;
  scenario: Scenario;
}
