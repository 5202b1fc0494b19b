import type { JsonObject } from "#kernel/json.ts";

/** How the automation tools that people come from name what an app does. Plain data: it goes into the thread that reads their files. */

export type ForeignTool = "n8n" | "make" | "zapier";

/** One thing another tool can do with an app, and the operation here that does the same. */
export interface Equivalent {
  operation: string;
  /** Its fields by their names there, where they differ. */
  fields?: Readonly<Record<string, string>>;
  /** Fields there that have no equal, with what to do instead. */
  without?: Readonly<Record<string, string>>;
  /** Fields that keep their value and still need a look, with what to check. */
  check?: Readonly<Record<string, string>>;
  /** What is always sent there without being asked for. */
  input?: JsonObject;
  /** Where the step here keeps the record that the other tool gives itself. */
  within?: string;
  /** It gives several records, and the steps after it are done once for each. */
  many?: true;
}

/** The names of one app in one tool. */
export interface AppEquivalents {
  tool: ForeignTool;
  /** What the app is called there, lower case: the part of a type or module that names it. */
  names: readonly string[];
  /**
   * By the tool's name of the action, written as `wordsKey` writes it: small letters only, without articles. In n8n the resource stands before the
   * operation: `contactcreate`.
   */
  operations: Readonly<Record<string, Equivalent>>;
  /** The triggers here, by theirs. */
  triggers: Readonly<Record<string, string>>;
  /** Members of a node that only group fields: their fields count as the node's own. */
  groups?: readonly string[];
  /** A member that holds pairs of a custom field and its value, with the members of a pair. */
  pairs?: Readonly<Record<string, { list?: string; key: string; value: string; into: string }>>;
}

/** A name as it is compared: small letters and digits, without the articles of a title (`createAContact` is `createcontact`). */
export function wordsKey(name: string): string {
  const words = name
    .slice(0, 200)
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .replace(/([A-Z])([A-Z][a-z])/g, "$1 $2")
    .toLowerCase()
    .split(/[^a-z0-9]+/);
  return words.filter((word) => !["a", "an", "the", ""].includes(word)).join("");
}
