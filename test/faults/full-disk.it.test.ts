/** The disk fills up while events come in. The file size limit of the process stands in for the disk: it needs no mount and no root. */
import { execFileSync } from "node:child_process";
import { afterEach, expect, test } from "vitest";
import { installFlow, millraceProcess, openRuns, post, runsOf, until, type MillraceProcess } from "#test/support/millrace.ts";

const limited = hasPrlimit();
let millrace: MillraceProcess | undefined;

afterEach(async () => {
  await millrace?.remove();
});

// Without prlimit (outside Linux) there is no way to take space from a process and give it back.
test.runIf(limited)(
  "a full disk: hooks answer 429 with Retry-After and /readyz 503, nothing acknowledged is lost, and it recovers by itself",
  async () => {
    const process = await millraceProcess();
    millrace = process;
    await process.start();
    const flow = await installFlow(process, {
      name: "Keeps",
      trigger: { app: "http", operation: "webhook", key: "{{ trigger.id }}" },
      steps: [{ id: "kept", format: { id: "{{ trigger.id }}" } }],
    });
    const filling = "x".repeat(20_000);
    const send = async (id: string) => ({ id, ...(await post(flow.hookUrl, { id, filling })) });

    limitFiles(process, 3 * 1024 * 1024);
    const acknowledged: string[] = [];
    let refused: Awaited<ReturnType<typeof send>> | undefined;
    for (let i = 0; i < 1000 && !refused; i++) {
      const reply = await send(`e${i}`);
      if (reply.status === 202) acknowledged.push(reply.id);
      else refused = reply;
    }
    expect(refused).toMatchObject({ status: 429 });
    expect(Number(refused!.retryAfter)).toBeGreaterThan(0);
    await until("/readyz says 503", 15_000, async () => (await status(process, "/readyz")) === 503);
    expect(await status(process, "/healthz")).toBe(200);

    limitFiles(process, "unlimited");
    await until("/readyz says 200 again", 15_000, async () => (await status(process, "/readyz")) === 200);
    expect((await send("after")).status).toBe(202);
    await until("every run reaches its end", 30_000, async () => (await openRuns(process)) === 0);
    const counts = await process.api<{ runs: Record<string, number> }>("GET", "/overview");
    expect(counts.runs["succeeded"]).toBe(acknowledged.length + 1);
    expect(await runsOf(process, "&attention=true")).toEqual([]);
  },
);

/** The signal that would end a process over its limit is ignored by Node, so that writing fails as on a full disk. */
function limitFiles({ pid }: MillraceProcess, bytes: number | "unlimited"): void {
  execFileSync("prlimit", ["--pid", String(pid), `--fsize=${bytes}:unlimited`]);
}

function hasPrlimit(): boolean {
  try {
    execFileSync("prlimit", ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

const status = async ({ origin }: MillraceProcess, path: string) => (await fetch(origin + path)).status;
