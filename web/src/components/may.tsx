import type { ReactNode } from "react";
import type { Scope } from "#api/principal.ts";
import { useMay } from "../lib/may.ts";
import { useQuery } from "@tanstack/react-query";
import { sessionQuery } from "../lib/queries.ts";
import { roleWords } from "#surfaces/role-words.ts";

/** Shows what is inside to those who may do it. */
export function May({ scope, children, otherwise = null }: { scope: Scope; children: ReactNode; otherwise?: ReactNode }) {
  return useMay(scope) ? <>{children}</> : <>{otherwise}</>;
}

/** Where a page is about changing things, and whoever looks may not: why nothing can be changed here. */
export function OnlyLooking({ scope }: { scope: Scope }) {
  const session = useQuery(sessionQuery()).data;
  const may = useMay(scope);
  if (session === undefined || may) return null;
  return (
    <p className="mb-5 rounded-md bg-neutral-soft px-3 py-2 text-ink-2">
      You are {roleWords[session.role].one} here: an owner can give you another role.
    </p>
  );
}
