import { patched } from "./edits.ts";
import { withFurtherSecret } from "./logins.ts";
import { type Definition, loginsOf, type WebhookProof } from "./types.ts";

export type ProofKind = WebhookProof["kind"];

/** How the app's events are verified, in words. */
export const proofKinds: Readonly<Record<ProofKind, string>> = {
  address: "Not verified: only the address is secret",
  signature: "Signature (HMAC)",
  token: "Secret in a header or the query",
  basic: "User name and password (Basic)",
};

/** The field of the login that is asked for, where no other one is named. */
export const usualSecretField = "webhookSecret";

const begins: Readonly<Record<Exclude<ProofKind, "address">, WebhookProof>> = {
  signature: { kind: "signature", signature: { header: "X-Signature" }, secret: { login: usualSecretField } },
  token: { kind: "token", in: "header", name: "X-Token", secret: { login: usualSecretField } },
  basic: { kind: "basic", secret: { login: usualSecretField } },
};

export const proofOf = ({ webhooks }: Definition): WebhookProof => webhooks?.verify ?? { kind: "address" };

/** The definition with events that are verified in another way; its logins ask for the secret. */
export function withProofKind(definition: Definition, kind: ProofKind): Definition {
  if (kind === "address") return withProof(definition, undefined);
  return askingForSecret(withProof(definition, begins[kind]));
}

/** The definition with events whose signature is checked as described. Where the secret is stays as it was. */
export function withSignature(definition: Definition, signature: Extract<WebhookProof, { kind: "signature" }>["signature"]): Definition {
  const before = proofOf(definition);
  const secret = before.kind === "signature" ? before.secret : { login: usualSecretField };
  return askingForSecret(withProof(definition, { kind: "signature", signature, secret }));
}

/** The definition with another verification. What else it says of webhooks stays. */
export const withProof = (definition: Definition, verify: WebhookProof | undefined): Definition => withWebhooks(definition, { verify });

/** The definition with some of its rules for webhooks changed; one that becomes undefined is taken out. */
export function withWebhooks(definition: Definition, patch: Partial<NonNullable<Definition["webhooks"]>>): Definition {
  const webhooks = patched(definition.webhooks ?? {}, patch);
  return patched(definition, { webhooks: Object.keys(webhooks).length === 0 ? undefined : webhooks });
}

/** The definition whose logins ask for the secret by which its events are verified. */
function askingForSecret(definition: Definition): Definition {
  const verify = proofOf(definition);
  if (verify.kind === "address" || !("login" in verify.secret)) return definition;
  const { login: name } = verify.secret;
  return { ...definition, auth: loginsOf(definition).map((login) => withFurtherSecret(login, name, "Webhook secret")) };
}

/** Whether a login has the field of the secret. */
export const asksForSecret = (definition: Definition, name: string): boolean =>
  loginsOf(definition).some((login) => "fields" in login && login.fields?.some((field) => field.name === name) === true);
