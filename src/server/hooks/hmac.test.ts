import { createHmac } from "node:crypto";
import { describe, expect, test } from "vitest";
import { readSigning, signings, type Signing } from "#catalog/signing.ts";
import { TestClock } from "#kernel/clock.ts";
import { MillraceError } from "#kernel/errors.ts";
import type { Trigger } from "#engine/types/triggers.ts";
import { parseFlow } from "#engine/flow/flow.ts";
import { highlevel } from "#apps/highlevel/app.ts";
import { http } from "#apps/http/app.ts";
import { checkHmac, proofFor, signedIdentity } from "./hmac.ts";
import { knowledge } from "#test/support/built-in.ts";
import { createSignatureCheck } from "./signature.ts";

const secret = "the shared secret";
const now = 1_796_083_200_000;
const seconds = String(now / 1000);
const body = Buffer.from('{"n":"José","zero":"\u0000"}');
const mac = (text: string | Buffer, encoding: "hex" | "base64", algorithm = "sha256", key: string | Buffer = secret) =>
  createHmac(algorithm, key).update(text).digest(encoding);
const withBody = (before: string) => Buffer.concat([Buffer.from(before), body]);
const whsec = `whsec_${Buffer.from("bytes of a key").toString("base64")}`;
const standardMac = mac(withBody(`msg_1.${seconds}.`), "base64", "sha256", "bytes of a key");

const custom = readSigning({
  header: "X-Sig",
  algorithm: "sha512",
  encoding: "base64",
  timestamp: "X-Time",
  toleranceSeconds: 60,
}) as Signing;
/** As each sender's documentation makes them. */
const senders: [string, Signing, Record<string, string>, string][] = [
  ["github", signings["github"]!, { "x-hub-signature-256": `sha256=${mac(body, "hex")}` }, secret],
  ["shopify", signings["shopify"]!, { "x-shopify-hmac-sha256": mac(body, "base64") }, secret],
  ["woocommerce", signings["woocommerce"]!, { "x-wc-webhook-signature": mac(body, "base64") }, secret],
  ["stripe", signings["stripe"]!, { "stripe-signature": `t=${seconds},v1=${mac(withBody(`${seconds}.`), "hex")},v0=00` }, secret],
  [
    "slack",
    signings["slack"]!,
    { "x-slack-signature": `v0=${mac(withBody(`v0:${seconds}:`), "hex")}`, "x-slack-request-timestamp": seconds },
    secret,
  ],
  [
    "zoom",
    signings["zoom"]!,
    { "x-zm-signature": `v0=${mac(withBody(`v0:${seconds}:`), "hex")}`, "x-zm-request-timestamp": seconds },
    secret,
  ],
  ["calendly", signings["calendly"]!, { "calendly-webhook-signature": `t=${seconds},v1=${mac(withBody(`${seconds}.`), "hex")}` }, secret],
  ["meta", signings["meta"]!, { "x-hub-signature-256": `sha256=${mac(body, "hex")}` }, secret],
  ["typeform", signings["typeform"]!, { "typeform-signature": `sha256=${mac(body, "base64")}` }, secret],
  ["calcom", signings["calcom"]!, { "x-cal-signature-256": mac(body, "hex") }, secret],
  ["lemonsqueezy", signings["lemonsqueezy"]!, { "x-signature": mac(body, "hex") }, secret],
  ["linear", signings["linear"]!, { "linear-signature": mac(body, "hex") }, secret],
  [
    "standard",
    signings["standard"]!,
    { "webhook-id": "msg_1", "webhook-timestamp": seconds, "webhook-signature": `v1,AAAA v1,${standardMac}` },
    whsec,
  ],
  ["svix", signings["svix"]!, { "svix-id": "msg_1", "svix-timestamp": seconds, "svix-signature": `v1,${standardMac}` }, whsec],
  ["one described", custom, { "x-sig": mac(withBody(`${seconds}.`), "base64", "sha512"), "x-time": seconds }, secret],
];
const verdict = (fn: () => void): string => {
  try {
    fn();
    return "passes";
  } catch (thrown) {
    if (thrown instanceof MillraceError) return `${thrown.row.status} ${thrown.message}`;
    throw thrown;
  }
};

