import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Plus } from "lucide-react";
import { useState } from "react";
import type { RuleView } from "#api/schemas.ts";
import { Icon } from "../../components/ui/icon.tsx";
import { SkeletonRows } from "../../components/ui/skeleton.tsx";
import { Loaded } from "../../components/ui/state.tsx";
import { rulesQuery } from "../../lib/queries.ts";
import { useListbox } from "../../lib/use-listbox.ts";
import { ruleKinds } from "./kinds.ts";

interface RuleChoiceProps {
  /** The rule that is used now; null for none. */
  value: string | null;
  /** Called with the name of the rule that is picked. */
  onChange: (name: string, rule: RuleView) => void;
}

/** Finds one of the workspace's rules by a few letters; for a menu or a popover. */
export function RuleChoice({ value, onChange }: RuleChoiceProps) {
  const query = useQuery({ ...rulesQuery(), select: withoutSegments });
  return (
    <Loaded query={query} skeleton={<SkeletonRows rows={3} />}>
      {(rules) => (
        <div className="flex flex-col">
          {rules.length === 0 ? (
            <p className="px-3 py-4 text-ink-2">There is no rule yet. A rule turns one value into another, in all your flows.</p>
          ) : (
            <Finder rules={rules} value={value} onChange={onChange} />
          )}
          <Link
            to="/rules"
            search={{ new: "table" }}
            target="_blank"
            className="flex h-9 items-center gap-2 border-t border-line px-3 text-ink-2 -outline-offset-2 hover:bg-hover hover:text-ink"
          >
            <Icon of={Plus} size={14} />
            New rule
          </Link>
        </div>
      )}
    </Loaded>
  );
}

/** A segment is asked, and turns no value into another. */
const withoutSegments = (rules: readonly RuleView[]): RuleView[] => rules.filter(({ kind }) => kind !== "segment");

function Finder({ rules, value, onChange }: RuleChoiceProps & { rules: readonly RuleView[] }) {
  const [words, setWords] = useState("");
  const matches = rules.filter(({ title, name }) => `${title} ${name}`.toLowerCase().includes(words.trim().toLowerCase()));
  const list = useListbox(matches.length, (index) => {
    const rule = matches[index];
    if (rule) onChange(rule.name, rule);
  });
  return (
    <>
      <input
        {...list.input}
        autoFocus
        aria-label="Find a rule"
        placeholder="Find a rule"
        value={words}
        onChange={(event) => setWords(event.target.value)}
        className="h-9 w-full border-b border-line bg-transparent px-3 text-ui outline-none placeholder:text-ink-3"
      />
      <ul {...list.list} aria-label="Rules" className="max-h-64 overflow-y-auto p-1">
        {matches.map((rule, index) => (
          <li
            key={rule.name}
            {...list.option(index)}
            className="flex min-h-8 items-center gap-2 rounded-sm px-2 py-1 aria-selected:bg-hover"
          >
            <Icon of={ruleKinds[rule.kind].icon} className="shrink-0 text-ink-3" />
            <bdi className="min-w-0 flex-1 truncate">{rule.title}</bdi>
            <span className="shrink-0 text-meta text-ink-3">{rule.name === value ? "in use" : ruleKinds[rule.kind].title}</span>
          </li>
        ))}
      </ul>
      {matches.length === 0 && <p className="px-3 py-4 text-ink-2">No rule matches.</p>}
    </>
  );
}
