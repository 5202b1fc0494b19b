import { defineConfig } from "vitest/config";

// Two cores are what a small machine has. More workers than cores make the timings of the fault tests lie.
const cores = 2;
/** Ends what hangs, and measures nothing: a test that takes milliseconds takes seconds on a machine that is busy. */
const hangsMs = 120_000;
/** The same where a test takes a minute, and others share the machine. */
const slowlyHangsMs = 900_000;
const slow = ["**/*.it.test.ts", "**/*.e2e.test.ts", "test/faults/**", "test/e2e/**", "test/guides/**"];

/**
 * `fast`, `tools` and `web` run on every check: pure, no port, no file beyond the temporary folder.
 * `it` opens files and ports; `faults` starts, kills and starves real processes; `e2e` drives a browser. The last two need a build.
 */
export default defineConfig({
  test: {
    maxWorkers: cores,
    reporters: ["default"],
    projects: [
      {
        test: {
          name: "fast",
          include: ["src/**/*.test.ts", "test/**/*.test.ts", "tools/**/*.test.ts"],
          exclude: slow,
          pool: "threads",
          // They are pure, so they may share what they import: half the time. One that fails only beside others is not pure.
          isolate: false,
          testTimeout: hangsMs,
        },
      },
      {
        test: {
          name: "web",
          root: "web",
          include: ["src/**/*.test.{ts,tsx}"],
          pool: "threads",
          // What needs a page asks for one in its first line (`@vitest-environment happy-dom`): a page for each file is most of the time.
          isolate: false,
          testTimeout: hangsMs,
        },
      },
      {
        test: {
          name: "it",
          include: ["src/**/*.it.test.ts", "test/**/*.it.test.ts"],
          exclude: ["test/faults/**", "test/e2e/**", "test/guides/**"],
          globalSetup: ["test/support/postgres/global-setup.ts"],
          pool: "forks",
          testTimeout: slowlyHangsMs,
          hookTimeout: slowlyHangsMs,
        },
      },
      {
        test: {
          name: "faults",
          include: ["test/faults/**/*.it.test.ts"],
          pool: "forks",
          fileParallelism: false,
          testTimeout: slowlyHangsMs,
          hookTimeout: slowlyHangsMs,
        },
      },
      {
        test: {
          name: "e2e",
          include: ["test/e2e/**/*.it.test.ts", "test/guides/**/*.it.test.ts"],
          pool: "forks",
          fileParallelism: false,
          testTimeout: slowlyHangsMs,
          hookTimeout: slowlyHangsMs,
        },
      },
    ],
  },
});
