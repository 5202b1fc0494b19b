import { parseDuration } from "#kernel/durations.ts";
import { MillraceError } from "#kernel/errors.ts";
import { didYouMean } from "../mapping/nearest.ts";
import type { FlowKnowledge } from "./knowledge.ts";
import type { FlowProblem } from "./read-shape.ts";

/** Notes what a checked reading refuses, under the place it was written at. */
export function attempt(at: string, problems: FlowProblem[], work: () => void): void {
  try {
    work();
  } catch (thrown) {
    if (!(thrown instanceof MillraceError)) throw thrown;
    problems.push({ at, problem: typeof thrown.details.problem === "string" ? thrown.details.problem : thrown.message });
  }
}

/** A length of time as people write it, within its bounds; `words` tell the bounds. */
export function checkDuration(
  text: string,
  at: string,
  { least = 0, most = Infinity, words }: { least?: number; most?: number; words: string },
  problems: FlowProblem[],
): void {
  attempt(at, problems, () => {
    const ms = parseDuration(text, at);
    if (ms < least || ms > most) problems.push({ at, problem: words });
  });
}

/** The app of a trigger or a step; a problem where there is none. */
export function checkApp(id: string, at: string, knowledge: FlowKnowledge, problems: FlowProblem[]): ReturnType<FlowKnowledge["app"]> {
  const app = knowledge.app(id);
  if (!app) problems.push({ at: `${at}.app`, problem: `there is no app '${id}'${didYouMean(id, knowledge.apps?.() ?? [])}` });
  return app;
}
