import { createPrivateKey, createPublicKey, generateKeyPairSync, sign } from "node:crypto";
import type { Records } from "./records.ts";

/** Signs webhooks as HighLevel does, with keys of this sandbox's own. */
export interface Signer {
  /** SPKI, base64: the form in which HighLevel publishes its own. */
  readonly publicKey: string;
  /** The value of `X-GHL-Signature`. */
  sign(body: string): string;
  /** The older scheme, RSA with SHA-256. Its key is made when first asked for. */
  legacyPublicKey(): string;
  signLegacy(body: string): string;
}

export function openSigner(records: Records): Signer {
  const key = privateKey(records, "webhookKey", () => generateKeyPairSync("ed25519").privateKey);
  const legacy = () => privateKey(records, "legacyWebhookKey", () => generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey);
  return {
    publicKey: spki(key),
    sign: (body) => sign(null, Buffer.from(body), key).toString("base64"),
    legacyPublicKey: () => spki(legacy()),
    signLegacy: (body) => sign("sha256", Buffer.from(body), legacy()).toString("base64"),
  };
}

function privateKey(records: Records, name: string, make: () => ReturnType<typeof createPrivateKey>) {
  const kept = records.getMeta(name);
  if (kept) return createPrivateKey(kept);
  const made = make();
  records.setMeta(name, made.export({ type: "pkcs8", format: "pem" }).toString());
  return made;
}

const spki = (key: ReturnType<typeof createPrivateKey>) => createPublicKey(key).export({ type: "spki", format: "der" }).toString("base64");
