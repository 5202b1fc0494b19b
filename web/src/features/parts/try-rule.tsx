import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Rule } from "#api/schemas.ts";
import { Input } from "../../components/ui/field.tsx";
import { api } from "../../lib/api.ts";
import { messageOf } from "../../lib/query.ts";
import { useSettled } from "../../lib/use-settled.ts";
import { missingIn, ruleOf, type RuleDraft } from "./rule-draft.ts";

/** What the rule gives for a value, as it is written now. */
export function TryRule({ draft }: { draft: RuleDraft }) {
  const [value, setValue] = useState("");
  const rule =
    missingIn({ ...draft, title: draft.title || "It" }) === null ? ruleOf({ ...draft, title: draft.title.trim() || "It" }) : null;
  const settled = useSettled({ rule, value });
  return (
    <section aria-label="Try it" className="flex flex-col gap-2 rounded-lg bg-sunken p-4">
      <h3 className="font-medium">Try it</h3>
      <div className="grid grid-cols-1 items-center gap-x-4 gap-y-2 sm:grid-cols-2">
        <Input aria-label="A value to try" placeholder="A value to try" value={value} onChange={(event) => setValue(event.target.value)} />
        <output aria-label="What it gives" className="min-h-8 py-1.5 break-words">
          {settled.rule === null ? (
            <span className="text-ink-3">Fill in the rule to see what it gives.</span>
          ) : (
            <Result rule={settled.rule} value={settled.value} />
          )}
        </output>
      </div>
    </section>
  );
}

function Result({ rule, value }: { rule: Rule; value: string }) {
  const query = useQuery({
    queryKey: ["rules", "try", rule, value],
    queryFn: async () => (await api.rules.try({ body: { rule, values: [value] } })).results[0] ?? null,
    placeholderData: keepPreviousData,
    retry: false,
    staleTime: Infinity,
    gcTime: 0,
  });
  if (query.error) return <span className="text-failure">{messageOf(query.error)}</span>;
  if (!query.data) return null;
  const { problem, missing } = query.data;
  if (problem !== null) return <span className="text-failure">Stops the run: {problem}.</span>;
  if (missing)
    return (
      <span className="text-ink-2">
        {value === "" ? "Nothing for an empty value: the field is left out." : "Nothing: the field is left out."}
      </span>
    );
  return (
    <>
      <span className="text-ink-3">gives </span>
      <bdi className="font-medium">{shown(query.data.value)}</bdi>
    </>
  );
}

const shown = (value: unknown): string => (value === "" ? "an empty text" : typeof value === "string" ? value : JSON.stringify(value));
