import { createServer } from "node:http";
import type { AddressInfo, LookupFunction } from "node:net";
import { expect, test } from "vitest";
import { systemClock } from "#kernel/clock.ts";
import { MillraceError } from "#kernel/errors.ts";
import { silentLog } from "#kernel/log.ts";
import { createOutbound, quotaKey } from "./client.ts";
import { createGovernor } from "./governor.ts";
import { createTransport } from "./transport.ts";
import type { Exchange, OutboundCall } from "./types.ts";

/** Nothing that was not sent is shown as a request. Every way in which a call can end before it leaves, and for comparison some after. */

const lookups: Record<string, LookupFunction> = {
  unknown: (_, __, done) => done(Object.assign(new Error("no"), { code: "ENOTFOUND" }), ""),
  inside: (_, options, done) => (options.all ? done(null, [{ address: "10.0.0.1", family: 4 }]) : done(null, "10.0.0.1", 4)),
};
const login = () =>
  Promise.reject(new MillraceError("CONNECTION_REVOKED", { details: { app: "X", connection: "n", outcome: "not_sent" } }));
const call = (url: string, more: Partial<OutboundCall> = {}): OutboundCall => ({
  connection: { id: "c", workspaceId: "w", name: "n", app: "http" },
  app: { id: "http", title: "HTTP", refusals: [] },
  operation: { id: "http.x", effect: "create" },
  open: true,
  lane: "live",
  request: { method: "POST", url, headers: {}, body: "{}" },
  ...more,
});
const quota = { id: "http", title: "HTTP", refusals: [], quota: { burst: { limit: 1, windowMs: 60_000 } } };

async function exchangeOf(
  request: (port: number) => OutboundCall,
  lookup?: LookupFunction,
  allow: string[] = [],
): Promise<Exchange | undefined> {
  const server = createServer((incoming, answer) =>
    incoming.url === "/cut" ? incoming.socket.destroy() : answer.writeHead(500).end("no"),
  );
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const transport = createTransport({ clock: systemClock, allowPrivateHosts: [`127.0.0.1:${port}`, ...allow], ...(lookup && { lookup }) });
  const governor = createGovernor();
  const { connection } = request(port);
  governor.take(quotaKey(quota, connection), quota.quota, "live", systemClock.now());
  const parts = { clock: systemClock, governor, log: silentLog, allowPrivateHosts: [], transport, timeoutMs: 2_000 };
  const outbound = createOutbound({ ...parts, authorizer: { authorize: login, renew: login } });
  try {
    const error = await outbound.send(request(port)).then(
      () => Promise.reject(new Error("expected a failure")),
      (thrown: MillraceError) => thrown,
    );
    return error.details["exchange"] as Exchange | undefined;
  } finally {
    await transport.close();
    server.closeAllConnections();
    server.close();
  }
}

const none = { notSent: true, durationMs: 0, error: "no request was made" };

test.each<[string, (port: number) => OutboundCall, LookupFunction?, string[]?]>([
  ["a private address", () => call("http://10.0.0.1/hook")],
  ["a name that leads to one", () => call("http://inside.example.com/"), lookups["inside"]],
  ["a name nobody knows", () => call("http://unknown.example.com/"), lookups["unknown"]],
  ["a port where nothing listens", () => call("http://127.0.0.1:9/"), undefined, ["127.0.0.1:9"]],
  ["an address that is none", () => call("nonsense")],
  [
    "a header that cannot be sent",
    (port) =>
      call(`http://127.0.0.1:${port}/`, { request: { method: "POST", url: `http://127.0.0.1:${port}/`, headers: { "x-a": "a\r\nb" } } }),
  ],
  ["a write of a dry run", (port) => call(`http://127.0.0.1:${port}/`, { dry: true })],
  ["a budget that is used up", (port) => call(`http://127.0.0.1:${port}/`, { app: quota, claim: "run/step" })],
  ["a login that is gone", (port) => call(`http://127.0.0.1:${port}/`, { open: false })],
  ["a secret address nobody gave", () => call("secret-url:survey")],
  ["a call that was called off", (port) => call(`http://127.0.0.1:${port}/`, { signal: AbortSignal.abort() })],
])("%s: no request, or one that is marked as never sent and says why", async (_, request, lookup, allow) => {
  const exchange = await exchangeOf(request, lookup, allow);
  expect(exchange ?? none).toMatchObject({ notSent: true, durationMs: 0, error: expect.stringMatching(/\w/) as string });
});

test.each<[string, (port: number) => OutboundCall]>([
  ["a refusal", (port) => call(`http://127.0.0.1:${port}/`)],
  ["a connection that broke after it", (port) => call(`http://127.0.0.1:${port}/cut`)],
])("%s: it was sent, and is not marked", async (_, request) => {
  const exchange = await exchangeOf(request);
  expect(exchange).toBeDefined();
  expect(exchange).not.toHaveProperty("notSent");
});
