import { capital } from "#kernel/words.ts";
import { cx } from "../../../lib/cx.ts";
import type { SyncProblem } from "./edits.ts";

/** What is wrong with a part of the sync, beneath that part. */
export function ProblemLines({ problems }: { problems: readonly SyncProblem[] }) {
  if (problems.length === 0) return null;
  return (
    <ul className="flex flex-col gap-0.5 text-meta">
      {problems.map(({ field, problem, level }) => (
        <li key={`${field} ${problem}`} className={cx(level === "error" ? "text-failure" : "text-warning")}>
          {capital(problem)}
        </li>
      ))}
    </ul>
  );
}
