import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { fromPage, openServer, withKey } from "#test/fakes/server.ts";
import { trials } from "#test/support/trials.ts";

/** Keys, cookies and links that are nearly right, or wild: only the very ones are let in, and nothing crashes. */

let house: Awaited<ReturnType<typeof openServer>>;
let cookie: string;

beforeAll(async () => {
  house = await openServer({
    rates: { api: { perSecond: 0, burst: 0 }, hooks: { perSecond: 0, burst: 0 }, strangers: { perSecond: 0, burst: 0 } },
  });
  const signIn = await house.app.inject({
    method: "POST",
    url: "/api/v1/session",
    headers: { ...fromPage(""), "content-type": "application/json" },
    payload: { key: house.key },
  });
  cookie = String(signIn.headers["set-cookie"]).split(";", 1)[0]!;
});
afterAll(() => house.close());

const headerText = fc.string({ unit: "binary-ascii", maxLength: 300 }).map((text) => text.replace(/[^\x20-\x7e]/g, ""));
/** A text that is nearly this one: a character changed, added, left out, in another case, twice, or in parts. */
const nearly = (text: string) =>
  fc
    .tuple(fc.nat(text.length - 1), fc.constantFrom("change", "add", "drop", "case", "twice", "cut", "space", "quote"), headerText)
    .map(([at, how, extra]) => {
      const char = text[at]!;
      const other = char === "a" ? "b" : "a";
      switch (how) {
        case "change":
          return text.slice(0, at) + other + text.slice(at + 1);
        case "add":
          return text.slice(0, at) + other + text.slice(at);
        case "drop":
          return text.slice(0, at) + text.slice(at + 1);
        case "case":
          return /[a-z]/i.test(char)
            ? text.slice(0, at) + (char === char.toLowerCase() ? char.toUpperCase() : char.toLowerCase()) + text.slice(at + 1)
            : `${text}x`;
        case "twice":
          return text + text;
        case "cut":
          return text.slice(0, at);
        case "space":
          return `${text.slice(0, at)} ${text.slice(at)}x`;
        default:
          return `'${text}' or '1'='1${extra}`;
      }
    });
const get = (headers: Record<string, string>) => house.app.inject({ url: "/api/v1/overview", headers });

test("the key and the cookie themselves are let in", async () => {
  expect((await get(withKey(house.key))).statusCode).toBe(200);
  expect((await get(fromPage(cookie))).statusCode).toBe(200);
});

test("no key that is nearly right, and no wild header, is let in", async () => {
  const wrong = fc.oneof(nearly(house.key), headerText).filter((key) => key.trim() !== house.key);
  const scheme = fc.constantFrom("Bearer ", "bearer ", "Bearer", "Basic ", "", "Bearer  ", "Token ");
  await fc.assert(
    fc.asyncProperty(scheme, wrong, async (before, key) => {
      const { statusCode, body } = await get({ authorization: before + key });
      expect([401, 429], body).toContain(statusCode);
    }),
    { numRuns: trials(200) },
  );
});

test("no cookie that is nearly right is let in, and other cookies beside it do no harm", async () => {
  const [name, value] = cookie.split("=", 2) as [string, string];
  const wrong = nearly(value).filter((text) => text.trim() !== value && !text.includes(";"));
  await fc.assert(
    fc.asyncProperty(wrong, async (text) => {
      expect((await get(fromPage(`${name}=${text}`))).statusCode).toBe(401);
    }),
    { numRuns: trials(200) },
  );
  await fc.assert(
    fc.asyncProperty(headerText, async (text) => {
      const { statusCode } = await get(fromPage(`other=${text.replace(/[;=]/g, "")}; ${cookie}`));
      expect([200, 401]).toContain(statusCode);
    }),
    { numRuns: trials(60) },
  );
});

test("the right cookie is refused from another site, another host, and without the page's header", async () => {
  const { "x-millrace": _, ...withoutHeader } = fromPage(cookie);
  const from = [
    { ...fromPage(cookie), "sec-fetch-site": "cross-site" },
    { ...fromPage(cookie), "sec-fetch-site": "same-site" },
    { ...fromPage(cookie), origin: "https://evil.example" },
    { ...fromPage(cookie), origin: "null" },
    { ...fromPage(cookie), host: "evil.example" },
    withoutHeader,
  ];
  for (const headers of from) expect((await get(headers)).statusCode, JSON.stringify(headers)).toBeGreaterThanOrEqual(400);
});

test("links that are wild or were used sign nobody in", async () => {
  await fc.assert(
    fc.asyncProperty(fc.oneof(headerText, fc.string({ unit: "binary", maxLength: 200 })), async (link) => {
      const reply = await house.app.inject({
        method: "POST",
        url: "/api/v1/session",
        headers: { ...fromPage(""), "content-type": "application/json" },
        payload: { link },
      });
      expect([400, 401, 429], reply.body).toContain(reply.statusCode);
      expect(reply.headers["set-cookie"]).toBeUndefined();
    }),
    { numRuns: trials(60) },
  );
});