describe.each(senders)("a webhook signed as %s signs", (_, signing, headers, key) => {
  test("passes", () => {
    expect(verdict(() => checkHmac(signing, key, headers, body, now))).toBe("passes");
  });

  test("is refused with another body, secret, header or signature", () => {
    expect(verdict(() => checkHmac(signing, key, headers, Buffer.concat([body, body]), now))).toMatch(/^401 .*not made with the secret/);
    expect(verdict(() => checkHmac(signing, "another secret", headers, body, now))).toMatch(/^401 /);
    expect(verdict(() => checkHmac(signing, key, {}, body, now))).toMatch(/^401 .*is not signed/);
    for (const name of Object.keys(headers)) {
      const { [name]: _removed, ...rest } = headers;
      expect(
        verdict(() => checkHmac(signing, key, rest, body, now)),
        name,
      ).toMatch(/^401 /);
    }
    for (const forged of ["", "x", signing.prefix, `${signing.prefix}00`, "a".repeat(5_000)])
      expect(verdict(() => checkHmac(signing, key, { ...headers, [signing.header]: forged }, body, now))).toMatch(/^401 /);
  });

  test("is refused when it was signed too long ago or ahead, where the time is signed", () => {
    if (!signing.timestamp) return expect(signing.signed).toBe("{body}");
    for (const away of [signing.toleranceSeconds + 1, -signing.toleranceSeconds - 1])
      expect(verdict(() => checkHmac(signing, key, headers, body, now + away * 1000))).toMatch(/^401 .*s away from now/);
    expect(verdict(() => checkHmac(signing, key, headers, body, now + signing.toleranceSeconds * 1000))).toBe("passes");
  });

  test("is recognised as a replay by what is signed, whatever else is added to it", () => {
    const identity = signedIdentity(signing, { ...headers, "idempotency-key": "made up", "x-github-delivery": "made up" });
    if (!signing.timestamp) return expect(identity).toBeUndefined();
    expect(identity).toEqual(signing.id ? { deliveryId: "msg_1" } : {});
  });

  test("never shows its secret", () => {
    expect(verdict(() => checkHmac(signing, key, { ...headers, [signing.header]: "x" }, body, now))).not.toContain(key);
  });
});

test("every kind of the table is tested with a webhook of its own", () => {
  const tested = [...senders.map(([name]) => name).filter((name) => name in signings), "twilio"];
  expect(tested.toSorted()).toEqual(Object.keys(signings).toSorted());
});

test.each<[unknown, RegExp]>([
  [{ header: "x-sig", timestamp: "x-time", toleranceSeconds: 901 }, /'toleranceSeconds'/],
  ["gitea", /one of github/],
  [{}, /needs the header/],
  [{ header: "x-sig", algorithm: "md5" }, /'algorithm'/],
  [{ header: "x-sig", salt: 1 }, /no member 'salt'/],
  [{ header: "a b" }, /'header'/],
  [{ header: "x-sig", signed: "{timestamp}.{body}" }, /timestamp/],
  [{ header: "x-sig", timestamp: "x-time", signed: "{body}" }, /timestamp/],
  [{ header: "x-sig", signed: "{id}{body}" }, /\{id\}/],
  [{ header: "x-sig", toleranceSeconds: 1 }, /'toleranceSeconds'/],
])("a trigger's signature like %j is refused with what is wrong with it", (signature, words) => {
  expect(readSigning(signature)).toMatch(words);
});

describe("a form that Twilio signs with its address", () => {
  const twilio = signings["twilio"]!;
  const url = "https://mycompany.com/myapp.php?foo=1&bar=2";
  const form = "To=%2B18005551212&Digits=1234&Caller=%2B14158675309&From=%2B14158675309&CallSid=CA1234567890ABCDE";
  /** The example of Twilio's own documentation, with the token 12345. */
  const headers = {
    "x-twilio-signature": "RSOYDt4T1cUTdK1PDd93/VVr8B8=",
    "content-type": "application/x-www-form-urlencoded; charset=UTF-8",
  };
  const check = (more: Record<string, string> = {}, body = form, at = url) =>
    verdict(() => checkHmac(twilio, "12345", { ...headers, ...more }, Buffer.from(body), now, at));

  test("passes, whatever the order of its fields", () => {
    expect(check()).toBe("passes");
    expect(check({}, form.split("&").toReversed().join("&"))).toBe("passes");
  });

  test("passes where the port is in one of the two addresses alone, and with equal fields, which are signed once", () => {
    for (const at of [url.replace(".com/", ".com:443/"), url.replace(".com/", ".com:8443/")]) expect(check({}, form, at)).toBe("passes");
    const withPort = mac("https://mycompany.com:443/a?b=1Tag1Tag2To3", "base64", "sha1", "12345");
    expect(check({ "x-twilio-signature": withPort }, "Tag=2&To=3&Tag=1&Tag=2", "https://mycompany.com/a?b=1")).toBe("passes");
    expect(check({}, form, url.replace(".com/", ".com:8443/other/"))).toMatch(/^401 /);
  });

  test("is refused with another field, address or signature", () => {
    for (const body of [`${form}&More=1`, form.replace("1234&", "1235&"), "", "Digits=1234"]) expect(check({}, body)).toMatch(/^401 /);
    expect(check({}, form, "https://mycompany.com/myapp.php?foo=1")).toMatch(/^401 .*public address of Millrace/);
    expect(check({ "x-twilio-signature": "XSOYDt4T1cUTdK1PDd93/VVr8B8=" })).toMatch(/^401 /);
  });

  test("is refused with a body that is no form, of which nothing would be signed", () => {
    const signed = mac(url, "base64", "sha1", "12345");
    for (const type of ["application/json", ""])
      expect(check({ "content-type": type, "x-twilio-signature": signed }, '{"To":"+1"}')).toMatch(/^401 .*no web form/);
  });
});

