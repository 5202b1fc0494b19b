import { afterEach, expect, test } from "vitest";
import { MillraceError } from "#kernel/errors.ts";
import { FrontDoor, starting } from "./front-door.ts";

let door: FrontDoor;
afterEach(() => door.close());

async function listening(reason: MillraceError): Promise<string> {
  door = new FrontDoor(reason);
  return `http://127.0.0.1:${await door.listen({ host: "127.0.0.1", port: 0 })}`;
}
const ask = async (url: string, init?: RequestInit) => {
  const reply = await fetch(url, init);
  return { status: reply.status, retryAfter: reply.headers.get("retry-after"), body: (await reply.json()) as unknown };
};

test("a door that is not open yet answers hooks 429, says that it lives, that it is not ready, and 503 to all else", async () => {
  const url = await listening(starting());
  expect(await ask(`${url}/hooks/token1234`, { method: "POST", body: "x".repeat(100_000) })).toMatchObject({
    status: 429,
    retryAfter: "5",
  });
  expect(await ask(`${url}/healthz`)).toMatchObject({ status: 200, body: { ok: true } });
  expect(await ask(`${url}/readyz`)).toMatchObject({
    status: 503,
    body: { ready: false, reason: "Millrace is starting. Try again in 5 s." },
  });
  expect(await ask(`${url}/api/v1/flows`)).toMatchObject({ status: 503, retryAfter: "5", body: { error: { code: "STARTING" } } });
});

test("a door that waits for its operator says so at /healthz too, and still asks senders of events to come again", async () => {
  const url = await listening(new MillraceError("STORE_MISSING", { details: { problem: "gone" } }));
  expect(await ask(`${url}/hooks/token1234`, { method: "POST" })).toMatchObject({ status: 429, retryAfter: "5" });
  for (const path of ["/healthz", "/readyz", "/"]) expect(await ask(url + path)).toMatchObject({ status: 503, retryAfter: null });
});

test("an open door hands everything to the app, and a closing one answers what it has begun", async () => {
  const url = await listening(starting());
  const begun = new Promise<() => void>((resolve) => door.attach((_, res) => resolve(() => void res.end('{"from":"app"}'))));
  door.open();
  const asked = ask(url);
  const finish = await begun;
  const closed = door.close();
  finish();
  expect(await asked).toMatchObject({ status: 200, body: { from: "app" } });
  await closed;
  await expect(fetch(url)).rejects.toThrow();
});
