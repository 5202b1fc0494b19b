// `npm test`: everything, on a machine with nothing but Node. The last line is `N passed, N failed`.
import { fileURLToPath } from "node:url";
import { checks, triedWith } from "./check.mjs";
import { finish, node, runStages, vitest } from "./stages.mjs";

process.chdir(fileURLToPath(new URL("..", import.meta.url)));

/** A test that hangs while a whole product waits beside it is ended and named by vitest after a quarter of an hour, and only then by this. */
const quietS = 1200;

/** Half of the trials of each property (`test/support/trials.ts`): each run draws other cases. */
const trials = 0.5;

const checked = await runStages(checks({ trials }), { atOnce: 2 });
const built = await runStages([
  { title: "build", ...node("tools/build.mjs") },
  { title: "tests with files and ports", ...vitest("it"), env: triedWith(trials), workS: 2400, quietS },
]);
// Side by side, each one file at a time: those with faults mostly wait, for starts, retries and ends of outages.
const driven = await runStages(
  [
    { title: "tests in a browser", ...vitest("e2e"), workS: 1800, quietS },
    { title: "tests with faults", ...vitest("faults"), workS: 2400, quietS },
  ],
  { atOnce: 2 },
);
finish(sum([checked, built, driven]));

function sum(totals) {
  return {
    passed: totals.reduce((all, { passed }) => all + passed, 0),
    failed: totals.reduce((all, { failed }) => all + failed, 0),
    failures: totals.flatMap(({ failures }) => failures),
  };
}
