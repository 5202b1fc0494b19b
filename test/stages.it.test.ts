import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { packageRoot } from "#kernel/root.ts";
import { until } from "./support/millrace.ts";

interface Report {
  code: number;
  printed: string;
}

/** One stage that runs a program of Node, in a process of its own as `npm run check` does it. */
async function stage(program: string, limits: Record<string, number> = {}): Promise<Report> {
  const script = `import { finish, runStages } from "./tools/stages.mjs";
finish(await runStages([{ title: "one", command: process.execPath, args: ["-e", ${JSON.stringify(program)}], ...${JSON.stringify(limits)} }]));`;
  const run = promisify(execFile)(process.execPath, ["--input-type=module", "-e", script], { cwd: packageRoot() });
  return run.then(
    ({ stdout }) => ({ code: 0, printed: stdout }),
    ({ code, stdout }: { code: number; stdout: string }) => ({ code, printed: stdout }),
  );
}

/** Whether a process still runs. One that was killed keeps its number until somebody asks how it ended. */
const runs = async (pid: string): Promise<boolean> =>
  promisify(execFile)("ps", ["-o", "stat=", "-p", pid]).then(
    ({ stdout }) => !stdout.startsWith("Z"),
    () => false,
  );

describe("a stage of a check", () => {
  test("that is well says what it took, and that it passed", async () => {
    const { code, printed } = await stage("console.log('never shown')");
    expect(code).toBe(0);
    expect(printed).toMatch(/^ok {4}one +\d+\.\d s {2}\(\d+ s of work\)\n1 passed, 0 failed\n$/);
  });

  test("that failed shows what it printed, and the whole fails", async () => {
    const { code, printed } = await stage("console.log('what went wrong'); process.exit(3)");
    expect(code).toBe(1);
    expect(printed).toContain("what went wrong");
    expect(printed).toMatch(/0 passed, 1 failed\n$/);
  });

  test("that goes round and round is stopped for its work, with the processes it started", async () => {
    const program = `const { pid } = require("node:child_process").spawn(process.execPath, ["-e", "for (;;);"], { detached: true });
console.log("started " + pid);
setInterval(() => {}, 1000);`;
    const { code, printed } = await stage(program, { workS: 1 });
    expect(code).toBe(1);
    expect(printed).toContain("Stopped: more than 1 s of the processor.");
    const [, pid] = /started (\d+)/.exec(printed)!;
    await until("the process is gone", 10_000, async () => !(await runs(pid!)));
  });

  test("that does nothing any more is stopped for that", async () => {
    const { code, printed } = await stage("setInterval(() => {}, 1000)", { quietS: 2 });
    expect(code).toBe(1);
    expect(printed).toContain("Stopped: next to nothing done for 2 s.");
  });
});
