import { createHmac } from "node:crypto";
import { expect, test } from "vitest";
import { signatureHints } from "./signature-hints.ts";

const hmac = (algorithm: string, encoding: "hex" | "base64") => createHmac(algorithm, "s").update("{}").digest(encoding);

test("a known sender is told by its header and the length of its signature", () => {
  expect(signatureHints({ "x-hub-signature-256": `sha256=${hmac("sha256", "hex")}`, "user-agent": "GitHub-Hookshot" })).toEqual([
    {
      header: "x-hub-signature-256",
      senders: ["github", "meta"],
      signature: "github",
      says: "x-hub-signature-256 is signed as GitHub and Meta do.",
    },
  ]);
  const stripe = signatureHints({ "stripe-signature": `t=1700000000,v1=${hmac("sha256", "hex")}` });
  expect(stripe).toMatchObject([{ senders: ["stripe"], signature: "stripe" }]);
  const standard = { "webhook-signature": `v1,${hmac("sha256", "base64")}`, "webhook-id": "m_1", "webhook-timestamp": "1700000000" };
  expect(signatureHints(standard)).toMatchObject([{ senders: ["standard"] }]);
});

test("any other HMAC is described by its length, its writing and the word before it", () => {
  const headers = { "x-desk-signature": `sha1=${hmac("sha1", "hex")}`, "x-desk-timestamp": "1700000000" };
  expect(signatureHints(headers)).toEqual([
    {
      header: "x-desk-signature",
      senders: [],
      signature: { header: "x-desk-signature", algorithm: "sha1", encoding: "hex", prefix: "sha1=", timestamp: "x-desk-timestamp" },
      says: "x-desk-signature has an HMAC-SHA1 in hex after 'sha1='; x-desk-timestamp is a time, which may be signed with the body.",
    },
  ]);
  expect(signatureHints({ "x-hmac": hmac("sha512", "base64") })).toMatchObject([
    { signature: { algorithm: "sha512", encoding: "base64" } },
  ]);
});

test("what only may be a signature is named as such, and other headers are not named", () => {
  expect(signatureHints({ "x-sign": "abc", "x-signature-timestamp": "1700000000", "content-type": "application/json" })).toEqual([
    { header: "x-sign", senders: [], signature: { header: "x-sign" }, says: "x-sign may be a signature of a kind that is not known here." },
  ]);
});
