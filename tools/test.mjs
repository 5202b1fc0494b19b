// `npm test`: everything, on a machine with nothing but Node. The last line is `N passed, N failed`.
import { fileURLToPath } from "node:url";
import { checks } from "./check.mjs";
import { finish, node, runStages, vitest } from "./stages.mjs";

process.chdir(fileURLToPath(new URL("..", import.meta.url)));

const checked = await runStages(checks({ trials: 1 }), { atOnce: 2 });
// One after the other: these measure and kill real processes, and a neighbour would be in their way.
const built = await runStages([
  { title: "build", ...node("tools/build.mjs") },
  { title: "tests with files and ports", ...vitest("it"), workS: 2400 },
  { title: "tests in a browser", ...vitest("e2e"), workS: 1800 },
  { title: "tests with faults", ...vitest("faults"), workS: 2400 },
]);
finish({
  passed: checked.passed + built.passed,
  failed: checked.failed + built.failed,
  failures: [...checked.failures, ...built.failures],
});
