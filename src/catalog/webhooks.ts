import type { JsonObject } from "#kernel/json.ts";
import { signingTitles } from "./signing.ts";
import type { App, WebhookTrigger } from "./types.ts";
import type { SecretPlace, SubscribeRule, WebhookProof, WebhookRules } from "./webhook-rules.ts";

/** The rules of one trigger: its own, and for the rest those of its app. */
export function webhookRules(app: Pick<App, "webhooks">, trigger: Pick<WebhookTrigger, "webhooks">): WebhookRules {
  const { event: _, ...own } = trigger.webhooks ?? {};
  return { ...app.webhooks, ...own };
}

/** The input of subscribing, without the address and a secret. */
export function subscribeInput({ input = {} }: SubscribeRule, { id, webhooks }: Pick<WebhookTrigger, "id" | "webhooks">): JsonObject {
  const event = webhooks?.event ?? id;
  const filled = (value: unknown): unknown => {
    if (typeof value === "string") return value.replaceAll("{event}", () => event);
    if (Array.isArray(value)) return value.map(filled);
    if (typeof value === "object" && value !== null)
      return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, filled(member)]));
    return value;
  };
  return filled(input) as JsonObject;
}

/** Where the secret of a proof comes from; null where it needs none. */
export const secretPlaceOf = (proof: WebhookProof | undefined): SecretPlace | null =>
  proof === undefined || proof.kind === "address" ? null : proof.secret;

/** Whether the events come to an address of the flow that a person enters in the app: not to an inbox, and not registered by Millrace. */
export const isEnteredByHand = (app: Pick<App, "webhooks" | "inbox">, trigger: Pick<WebhookTrigger, "webhooks">): boolean =>
  app.inbox === undefined && webhookRules(app, trigger).subscribe === undefined;

/** Whether a flow of the trigger must name a login: it registers the address with the app, or holds the secret. */
export function hookNeedsLogin(app: Pick<App, "webhooks">, trigger: Pick<WebhookTrigger, "webhooks">): boolean {
  const { subscribe, verify } = webhookRules(app, trigger);
  const place = secretPlaceOf(verify);
  return subscribe !== undefined || (place !== null && "login" in place);
}

/** How an app proves its events, as a sentence goes on after its name: "signs its events as GitHub does". Null: by nothing. */
export function proofInWords(proof: WebhookProof | undefined): string | null {
  switch (proof?.kind) {
    case "token":
      return `sends a secret with its events, in the ${proof.in === "header" ? "header" : "query as"} ${proof.name}`;
    case "basic":
      return "logs in with a password to send events (HTTP Basic)";
    case "signature":
      return typeof proof.signature === "string"
        ? `signs its events as ${signingTitles[proof.signature] ?? proof.signature} does`
        : `signs its events in the header ${proof.signature.header}`;
    default:
      return null;
  }
}
