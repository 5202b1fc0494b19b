/** The catalog as files for other tools. */
import { z } from "zod";

/** A comma separates several. */
const names = z
  .string()
  .max(20_000)
  .transform((text) => text.split(",").filter(Boolean));
/** What of the catalog goes into a file or a document; all that the catalog lists where nothing is chosen. */
export const exportChoice = z.object({
  apps: names.optional(),
  categories: names.optional(),
  /** Keys of operations and triggers. */
  only: names.optional(),
  /** With every endpoint of the apps that have them under keys of their own. */
  endpoints: z.stringbool().optional(),
});

export type ExportChoice = z.output<typeof exportChoice>;
