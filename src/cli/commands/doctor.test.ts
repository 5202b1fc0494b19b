import { expect, test } from "vitest";
import { TestClock } from "#kernel/clock.ts";
import type { HealthFinding } from "#api/schemas.ts";
import { errorAnswer, runCli } from "#test/fakes/terminal.ts";

const env = { MILLRACE_URL: "https://millrace.example.com" };
const healthz = (at: number) => new Response("{}", { headers: { date: new Date(at).toUTCString() } });
const answers = ({
  machine = [] as HealthFinding[],
  workspace = [] as HealthFinding[],
  ...more
}: Record<string, unknown> & { machine?: HealthFinding[]; workspace?: HealthFinding[] } = {}) => ({
  "GET /health": { now: 0, version: "1.2.3", machine, workspace },
  "GET /healthz": healthz(new TestClock().now()),
  ...more,
});

test("doctor asks a Millrace elsewhere, and looks at nothing of this machine", async () => {
  const { out, code } = await runCli(["doctor"], {
    env,
    answers: answers({
      machine: [{ state: "ok", what: "disk", says: "9.0 GiB free" }],
      workspace: [{ state: "ok", what: "connection 'acme'", says: "connected" }],
    }),
  });
  expect(out).toBe(
    "OK            API: https://millrace.example.com answers, version 1.2.3\n" +
      "OK            clock: agrees with the server's\n" +
      "OK            disk: 9.0 GiB free\n" +
      "OK            connection 'acme': connected\n",
  );
  expect(code).toBe(0);
});

test("doctor ends with 1 where something does not work, and says what to type", async () => {
  const fix = { command: "millrace connect replace-secret acme", page: { to: "/connections", title: "Open connections" } };
  const workspace: HealthFinding[] = [
    { state: "bad", what: "connection 'acme'", says: "HighLevel refused the login; give it a new login", fix },
    { state: "warn", what: "flow 'A'", says: "paused by Millrace" },
  ];
  const { out, code } = await runCli(["doctor"], { env, answers: answers({ workspace }) });
  expect(out).toContain(
    "look at this  connection 'acme': HighLevel refused the login; give it a new login: millrace connect replace-secret acme\n",
  );
  expect(out).toContain("look at this  flow 'A': paused by Millrace\n");
  expect(code).toBe(1);
});

test("doctor sees two clocks that disagree", async () => {
  const { out } = await runCli(["doctor"], { env, answers: answers({ "GET /healthz": healthz(new TestClock().now() - 90_000) }) });
  expect(out).toContain("look at this  clock: differs from the server's by 90 s");
});

test("doctor --json is a list of findings", async () => {
  const { out } = await runCli(["doctor", "--json"], {
    env,
    answers: answers({ "GET /health": errorAnswer("NOT_SIGNED_IN", "no", 401) }),
  });
  expect(JSON.parse(out)).toMatchObject([{ state: "bad", what: "API", says: expect.stringContaining("set MILLRACE_API_KEY") as string }]);
});
