import { useQuery } from "@tanstack/react-query";
import type { Scope } from "#api/principal.ts";
import { sessionQuery } from "./queries.ts";

const none: readonly Scope[] = [];

/** What whoever is signed in may do. */
export const useScopes = (): readonly Scope[] => useQuery(sessionQuery()).data?.scopes ?? none;

/** Whether whoever is signed in may do something. What they may not do is not offered. */
export const useMay = (scope: Scope): boolean => useScopes().includes(scope);
