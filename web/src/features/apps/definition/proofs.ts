import { patched } from "./edits.ts";
import { withFurtherSecret } from "./logins.ts";
import { type Definition, loginsOf, type WebhookProof } from "./types.ts";

export type ProofKind = WebhookProof["kind"];

/** How the app's events show that the app sent them, in words. */
export const proofKinds: Readonly<Record<ProofKind, string>> = {
  address: "By nothing but the address, which nobody can guess",
  signature: "They are signed (HMAC)",
  token: "They carry a secret text",
  basic: "They carry a user name and a password",
};

/** The field of the login that is asked for, where no other one is named. */
export const usualSecretField = "webhookSecret";

const begins: Readonly<Record<Exclude<ProofKind, "address">, WebhookProof>> = {
  signature: { kind: "signature", signature: { header: "X-Signature" }, secret: { login: usualSecretField } },
  token: { kind: "token", in: "header", name: "X-Token", secret: { login: usualSecretField } },
  basic: { kind: "basic", secret: { login: usualSecretField } },
};

export const proofOf = ({ webhooks }: Definition): WebhookProof => webhooks?.verify ?? { kind: "address" };

/** The definition with another kind of proof; its logins ask for the secret. */
export function withProofKind(definition: Definition, kind: ProofKind): Definition {
  if (kind === "address") return withProof(definition, undefined);
  const next = withProof(definition, begins[kind]);
  return { ...next, auth: loginsOf(next).map((login) => withFurtherSecret(login, usualSecretField, "Secret of its webhooks")) };
}

/** The definition with another proof. What else it says of webhooks stays. */
export function withProof(definition: Definition, verify: WebhookProof | undefined): Definition {
  const webhooks = patched(definition.webhooks ?? {}, { verify });
  return patched(definition, { webhooks: Object.keys(webhooks).length === 0 ? undefined : webhooks });
}
