// Runs commands as named stages: one line each with its time, the output only of those that failed, and a true exit code.
// A stage is stopped for what it does, not for how long it takes: a busy machine makes no check red.
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { treeOf } from "./work.mjs";

/** Seconds of the processor a stage may use, and seconds in which it may do next to nothing. A test that hangs is named by vitest before. */
const usualLimits = { workS: 600, quietS: 240 };
/** Seconds of the processor that count as next to nothing. A process that has to share with two hundred others gets more. */
const quietWorkS = 1;
const lookS = 0.5;

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

async function runStage({ title, command, args, env = {}, tests = false, ...limits }) {
  const folder = mkdtempSync(join(tmpdir(), "millrace-stage-"));
  const report = join(folder, "report.json");
  const extra = tests ? ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`] : [];
  const started = Date.now();
  const { code, output, workS } = await run(command, [...args, ...extra], env, { ...usualLimits, ...limits });
  const counts = tests ? readCounts(report) : null;
  rmSync(folder, { recursive: true, force: true });
  return { title, output, workS, seconds: (Date.now() - started) / 1000, ...settle(code, counts) };
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

function run(command, args, env, limits) {
  return new Promise((resolve) => {
    // A group of its own, so that a stage over its limit is ended with everything it started.
    const child = spawn(command, args, {
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, NO_COLOR: "1", FORCE_COLOR: undefined, ...env },
    });
    const parts = [];
    child.stdout.on("data", (part) => parts.push(part));
    child.stderr.on("data", (part) => parts.push(part));
    const watch = watchWork(child.pid, limits, (reason) => parts.push(Buffer.from(`\nStopped: ${reason}.\n`)));
    child.on("error", (error) => parts.push(Buffer.from(`${error.message}\n`)));
    child.on("close", (code) => {
      const workS = watch.end();
      resolve({ code: code ?? 1, workS, output: Buffer.concat(parts).toString() });
    });
  });
}

/**
 * Looks again and again at what a tree of processes has worked, and ends it when that is too much, or nothing for too long. Quiet seconds
 * are counted by looks, so that a machine that slept, or had no time for this one either, is not taken for a stage that hangs.
 */
function watchWork(pid, { workS, quietS }, onStop) {
  let worked = 0;
  let workedBefore = 0;
  let quietLooks = 0;
  const look = () => {
    const { pids, seconds } = treeOf(pid);
    if (seconds === null) return;
    worked = Math.max(worked, seconds);
    quietLooks++;
    if (worked - workedBefore > quietWorkS) [workedBefore, quietLooks] = [worked, 0];
    const tooMuch = worked > workS && `more than ${workS} s of the processor`;
    const tooQuiet = quietLooks * lookS > quietS && `next to nothing done for ${quietS} s`;
    if (!tooMuch && !tooQuiet) return;
    onStop(tooMuch || tooQuiet);
    endAll(pids);
  };
  const timer = setInterval(() => pid && look(), lookS * 1000);
  return {
    end() {
      clearInterval(timer);
      return worked;
    },
  };
}

/** Some of them lead groups of their own, as a browser does. */
function endAll(pids) {
  for (const pid of pids)
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // It ended meanwhile.
    }
}

function report(stage, { passed, failed, seconds, workS, output }) {
  const counts = stage.tests ? `  ${passed} passed${failed ? `, ${failed} failed` : ""}` : "";
  process.stdout.write(
    `${failed ? "FAIL" : "ok  "}  ${stage.title.padEnd(34)} ${seconds.toFixed(1).padStart(6)} s  (${workS.toFixed(0)} s of work)${counts}\n`,
  );
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
