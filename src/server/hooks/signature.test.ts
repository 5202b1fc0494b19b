import { generateKeyPairSync, sign } from "node:crypto";
import { describe, expect, it } from "vitest";
import { TestClock } from "#kernel/clock.ts";
import type { Trigger } from "#engine/types/triggers.ts";
import { highlevel } from "#apps/highlevel/app.ts";
import { hookFormat } from "./hook-body.ts";
import { checkKey, checkSigned, createSignatureCheck, type SigningKeys } from "./signature.ts";

const pair = (kind: "ed25519" | "rsa") => {
  const { publicKey, privateKey } = kind === "rsa" ? generateKeyPairSync("rsa", { modulusLength: 2048 }) : generateKeyPairSync("ed25519");
  return {
    spki: publicKey.export({ format: "der", type: "spki" }).toString("base64"),
    sign: (body: string) => sign(kind === "rsa" ? "sha256" : null, Buffer.from(body), privateKey).toString("base64"),
  };
};
const [vendor, sandbox] = [pair("ed25519"), pair("ed25519")];
const [old, ownOld] = [pair("rsa"), pair("rsa")];

const app = {
  title: "HighLevel",
  inbox: {
    signatures: [
      { header: "x-ghl-signature", algorithm: "ed25519" as const, publicKey: vendor.spki },
      { header: "x-wh-signature", algorithm: "rsa-sha256" as const, publicKey: old.spki, legacy: true },
    ],
  },
};
const body = '{"type":"ContactCreate"}';
const check = (headers: Record<string, string>, keys: Partial<SigningKeys> = {}, bytes = body) => {
  try {
    checkSigned(app, { publicKey: null, legacy: false, legacyKey: null, ...keys }, headers, Buffer.from(bytes));
    return "passes";
  } catch (thrown) {
    return (thrown as { code: string }).code;
  }
};
const good = { "x-ghl-signature": vendor.sign(body) };
const oldGood = { "x-wh-signature": old.sign(body) };

describe("a signed event", () => {
  it("passes when the vendor signed these very bytes", () => {
    expect(check(good)).toBe("passes");
  });
  it.each([
    ["a changed body", good, `${body} `],
    ["somebody else's signature", { "x-ghl-signature": sandbox.sign(body) }, body],
    ["no signature", {}, body],
    ["an empty one", { "x-ghl-signature": "" }, body],
    ["one that says N/A", { "x-ghl-signature": "N/A" }, body],
    ["garbage", { "x-ghl-signature": "§§§" }, body],
    ["two at once", { "x-ghl-signature": `${vendor.sign(body)}, ${vendor.sign(body)}` }, body],
  ])("is refused with %s", (_, headers, bytes) => {
    expect(check(headers, {}, bytes)).toBe("HOOK_REFUSED");
    expect(check(headers, { legacy: true }, bytes)).toBe("HOOK_REFUSED");
  });
  it("is held to the inbox's own key where it has one, and to no other", () => {
    expect(check({ "x-ghl-signature": sandbox.sign(body) }, { publicKey: sandbox.spki })).toBe("passes");
    expect(check(good, { publicKey: sandbox.spki })).toBe("HOOK_REFUSED");
  });
});

describe("the old signature", () => {
  it("counts only where it is allowed", () => {
    expect(check(oldGood)).toBe("HOOK_REFUSED");
    expect(check(oldGood, { legacy: true })).toBe("passes");
    expect(check({ ...oldGood, "x-ghl-signature": "N/A" }, { legacy: true })).toBe("passes");
  });
  it("counts only where no new one was given: a wrong new one is never made good by it", () => {
    expect(check({ ...oldGood, "x-ghl-signature": sandbox.sign(body) }, { legacy: true })).toBe("HOOK_REFUSED");
    expect(check({ ...oldGood, "x-ghl-signature": "x" }, { legacy: true })).toBe("HOOK_REFUSED");
    expect(check({ ...good, "x-wh-signature": "wrong" }, { legacy: true })).toBe("passes");
  });
  it("is held to its own key, never to the new one", () => {
    expect(check({ "x-wh-signature": ownOld.sign(body) }, { legacy: true, legacyKey: ownOld.spki })).toBe("passes");
    expect(check(oldGood, { legacy: true, legacyKey: ownOld.spki })).toBe("HOOK_REFUSED");
    expect(check({ "x-wh-signature": vendor.sign(body) }, { legacy: true })).toBe("HOOK_REFUSED");
    expect(check({ "x-ghl-signature": old.sign(body) }, { legacy: true, publicKey: old.spki })).toBe("HOOK_REFUSED");
  });
});

describe("a flow's own address", () => {
  const now = Date.UTC(2026, 0, 15);
  const trigger = { workspaceId: "ws_1" } as Trigger;
  const ofApp = (inbox: boolean) =>
    createSignatureCheck({
      definition: async () => ({ app: "x", operation: "y" }),
      catalog: {
        of: () => ({ app: () => ({ title: "HighLevel", triggers: [], ...(inbox && { inbox: { ...highlevel.inbox!, ...app.inbox } }) }) }),
      },
      signedEvents: { retentionDays: 90, withoutAppId: [], withoutTime: ["Timeless"], clock: new TestClock(now) },
    });
  it("is held to the app's own key, new signatures only", async () => {
    await ofApp(true)(trigger, good, Buffer.from(body));
    await expect(ofApp(true)(trigger, oldGood, Buffer.from(body))).rejects.toMatchObject({ code: "HOOK_REFUSED" });
  });
  it("takes signed JSON of this time, and nothing else that was signed", async () => {
    const { check } = (await ofApp(true)(trigger, good, Buffer.from(body)))!;
    const at = (ms: number) => () => check({ timestamp: new Date(now + ms).toISOString() }, hookFormat("application/json"));
    expect(at(0)).not.toThrow();
    expect(at(-80 * 86_400_000)).not.toThrow();
    expect(at(-91 * 86_400_000)).toThrow(/older than the 90 days/);
    expect(at(3_600_000)).toThrow(/60 minutes ahead/);
    expect(() => check({ type: "Timeless" }, hookFormat("application/json"))).not.toThrow();
    expect(() => check({}, hookFormat("application/json"))).toThrow(/MILLRACE_EVENTS_WITHOUT_TIME/);
    expect(() => check({ timestamp: new Date(now).toISOString() }, hookFormat("application/x-www-form-urlencoded"))).toThrow(/JSON/);
  });
  it("asks nothing of an app that signs nothing", async () => {
    await expect(ofApp(false)(trigger, {}, Buffer.from(body))).resolves.toBeNull();
  });
});

it("says which keys are none", () => {
  expect(() => checkKey("publicKey", "ed25519", vendor.spki)).not.toThrow();
  expect(() => checkKey("legacyKey", "rsa-sha256", old.spki)).not.toThrow();
  expect(() => checkKey("publicKey", "ed25519", old.spki)).toThrow(/Ed25519/);
  expect(() => checkKey("legacyKey", "rsa-sha256", "nonsense")).toThrow(/RSA/);
});
it("has keys of HighLevel's that are keys", () => {
  for (const { algorithm, publicKey } of highlevel.inbox!.signatures) expect(() => checkKey("k", algorithm, publicKey)).not.toThrow();
});
