import type { CatalogEntry } from "#api/schemas.ts";
import type { SourceNames } from "#engine/mapping/words/paths.ts";

/** What the words of steps are made with. */
export interface StepNames {
  /** What the catalog knows of an operation. */
  entry(app: string, operation: string): CatalogEntry | undefined;
  app(id: string): string;
  connection(name: string): string;
  /** What steps and items are called as sources of values: "'Find the contact'", "step 2". */
  source: SourceNames;
  /** A condition in words: "the contact's e-mail is there". */
  condition(text: string): string;
  /** What a template stands for: "E-mail". */
  value(text: string): string;
  /** A text with templates in it: "Call [First name]". */
  text(text: string): string;
}
