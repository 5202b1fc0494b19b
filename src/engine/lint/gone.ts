import type { LintFinding } from "../types/lint.ts";
import type { Place } from "./spots.ts";
import type { LintReader } from "./types.ts";

/** What a place names and its app does not have any more: an app of the workspace was changed under the flow. */
export function goneFindings({ at, step, app, operation }: Place, reader: LintReader): LintFinding[] {
  const what = step === null ? "trigger" : "operation";
  const gone = reader.gone(app, operation, what);
  if (gone === null) return [];
  const finding = { level: "error" as const, step, field: null };
  if (gone === "app")
    return [{ ...finding, at: `${at}.app`, problem: `there is no app '${app}'`, fix: "Define the app again, or name another one here." }];
  const problem = `${reader.app(app)?.title ?? app} has no ${what} '${operation}' any more`;
  return [{ ...finding, at: `${at}.operation`, problem, fix: "Put it back into the app's definition, or name another one here." }];
}
