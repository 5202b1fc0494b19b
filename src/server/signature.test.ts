import { generateKeyPairSync, sign } from "node:crypto";
import { expect, it } from "vitest";
import type { Trigger } from "#engine/types.ts";
import { highlevel } from "#apps/highlevel/app.ts";
import { createSignatureCheck } from "./signature.ts";

const pair = () => {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  return {
    spki: publicKey.export({ format: "der", type: "spki" }).toString("base64"),
    sign: (body: string) => sign(null, Buffer.from(body), privateKey).toString("base64"),
  };
};
const vendor = pair();
const sandbox = pair();
const trigger = { workspaceId: "ws_1" } as Trigger;

const check = (app: "signing" | "plain", settings?: Record<string, string>) =>
  createSignatureCheck({
    definition: async () => ({ app, operation: "x", connection: "acme" }),
    findApp: () =>
      app === "signing"
        ? {
            title: "HighLevel",
            inbox: { ...highlevel.inbox!, signatures: [{ header: "x-ghl-signature", algorithm: "ed25519", publicKey: vendor.spki }] },
          }
        : { title: "Plain" },
    connection: async () => ({ id: "c", workspaceId: "ws_1", name: "acme", app, ...(settings && { settings }) }),
  });

it("lets pass what the vendor signed over these very bytes", async () => {
  await check("signing")(trigger, { "x-ghl-signature": vendor.sign("{}") }, Buffer.from("{}"));
});
it.each([
  ["a changed body", { "x-ghl-signature": vendor.sign("{}") }, "{ }"],
  ["somebody else's signature", { "x-ghl-signature": sandbox.sign("{}") }, "{}"],
  ["no signature", {}, "{}"],
  ["a signature that says N/A", { "x-ghl-signature": "N/A" }, "{}"],
  ["garbage", { "x-ghl-signature": "§§§" }, "{}"],
])("refuses %s, and says why", async (_, headers, body) => {
  await expect(check("signing")(trigger, headers, Buffer.from(body))).rejects.toMatchObject({
    code: "HOOK_REFUSED",
    message: expect.stringContaining("HighLevel") as string,
  });
});
it("takes the connection's own key in place of the vendor's", async () => {
  const own = check("signing", { webhookKey: sandbox.spki });
  await own(trigger, { "x-ghl-signature": sandbox.sign("{}") }, Buffer.from("{}"));
  await expect(own(trigger, { "x-ghl-signature": vendor.sign("{}") }, Buffer.from("{}"))).rejects.toMatchObject({ code: "HOOK_REFUSED" });
});
it("asks nothing of an app that signs nothing", async () => {
  await check("plain")(trigger, {}, Buffer.from("{}"));
});
