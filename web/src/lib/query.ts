import { MutationCache, QueryCache, QueryClient } from "@tanstack/react-query";
import { toast } from "sonner";
import { ApiError } from "./api.ts";
import { saidOfField } from "#surfaces/said-of-field.ts";
import { setSignedOut } from "./session.ts";

function noticeSignOut(error: unknown): boolean {
  const refused = error instanceof ApiError && error.status === 401 && error.code === "NOT_SIGNED_IN";
  if (refused) setSignedOut(true);
  return refused;
}

/** Somebody may have another role since: what they may do is asked again. */
function noticeRefusal(error: unknown, client: QueryClient): void {
  if (error instanceof ApiError && error.code === "FORBIDDEN") void client.invalidateQueries({ queryKey: ["session"], exact: true });
}

/** Worth asking again by itself: no answer, or a fault of the other side. */
function mayHeal(error: unknown): boolean {
  return !(error instanceof ApiError) || error.status === 0 || error.status >= 500;
}

/** What is looked at was deleted meanwhile: what was known of it is old. */
export const isGone = (error: unknown): boolean => error instanceof ApiError && error.status === 404;

/** What a failure is to be called on the page. */
export function messageOf(error: unknown): string {
  if (error instanceof ApiError) return saidOfField(error);
  return error instanceof Error ? error.message : "Something failed without saying why. Try again.";
}

/** The cache of everything the server told. Failed changes are toasted here, once, unless a form shows them itself (`meta.quiet`). */
export function createQueryClient(): QueryClient {
  const client: QueryClient = new QueryClient({
    queryCache: new QueryCache({
      onError: (error) => {
        noticeSignOut(error);
        noticeRefusal(error, client);
      },
    }),
    mutationCache: new MutationCache({
      onError: (error, _variables, _context, mutation) => {
        noticeRefusal(error, client);
        if (noticeSignOut(error) || mutation.meta?.["quiet"] === true) return;
        toast.error(messageOf(error));
      },
    }),
    defaultOptions: {
      queries: { staleTime: 5_000, retry: (failures, error) => failures < 2 && mayHeal(error), retryDelay: (n) => 500 * 2 ** n },
    },
  });
  return client;
}
