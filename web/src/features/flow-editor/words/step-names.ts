import type { CatalogEntry } from "#api/schemas.ts";

/** What the words of steps are made with. */
export interface StepNames {
  /** What the catalog knows of an operation. */
  entry(app: string, operation: string): CatalogEntry | undefined;
  app(id: string): string;
  connection(name: string): string;
  /** A condition in words: "the contact's e-mail is there". */
  condition(text: string): string;
  /** What a template stands for: "E-mail". */
  value(text: string): string;
  /** A text with templates in it: "Call [First name]". */
  text(text: string): string;
}
