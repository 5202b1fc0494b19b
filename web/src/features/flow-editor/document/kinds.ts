import type { Step, StepKindName } from "#api/schemas.ts";
import { isObject } from "../../../lib/is-object.ts";

/** How the document of the editor sees a kind of step: what tells it apart, which lists of steps are inside, and which texts are code. */
interface DocumentKind<S extends object> {
  /** The member that only steps of this kind have. */
  mark: keyof S & string;
  /** Its lists of further steps. */
  lists: readonly (keyof S & string)[];
  /** Whether later steps can read what it gives. */
  gives?: true;
  /** Its members that are code without braces around them. */
  code?: readonly (keyof S & string)[];
}

/** One row for each kind of step. */
export const documentKinds: { readonly [K in StepKindName]: DocumentKind<Step<K>> } = {
  action: { mark: "operation", lists: [], gives: true },
  filter: { mark: "filter", lists: [], code: ["filter"] },
  branch: { mark: "if", lists: ["then", "else"], code: ["if"] },
  forEach: { mark: "forEach", lists: ["do"], code: ["forEach"] },
  wait: { mark: "wait", lists: [] },
  format: { mark: "format", lists: [], gives: true },
  stop: { mark: "stop", lists: [] },
};

const names = Object.keys(documentKinds) as StepKindName[];

/** The kind of a step; null: it is of a kind that this page does not know, or not a step. */
export function kindOf(step: unknown): StepKindName | null {
  if (!isObject(step)) return null;
  return names.find((name) => Object.hasOwn(step, documentKinds[name].mark)) ?? null;
}

/** The lists inside a step that can hold steps, also where they are not there yet. */
export function listMembersOf(step: unknown): readonly string[] {
  const kind = kindOf(step);
  return kind === null ? [] : documentKinds[kind].lists;
}

/** Whether later steps can read the result of a step. */
export function gives(step: unknown): boolean {
  const kind = kindOf(step);
  return kind !== null && documentKinds[kind].gives === true;
}

/** Whether a member of a step is code without braces. */
export function isCode(step: unknown, member: string): boolean {
  const kind = kindOf(step);
  return kind !== null && ((documentKinds[kind].code ?? []) as readonly string[]).includes(member);
}

/** The id of a step as it is written; empty where there is none. */
export const idOf = (step: unknown): string => (isObject(step) && typeof step["id"] === "string" ? step["id"] : "");
