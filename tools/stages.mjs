// Runs commands as named stages: one line each with its time, the output only of those that failed, and a true exit code.
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A command of node_modules/.bin, or of Node itself. `tests` is true for one that runs vitest. */
export const bin = (name, ...args) => ({ command: join("node_modules", ".bin", name), args });
export const node = (...args) => ({ command: process.execPath, args });
export const vitest = (...projects) => ({ ...bin("vitest", "run", ...projects.flatMap((p) => ["--project", p])), tests: true });

/** Runs the stages, `atOnce` of them side by side. Resolves with the counts; a stage that is not a test run counts as one. */
export async function runStages(stages, { atOnce = 1 } = {}) {
  const waiting = [...stages];
  const total = { passed: 0, failed: 0, failures: [] };
  const lane = async () => {
    for (let stage = waiting.shift(); stage; stage = waiting.shift()) {
      const result = await runStage(stage);
      report(stage, result);
      total.passed += result.passed;
      total.failed += result.failed;
      total.failures.push(...result.failures.map((name) => `${stage.title}: ${name}`));
    }
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
  return total;
}

async function runStage({ title, command, args, tests = false, limitS = 300 }) {
  const folder = mkdtempSync(join(tmpdir(), "millrace-stage-"));
  const report = join(folder, "report.json");
  const extra = tests ? ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`] : [];
  const started = Date.now();
  const { code, output } = await run(command, [...args, ...extra], limitS * 1000);
  const counts = tests ? readCounts(report) : null;
  rmSync(folder, { recursive: true, force: true });
  return { title, output, seconds: (Date.now() - started) / 1000, ...settle(code, counts) };
}

/** A test run that ended badly without a failed test (a crash, a time limit, no report) is a failure all the same. */
function settle(code, counts) {
  if (!counts) return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, failures: [] };
  return { ...counts, failed: code === 0 ? counts.failed : Math.max(1, counts.failed) };
}

function readCounts(file) {
  try {
    const { numPassedTests, numFailedTests, testResults } = JSON.parse(readFileSync(file, "utf8"));
    const failures = testResults.flatMap(({ assertionResults }) => assertionResults.filter(({ status }) => status === "failed"));
    return { passed: numPassedTests, failed: numFailedTests, failures: failures.map(({ fullName }) => fullName) };
  } catch {
    return { passed: 0, failed: 1, failures: ["no report was written"] };
  }
}

function run(command, args, limitMs) {
  return new Promise((resolve) => {
    // A group of its own, so that a stage over its time is ended with everything it started.
    const child = spawn(command, args, {
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, NO_COLOR: "1", FORCE_COLOR: undefined },
    });
    const parts = [];
    child.stdout.on("data", (part) => parts.push(part));
    child.stderr.on("data", (part) => parts.push(part));
    const timer = setTimeout(() => {
      parts.push(Buffer.from(`\nStopped: longer than ${limitMs / 1000} s.\n`));
      if (child.pid) process.kill(-child.pid, "SIGKILL");
    }, limitMs);
    child.on("error", (error) => parts.push(Buffer.from(`${error.message}\n`)));
    child.on("close", (code) => {
      clearTimeout(timer);
      resolve({ code: code ?? 1, output: Buffer.concat(parts).toString() });
    });
  });
}

function report(stage, { passed, failed, seconds, output }) {
  const counts = stage.tests ? `  ${passed} passed${failed ? `, ${failed} failed` : ""}` : "";
  process.stdout.write(`${failed ? "FAIL" : "ok  "}  ${stage.title.padEnd(34)} ${seconds.toFixed(1).padStart(6)} s${counts}\n`);
  if (failed) process.stdout.write(`\n${withoutPassed(output).trim()}\n\n`);
}

/** What a test run printed, without the lines of the tests that passed: whoever reads a log is after the others. */
const withoutPassed = (output) =>
  output
    .split("\n")
    .filter((line) => !/^\s*✓/.test(line))
    .join("\n");

/** The failed tests by name, and the last line, which people and scripts read. */
export function finish({ passed, failed, failures }) {
  for (const name of failures) process.stdout.write(`failed  ${name}\n`);
  process.stdout.write(`${passed} passed, ${failed} failed\n`);
  process.exitCode = failed === 0 ? 0 : 1;
}
