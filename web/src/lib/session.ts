import { useSyncExternalStore } from "react";

let signedOut = false;
let linkProblem: string | null = null;
const listeners = new Set<() => void>();

function changed(): void {
  for (const listener of listeners) listener();
}

/** Called when the API refuses with 401, and again after signing in. */
export function setSignedOut(value: boolean): void {
  if (signedOut === value) return;
  signedOut = value;
  changed();
}

/** Why the one-time link in the address did not sign in; the sign-in page shows it. */
export function setLinkProblem(problem: string | null): void {
  linkProblem = problem;
  changed();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Whether the sign-in page stands in for the app. The address stays, so that signing in leads back to where one was. */
export function useSignedOut(): boolean {
  return useSyncExternalStore(subscribe, () => signedOut);
}

export function useLinkProblem(): string | null {
  return useSyncExternalStore(subscribe, () => linkProblem);
}
