/** Run in the copy where docs/add-a-login-kind.md was followed. */
import { expect, test } from "vitest";
import { appDefinition, type AppView } from "#api/schemas.ts";
import { TestClock } from "#kernel/clock.ts";
import { silentLog } from "#kernel/log.ts";
import { createOutbound } from "#outbound/client.ts";
import { createGovernor } from "#outbound/governor.ts";
import { fakeDispatcher } from "#test/fakes/dispatcher.ts";
import { openServer, withKey } from "#test/fakes/server.ts";
import { runCli } from "#test/fakes/terminal.ts";
import { memoryVaultStore } from "#test/fakes/vault-store.ts";
import { createAuthorizer } from "#vault/authorizer.ts";
import { createSealer } from "#vault/seal.ts";
import type { LoginApp } from "#vault/types.ts";
import { createVault } from "#vault/vault.ts";

const definition = {
  title: "Helpdesk",
  baseUrl: "https://helpdesk.example.com",
  auth: [{ kind: "cookie", title: "Session cookie", cookie: "sid" }],
};
const session = "c00kie-of-ada-lovelace";

/** A vault and the calls that log in from it, to a system that answers with what it was sent. */
function openCalls() {
  const clock = new TestClock();
  const app: LoginApp = { id: "helpdesk", baseUrl: "", ...appDefinition.parse(definition) };
  const parts = {
    store: memoryVaultStore(),
    sealer: createSealer([new Uint8Array(32)]),
    clock,
    log: silentLog,
    catalog: { of: () => ({ app: () => app }) },
  };
  const { dispatcher, sent } = fakeDispatcher(({ headers }) => ({ body: { said: headers["cookie"]?.replace("sid=", "") } }));
  const authorizer = createAuthorizer({ ...parts, post: () => Promise.reject(new Error("nothing to renew")) });
  const outbound = createOutbound({
    clock,
    governor: createGovernor(),
    log: silentLog,
    allowPrivateHosts: [],
    dispatcher,
    timeoutMs: 1000,
    authorizer,
  });
  return { vault: createVault(parts), outbound, sent };
}
const connection = (secret: Record<string, string>) => ({ name: "desk", app: "helpdesk", auth: "cookie" as never, secret });

test("a login kind: its login is sealed, sent with each request, and masked in the answer", async () => {
  const { vault, outbound, sent } = openCalls();
  const desk = await vault.connect("w", connection({ session: ` ${session}\n` }));
  const reply = await outbound.send({
    connection: desk,
    app: { id: "helpdesk", title: "Helpdesk", refusals: [] },
    operation: { id: "tickets.list", effect: "read" },
    lane: "live",
    request: { method: "GET", url: "https://helpdesk.example.com/tickets", headers: {} },
  });
  expect(sent[0]!.headers["cookie"]).toBe(`sid=${session}`);
  expect(JSON.stringify([desk, reply.exchange])).not.toContain(session);
});

test.each([
  [{}, "secret.session"],
  [{ session: "a\nb" }, "secret.session"],
  [{ session: "a", token: "b" }, "secret.token"],
])("a login kind: the secret %o is refused at its field", async (secret, field) => {
  await expect(openCalls().vault.connect("w", connection(secret as Record<string, string>))).rejects.toMatchObject({ details: { field } });
});

test("a login kind: apps may name it, and its form is in the list of apps", async () => {
  const { app, key } = await openServer();
  const headers = withKey(key);
  const url = "/api/v1/apps/helpdesk";
  expect(
    (await app.inject({ method: "PUT", url, headers, payload: { ...definition, auth: [{ kind: "cookie", title: "Cookie" }] } })).json(),
  ).toMatchObject({
    error: { details: { field: "auth.0.cookie" } },
  });
  expect((await app.inject({ method: "PUT", url, headers, payload: definition })).statusCode).toBe(200);
  const { logins } = (await app.inject({ url, headers })).json<AppView>();
  expect(logins).toEqual([
    {
      kind: "cookie",
      title: "Session cookie",
      fields: [{ name: "session", in: "secret", label: "Value of the cookie", required: true }],
      consent: null,
    },
  ]);
});

test("a login kind: the command line offers it", async () => {
  const { err } = await runCli(["connect", "add", "x", "--auth", "magic"]);
  expect(err).toContain("cookie");
});
