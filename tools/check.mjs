// `npm run check`: format, lint with import directions and cycles, types, unused code, fast tests. What to run before each commit.
import { fileURLToPath } from "node:url";
import { bin, finish, runStages, vitest } from "./stages.mjs";

/** Checks the types of a project. What it found of files that have not changed since is kept, and so costs nothing again. */
const types = (project) => {
  const kept = `node_modules/.cache/millrace/types-${project === "." ? "all" : project}.json`;
  return bin("tsc", "-p", project, "--noEmit", "--incremental", "--tsBuildInfoFile", kept);
};

/** Properties are tried with this share of their trials, unless somebody asked for another. */
export const triedWith = (share) => ({ MILLRACE_TRIALS: process.env.MILLRACE_TRIALS ?? String(share) });

/** Quick stages first; two at once is what two cores carry. Properties are tried with a share of their trials (`test/support/trials.ts`). */
export const checks = ({ trials }) => [
  { title: "format", ...bin("oxfmt", "--check") },
  { title: "lint, import directions, cycles", ...bin("oxlint") },
  { title: "types", ...types(".") },
  { title: "types of the web app", ...types("web") },
  { title: "unused code", ...bin("knip", "--no-progress") },
  { title: "fast tests", ...vitest("fast", "web"), env: triedWith(trials) },
];

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.chdir(fileURLToPath(new URL("..", import.meta.url)));
  finish(await runStages(checks({ trials: 0.25 }), { atOnce: 2 }));
}
