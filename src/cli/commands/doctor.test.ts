import { expect, test } from "vitest";
import { TestClock } from "#kernel/clock.ts";
import { errorAnswer, runCli } from "#test/fakes/terminal.ts";

const env = { MILLRACE_URL: "https://millrace.example.com" };
const healthz = (at: number) => new Response("{}", { headers: { date: new Date(at).toUTCString() } });
const answers = (more: Record<string, unknown> = {}) => ({
  "GET /overview": { version: "1.2.3", attention: 0, outages: [], warnings: [] },
  "GET /healthz": healthz(new TestClock().now()),
  "GET /connections": { connections: [{ name: "acme", status: "connected" }] },
  ...more,
});

test("doctor asks a Millrace elsewhere, and looks at nothing of this machine", async () => {
  const { out, code } = await runCli(["doctor"], { env, answers: answers() });
  expect(out).toBe(
    "OK            API: https://millrace.example.com answers, version 1.2.3\n" +
      "OK            clock: agrees with the server's\n" +
      "OK            runs: none needs attention\n" +
      "OK            connection 'acme': connected\n",
  );
  expect(code).toBe(0);
});

test("doctor ends with 1 over a broken connection, and says what to do", async () => {
  const connections = [
    { name: "acme", status: "broken", reason: "HighLevel refused the login." },
    { name: "b", status: "paused", reason: "The sub-account is not active." },
  ];
  const { out, code } = await runCli(["doctor"], {
    env,
    answers: answers({
      "GET /connections": { connections },
      "GET /overview": { version: "1", attention: 1, outages: [], warnings: ["The clock is 3 days ahead."] },
    }),
  });
  expect(out).toContain(
    "LOOK AT THIS  connection 'acme': HighLevel refused the login; give it a new login: millrace connect replace-secret acme",
  );
  expect(out).toContain("look at this  connection 'b': The sub-account is not active");
  expect(out).toContain("look at this  store and clock: The clock is 3 days ahead.");
  expect(out).toContain("look at this  runs: 1 run needs attention: millrace run list --attention");
  expect(code).toBe(1);
});

test("doctor names a system that does not answer", async () => {
  const now = new TestClock().now();
  const outage = {
    host: "services.example.com",
    app: "HighLevel",
    since: now - 60_000,
    reason: "HighLevel answered 500",
    nextTryAt: null,
    waiting: 6,
  };
  const overview = { version: "1", attention: 0, outages: [outage], warnings: [] };
  const { out, code } = await runCli(["doctor"], { env, answers: answers({ "GET /overview": overview }) });
  expect(out).toMatch(/look at this {2}services\.example\.com: HighLevel has answered 500 since .+; 6 runs wait, nothing is lost/);
  expect(code).toBe(0);
});

test("doctor sees two clocks that disagree", async () => {
  const { out } = await runCli(["doctor"], { env, answers: answers({ "GET /healthz": healthz(new TestClock().now() - 90_000) }) });
  expect(out).toContain("look at this  clock: differs from the server's by 90 s");
});

test("doctor --json is a list of findings", async () => {
  const { out } = await runCli(["doctor", "--json"], {
    env,
    answers: answers({ "GET /overview": errorAnswer("NOT_SIGNED_IN", "no", 401) }),
  });
  expect(JSON.parse(out)).toMatchObject([{ state: "bad", what: "API", says: expect.stringContaining("set MILLRACE_API_KEY") as string }]);
});
