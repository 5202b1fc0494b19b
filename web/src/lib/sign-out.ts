import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api } from "./api.ts";
import { setSignedOut } from "./session.ts";

/** Ends the session of this browser, and forgets what it showed. */
export function useSignOut() {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: () => api.session.end(),
    onSuccess: () => {
      setSignedOut(true);
      cache.clear();
    },
  });
}
