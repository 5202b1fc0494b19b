import { useSyncExternalStore } from "react";

/** The page that a link in the address leads to, shown before sign-in. */
export type Entrance =
  /** Creates the owner's account, or sets a new password for an owner. */
  { kind: "claim"; link: string; hasOwner: boolean } | { kind: "invitation"; token: string } | { kind: "reset"; token: string };

interface State {
  signedOut: boolean;
  entrance: Entrance | null;
  linkProblem: string | null;
  /** The workspace that this tab shows; null before it is known. */
  workspace: string | null;
  workspaceChanged: boolean;
}

let state: State = { signedOut: false, entrance: null, linkProblem: null, workspace: null, workspaceChanged: false };
const listeners = new Set<() => void>();

function change(part: Partial<State>): void {
  state = { ...state, ...part };
  for (const listener of listeners) listener();
}

/** Called when the API refuses with 401, and again after signing in. */
export function setSignedOut(signedOut: boolean): void {
  if (state.signedOut !== signedOut) change({ signedOut, workspace: null });
}

/** Why the one-time link in the address did not sign in; the sign-in page shows it. */
export const setLinkProblem = (linkProblem: string | null): void => change({ linkProblem });

/** Shows the page of a link before sign-in, until it is done or left. */
export const setEntrance = (entrance: Entrance | null): void => change({ entrance });

/** Called with the workspace of the session. From then on every request names it. */
export function setWorkspace(workspace: string | null): void {
  if (state.workspace !== workspace) change({ workspace });
}

/** The workspace that requests of this tab are about. */
export const workspaceOfTab = (): string | null => state.workspace;

/** Called when the API says that another tab switched to another workspace. */
export const noteWorkspaceChanged = (): void => change({ workspaceChanged: true });

/** The page shown before sign-in, outside of a component. */
export const entrance = (): Entrance | null => state.entrance;

/** Whether another tab switched to another workspace. */
export const isWorkspaceChanged = (): boolean => state.workspaceChanged;

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Whether the sign-in page stands in for the app. The address stays, so that signing in leads back to where one was. */
export const useSignedOut = (): boolean => useSyncExternalStore(subscribe, () => state.signedOut);
/** The page shown before sign-in. */
export const useEntrance = (): Entrance | null => useSyncExternalStore(subscribe, entrance);
/** Why the one-time link in the address did not sign in. */
export const useLinkProblem = (): string | null => useSyncExternalStore(subscribe, () => state.linkProblem);
/** Whether another tab switched to another workspace: this one is of no use until it is reloaded. */
export const useWorkspaceChanged = (): boolean => useSyncExternalStore(subscribe, isWorkspaceChanged);
