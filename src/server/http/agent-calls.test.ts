import { afterEach, beforeEach, expect, test } from "vitest";
import { agentHeader, apiPrefix } from "#api/addresses.ts";
import { asAgent, ownerOf } from "#api/principal.ts";
import { isAgentActor, keyOfActor } from "#kernel/actors.ts";
import { openServer } from "#test/fakes/server.ts";

let house: Awaited<ReturnType<typeof openServer>>;
beforeEach(async () => void (house = await openServer()));
afterEach(() => house.close());

test("a call that a program makes for an agent is an agent's, though it comes with the API key", async () => {
  const call = async (url: string, method: "GET" | "POST", payload?: object, headers = {}) =>
    (
      await house.app.inject({
        method,
        url: apiPrefix + url,
        headers: { authorization: `Bearer ${house.key}`, ...headers },
        ...(payload && { payload }),
      })
    ).json();
  const flow = (name: string) => ({ name, trigger: { app: "app", operation: "hook" }, steps: [] });
  await call("/flows", "POST", flow("By a program"));
  await call("/flows", "POST", flow("By an agent"), { [agentHeader]: "mcp" });
  const { changes } = await call("/changes", "GET");
  const byName = new Map(changes.map(({ name, by }: { name: string; by: string }) => [name, by]));
  expect(byName.get("By a program")).toMatch(/^key:/);
  expect(byName.get("By an agent")).toBe(`agent-${byName.get("By a program")}`);
});

test("an agent with a key is one in all rules, and is still the key that it came with", () => {
  const agent = asAgent(ownerOf("w", "key:k"));
  expect([isAgentActor(agent.by), agent.agent, keyOfActor(agent.by)]).toEqual([true, { acts: true }, "key:k"]);
  const person = ownerOf("w", "account:a");
  expect(asAgent(person)).toBe(person);
});
