import { createContext, use } from "react";
import type { DefinitionCheck } from "#api/schemas.ts";
import type { AppDetail, AppDraft } from "../definition/types.ts";

export type Problem = DefinitionCheck["problems"][number];
export type Advice = DefinitionCheck["advice"][number];

/** The app that is being edited, for all parts of its forms. */
export interface Editing {
  id: string;
  /** Null: not saved yet. */
  saved: AppDetail | null;
  draft: AppDraft;
  /** Something is not saved. */
  isChanged: boolean;
  edit(change: (draft: AppDraft) => AppDraft): void;
  /** What keeps the definition from being saved. */
  problems: readonly Problem[];
  /** What would make its writes safer. */
  advice: readonly Advice[];
  mayWrite: boolean;
  save(): void;
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
