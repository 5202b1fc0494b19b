import { useSyncExternalStore } from "react";

let signedOut = false;
const listeners = new Set<() => void>();

/** Called when the API refuses with 401, and again after signing in. */
export function setSignedOut(value: boolean): void {
  if (signedOut === value) return;
  signedOut = value;
  for (const tell of listeners) tell();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Whether the sign-in page stands in for the app. The address stays, so that signing in leads back to where one was. */
export function useSignedOut(): boolean {
  return useSyncExternalStore(subscribe, () => signedOut);
}
