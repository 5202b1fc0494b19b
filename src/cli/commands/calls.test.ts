import { expect, test } from "vitest";
import { TestClock } from "#kernel/clock.ts";
import type { CallView } from "#api/schemas.ts";
import { runCli } from "#test/fakes/terminal.ts";

const now = new TestClock().now();
const call = (more: Partial<CallView> = {}): CallView => ({
  seq: 9,
  at: now - 60_000,
  durationMs: 41,
  connection: { id: "con_1", name: "acme" },
  app: "highlevel",
  operation: "contacts.get",
  title: "Get a contact",
  method: "GET",
  address: "https://services.example/contacts/{contactId}",
  status: 200,
  error: null,
  purpose: "run",
  by: null,
  who: "The flow 'Leads'",
  flow: { id: "flow_1", name: "Leads" },
  run: "run_1",
  step: "find",
  person: "ada@example.com",
  ...more,
});

test("calls shows which login was used for which call, by whom and with what answer", async () => {
  const direct = call({ status: null, error: "TIMED_OUT", purpose: "direct", run: null, flow: null, person: null, who: "Ana" });
  const { out } = await runCli(["calls"], { answers: { "GET /calls": { calls: [call(), direct], next: null } } });
  expect(out.split("\n").map((line) => line.trimEnd())).toEqual([
    "WHEN       LOGIN  CALL               ANSWER                 MS  FOR          WHO               ABOUT",
    "1 min ago  acme   GET Get a contact  200                    41  run_1        The flow 'Leads'  ada@example.com",
    "1 min ago  acme   GET Get a contact  no answer (TIMED_OUT)  41  direct call  Ana",
    "",
  ]);
});

test("calls asks for the part that is wanted, and writes all of it as a file", async () => {
  const answers = { "GET /calls": { calls: [call({ address: "=1+1" })], next: null } };
  const { asked } = await runCli(["calls", "--connection", "acme", "--failed", "--since", "1h", "--limit", "5", "--json"], { answers });
  expect(asked.map(({ path }) => path)).toEqual([`/calls?limit=5&connection=acme&from=${now - 3_600_000}&failed=true`]);
  const { out } = await runCli(["calls", "--run", "run_1", "--export", "csv"], { answers });
  expect(out.split("\r\n")[0]).toContain('"number","time (UTC)","login"');
  expect(out).toContain(`"'=1+1"`);
  expect((await runCli(["calls", "--limit", "501"])).code).toBe(2);
});
