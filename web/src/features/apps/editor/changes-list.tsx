import { TriangleAlert } from "lucide-react";
import { Link } from "@tanstack/react-router";
import type { DefinitionComparison } from "#api/schemas.ts";
import { Icon } from "../../../components/ui/icon.tsx";
import { cx } from "../../../lib/cx.ts";
import { plural } from "../../../lib/words.ts";

const kinds = {
  added: { word: "Added", look: "bg-success-soft text-success" },
  removed: { word: "Removed", look: "bg-failure-soft text-failure" },
  changed: { word: "Changed", look: "bg-warning-soft text-warning" },
} as const;

const shownAtMost = 200;

/** What another definition changes, in words, and which flows would not run with it. */
export function ChangesList({ comparison: { changes, flows } }: { comparison: DefinitionComparison }) {
  return (
    <div className="flex flex-col gap-4">
      {flows.length > 0 && (
        <section aria-label="Flows that it breaks" className="rounded-md bg-failure-soft px-4 py-3">
          <p className="flex items-center gap-2 font-medium">
            <Icon of={TriangleAlert} size={15} className="text-failure" />
            {plural(flows.length, "flow")} would not run with it
          </p>
          <ul className="mt-1 flex flex-col gap-2">
            {flows.map(({ id, name, problems }) => (
              <li key={id}>
                <Link to="/flows/$flowId" params={{ flowId: id }} className="font-medium underline underline-offset-2">
                  <bdi>{name}</bdi>
                </Link>
                <ul className="text-ink-2">
                  {problems.map((problem) => (
                    <li key={problem}>{problem}</li>
                  ))}
                </ul>
              </li>
            ))}
          </ul>
        </section>
      )}
      {changes.length === 0 ? (
        <p className="text-ink-2">No differences from the saved version.</p>
      ) : (
        <ul className="flex flex-col">
          {changes.slice(0, shownAtMost).map(({ kind, what, says }) => (
            <li key={`${kind} ${what} ${says}`} className="flex items-baseline gap-3 border-b border-line py-1.5">
              <span className={cx("w-20 shrink-0 rounded-sm px-1.5 text-center text-meta", kinds[kind].look)}>{kinds[kind].word}</span>
              <span className="min-w-0 flex-1">{says}</span>
            </li>
          ))}
        </ul>
      )}
      {changes.length > shownAtMost && <p className="text-ink-3">and {changes.length - shownAtMost} more changes</p>}
    </div>
  );
}
