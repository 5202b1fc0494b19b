import { CircleAlert, ShieldCheck } from "lucide-react";
import { AllowHost } from "../../../components/allow-host.tsx";
import { Button } from "../../../components/ui/button.tsx";
import { Disclosure } from "../../../components/ui/disclosure.tsx";
import { Icon } from "../../../components/ui/icon.tsx";
import { plural } from "../../../lib/words.ts";
import { memberWords } from "../definition/member-words.ts";
import { type Definition, operationsOf, triggersOf } from "../definition/types.ts";
import { type Problem, useEditing } from "./editing.ts";

/** Where in the editor something is. */
export interface Spot {
  tab: "app" | "operations" | "triggers";
  op?: string;
  trigger?: string;
}

/** The part of the editor that shows a place of the definition: `operations.3.input.2.name`. */
export function spotOf(definition: Definition, field: string): Spot {
  const [, list, at] = /^(operations|triggers)\.(\d+)/.exec(field) ?? [];
  if (list === "operations") return { tab: "operations", op: operationsOf(definition)[Number(at)]?.id };
  if (list === "triggers") return { tab: "triggers", trigger: triggersOf(definition)[Number(at)]?.id };
  if (field.startsWith("operations")) return { tab: "operations" };
  return field.startsWith("webhooks") ? { tab: "triggers" } : { tab: "app" };
}

/** A place of the definition as people call it: "Create Ticket, path". */
export function spotWords(definition: Definition, field: string): string {
  const [, list, at = "", rest = ""] = /^(operations|triggers)\.(\d+)(?:\.(.*))?$/.exec(field) ?? [];
  if (list === undefined) return memberWords(field.replace(/^(webhooks\.(?:verify|challenges|subscribe))\..*/, "$1"));
  const title = (list === "operations" ? operationsOf(definition) : triggersOf(definition))[Number(at)]?.title ?? field;
  const [, input, member] = /^input\.(\d+)\.?(.*)$/.exec(rest) ?? [];
  if (input === undefined) return rest === "" ? title : `${title}, ${memberWords(rest)}`;
  const field_ = operationsOf(definition)[Number(at)]?.input?.[Number(input)];
  return `${title}, ${field_?.label ?? field_?.name ?? `field ${Number(input) + 1}`}${member === "" || member === undefined ? "" : `, ${memberWords(member)}`}`;
}

/** What keeps the definition from being saved, each with the way to it. */
export function Problems({ problems, onGo }: { problems: readonly Problem[]; onGo: (spot: Spot) => void }) {
  const { draft, recheck } = useEditing();
  if (problems.length === 0) return null;
  return (
    <section role="alert" aria-label="To fix before you can save" className="mb-5 rounded-md bg-failure-soft px-4 py-3">
      <p className="flex items-center gap-2 font-medium">
        <Icon of={CircleAlert} size={15} className="text-failure" />
        {plural(problems.length, "problem")} to fix before you can save
      </p>
      <ul className="mt-1.5 flex flex-col gap-1">
        {problems.slice(0, shownAtMost).map(({ field, problem, allow }) => (
          <li key={`${field} ${problem}`} className="flex flex-wrap items-baseline gap-x-2">
            <button
              type="button"
              className="rounded-sm font-medium underline underline-offset-2 first-letter:uppercase"
              onClick={() => onGo(spotOf(draft.definition, field))}
            >
              {spotWords(draft.definition, field)}
            </button>
            <span className="text-ink-2">{problem}</span>
            {allow !== undefined && <AllowHost host={allow} onDone={recheck} />}
          </li>
        ))}
      </ul>
      {problems.length > shownAtMost && <p className="mt-1 text-ink-2">and {problems.length - shownAtMost} more</p>}
    </section>
  );
}

const shownAtMost = 8;

/** What would make its writes safer. It can be saved without. */
export function Advice({ onGo }: { onGo: (spot: Spot) => void }) {
  const { advice, draft } = useEditing();
  if (advice.length === 0) return null;
  const titles = new Map(operationsOf(draft.definition).map(({ id, title }) => [id, title]));
  return (
    <section aria-label="Suggestions" className="mt-10 border-t border-line pt-4">
      <Disclosure
        summary={
          <span className="flex items-center gap-2">
            <Icon of={ShieldCheck} size={15} className="text-ink-3" />
            <span className="text-body font-semibold">Suggestions</span>
            <span className="text-meta text-ink-3 tabular">
              {plural(advice.length, "suggestion")}. You can save without {advice.length === 1 ? "it" : "them"}.
            </span>
          </span>
        }
      >
        <ul className="flex max-w-3xl flex-col">
          {advice.slice(0, 50).map(({ operation, member, says }) => (
            <li key={`${operation} ${member} ${says}`} className="flex items-start gap-3 border-b border-line py-2">
              <span className="min-w-0 flex-1">
                <bdi className="font-medium">{titles.get(operation) ?? "The app"}</bdi> <span className="text-ink-2">{says}</span>
              </span>
              <Button small onClick={() => onGo(titles.has(operation) ? { tab: "operations", op: operation } : { tab: "app" })}>
                Show
              </Button>
            </li>
          ))}
        </ul>
      </Disclosure>
    </section>
  );
}
