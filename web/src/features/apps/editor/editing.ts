import { createContext, use } from "react";
import type { DefinitionCheck } from "#api/schemas.ts";
import { freeId, idOf } from "../definition/edits.ts";
import { type AppDetail, type EditedApp, operationsOf, savedDefinition, triggersOf } from "../definition/types.ts";

export type Problem = DefinitionCheck["problems"][number];
export type Advice = DefinitionCheck["advice"][number];

/** The app that is being edited, for all parts of its forms. */
export interface Editing {
  id: string;
  /** Null: not saved yet. */
  saved: AppDetail | null;
  draft: EditedApp;
  /** Something is not saved. */
  isChanged: boolean;
  edit(change: (draft: EditedApp) => EditedApp): void;
  /** Takes what was saved: what is written from now on is based on it. */
  follow(saved: AppDetail): void;
  /** What keeps the definition from being saved. */
  problems: readonly Problem[];
  /** What would make its writes safer. */
  advice: readonly Advice[];
  mayWrite: boolean;
  save(): void;
  /** Looks at the definition once more: something else was mended. */
  recheck(): void;
  isSaving: boolean;
}

export const EditingContext = createContext<Editing | null>(null);

/** The app that is being edited. */
export function useEditing(): Editing {
  const editing = use(EditingContext);
  if (editing === null) throw new Error("outside of an app's editor");
  return editing;
}

/** What is wrong at a place of the definition: `operations.3.path`. `within`: also with what is inside it. */
export function useProblem(at: string, within = false): string | undefined {
  return useEditing().problems.find(({ field }) => field === at || (within && field.startsWith(`${at}.`)))?.problem;
}

/**
 * Whether an id still follows the title: nobody wrote another one, and no flow can use it yet because it was never saved. `taken`: the
 * ids that others have.
 */
export function useFollowingId(
  { id, title }: { id: string; title: string },
  between: "." | "_",
): { isFollowing: boolean; taken: Set<string> } {
  const { draft, saved } = useEditing();
  const taken = new Set([...operationsOf(draft.definition), ...triggersOf(draft.definition)].map((one) => one.id));
  taken.delete(id);
  const before = savedDefinition(saved);
  const isSaved = before !== null && [...operationsOf(before), ...triggersOf(before)].some((one) => one.id === id);
  return { isFollowing: !isSaved && id === freeId(idOf(title, between), taken), taken };
}