describe("the request by which Zoom makes sure of an address", () => {
  const zoom = signings["zoom"]!;
  const asked = { event: "endpoint.url_validation", payload: { plainToken: "qgg8vlvZRS6UYooatFL8Aw" } };

  test("is answered with its text, and with the text signed by the secret", () => {
    const { text, type } = proofFor(zoom, secret, asked)!;
    expect([JSON.parse(text), type]).toEqual([
      { plainToken: "qgg8vlvZRS6UYooatFL8Aw", encryptedToken: mac("qgg8vlvZRS6UYooatFL8Aw", "hex") },
      "application/json; charset=utf-8",
    ]);
  });

  test.each([
    ["another event", { ...asked, event: "meeting.started" }],
    ["no text", { event: asked.event, payload: {} }],
    ["a text that is none", { event: asked.event, payload: { plainToken: { a: 1 } } }],
    ["a text without end", { event: asked.event, payload: { plainToken: "x".repeat(1_001) } }],
    ["a list", [asked]],
  ])("is an event like any other with %s", (_, payload) => {
    expect(proofFor(zoom, secret, payload)).toBeUndefined();
  });

  test("is only answered once its own signature is right, so that nobody gets a text signed", async () => {
    const bytes = Buffer.from(JSON.stringify(asked));
    const check = createSignatureCheck({
      definition: async () => ({ app: "http", operation: "webhook", connection: "zoom", input: { signature: "zoom" } }),
      catalog: { of: () => ({ app: () => http }) },
      signedEvents: { retentionDays: 90, withoutAppId: [], withoutTime: [], clock: new TestClock(now) },
      signingSecret: async () => secret,
    });
    const signature = mac(Buffer.concat([Buffer.from(`v0:${seconds}:`), bytes]), "hex");
    const of = (sig: string) => check({ workspaceId: "w" } as Trigger, { "x-zm-signature": sig, "x-zm-request-timestamp": seconds }, bytes);
    await expect(of(`v0=${"0".repeat(64)}`)).rejects.toMatchObject({ code: "HOOK_REFUSED" });
    expect((await of(`v0=${signature}`))!.proof!(asked)!.text).toContain("encryptedToken");
  });
});

describe("a flow whose trigger has a signature", () => {
  const problems = (trigger: Record<string, unknown>) => {
    try {
      parseFlow({ name: "x", steps: [], trigger: { app: "http", operation: "webhook", ...trigger } }, knowledge);
      return [];
    } catch (thrown) {
      return ((thrown as MillraceError).details["problems"] as { at: string }[]).map(({ at }) => at);
    }
  };
  test("needs a way of signing that is one, and a connection with the secret", () => {
    expect(problems({ input: { signature: "github" }, connection: "acme" })).toEqual([]);
    expect(problems({ input: { signature: { header: "x-sig" } }, connection: "acme" })).toEqual([]);
    expect(problems({ input: { signature: "github" } })).toEqual(["trigger.connection"]);
    expect(problems({ input: { signature: "gitea" }, connection: "acme" })).toEqual(["trigger.input.signature"]);
    const own = { app: "highlevel", operation: highlevel.triggers[0]!.id, input: { signature: "github" }, connection: "acme" };
    expect(problems(own)).toEqual(["trigger.input.signature"]);
  });
});

describe("a trigger with a signature", () => {
  const check = (signingSecret: () => Promise<string>, input: Record<string, string> | undefined = { signature: "github" }) =>
    createSignatureCheck({
      definition: async () => ({ app: "http", operation: "webhook", connection: "acme", ...(input && { input }) }),
      catalog: { of: () => ({ app: () => http }) },
      signedEvents: { retentionDays: 90, withoutAppId: [], withoutTime: [], clock: new TestClock() },
      signingSecret,
    });
  const trigger = { workspaceId: "w" } as Trigger;
  const signed = { "x-hub-signature-256": `sha256=${mac(body, "hex")}` };

  test("takes what was signed with the secret of its connection, and nothing else", async () => {
    expect(await check(async () => secret)(trigger, signed, body)).toMatchObject({ onlyBody: false, identity: undefined });
    await expect(check(async () => secret)(trigger, {}, body)).rejects.toMatchObject({ code: "HOOK_REFUSED" });
  });

  test("takes nothing while its connection is gone, empty, or of another app", async () => {
    const empty = { "x-hub-signature-256": `sha256=${mac(body, "hex", "sha256", "")}` };
    await expect(check(async () => "")(trigger, empty, body)).rejects.toMatchObject({ code: "HOOK_REFUSED" });
    const gone = () => Promise.reject(new MillraceError("CONNECTION_UNKNOWN", { details: { connection: "acme" } }));
    await expect(check(gone)(trigger, signed, body)).rejects.toMatchObject({ code: "HOOK_REFUSED" });
  });

  test("asks a sender to come again where the store cannot be read", async () => {
    const broken = () => Promise.reject(new MillraceError("STORE_UNAVAILABLE", { details: { problem: "disk", seconds: 1 } }));
    await expect(check(broken)(trigger, signed, body)).rejects.toMatchObject({ code: "STORE_UNAVAILABLE" });
  });

  test("is the only one that asks for a secret", async () => {
    const asked = () => Promise.reject(new Error("asked"));
    expect(await check(asked, {})(trigger, {}, body)).toBeNull();
  });
});
