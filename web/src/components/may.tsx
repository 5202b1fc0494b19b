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

/** On a page for editing: tells people without the right why they cannot change anything. */
export function ReadOnlyNotice({ scope }: { scope: Scope }) {
  const session = useQuery(sessionQuery()).data;
  const may = useMay(scope);
  if (session === undefined || may) return null;
  return (
    <p className="mb-5 rounded-md bg-neutral-soft px-3 py-2 text-ink-2">
      You are signed in as {roleWords[session.role].one}. Ask an owner if you need another role.
    </p>
  );
}
