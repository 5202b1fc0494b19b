import type { JsonObject } from "#kernel/json.ts";
import type { SigningInput } from "./signing.ts";

/** How the webhooks of an app come in. Everything in it is data. */
export interface WebhookRules {
  /** How an event shows that the app sent it; without it, by nothing but the unguessable address. */
  verify?: WebhookProof;
  /** Requests by which the app makes sure of an address, beside those that every address answers. */
  challenges?: WebhookChallenge[];
  /** How an address is registered with the app. Without it a person enters the address there. */
  subscribe?: SubscribeRule;
}

/** What a trigger has of its own; the rest is its app's. */
export interface TriggerWebhookRules extends WebhookRules {
  /** What the app calls the event where that is not the trigger's id. */
  event?: string;
}

export type WebhookProof =
  | { kind: "address" }
  /** The secret itself is in a header, behind `prefix`, or in the query. */
  | { kind: "token"; in: "header" | "query"; name: string; prefix?: string; secret: SecretPlace }
  /** HTTP Basic. The secret is the password; without `user` any name will do. */
  | { kind: "basic"; user?: string; secret: SecretPlace }
  /** An HMAC, by the name of a known way of signing or as described. */
  | { kind: "signature"; signature: SigningInput; secret: SecretPlace };

/**
 * Where a secret comes from: a field of the connection's login, a path in the answer to subscribing, or an input of subscribing, by which
 * the app is given one that Millrace makes.
 */
export type SecretPlace = { login: string } | { answer: string } | { input: string };

/** A part of a request. `name`: of a header, a member of the query, or the path in a JSON body. */
export interface RequestPart {
  in: "header" | "query" | "body";
  name: string;
}

/** A request that is no event: a text in it is wanted back. */
export interface WebhookChallenge {
  /** What tells it from an event: a part that is there, or has this value. */
  when: RequestPart & { value?: string };
  /** Where the text is; `when` where absent. */
  text?: RequestPart;
  /** How it goes back: as it is, as a member of a JSON object, or in a header. */
  answer: { as: "text" } | { as: "json"; member: string; signature?: ChallengeSignature } | { as: "header"; name: string };
}

/** The HMAC of the text with the secret of `verify`, as another member of the answer. */
export interface ChallengeSignature {
  member: string;
  algorithm?: "sha1" | "sha256" | "sha512";
  encoding?: "hex" | "base64";
}

/** How a flow's address is registered with an app, and removed there. In texts of `input`, `{event}` is the trigger's event. */
export interface SubscribeRule {
  /** The operation that registers an address, and what else it is given. */
  operation: string;
  input?: JsonObject;
  /** The input that takes the address. */
  address: string;
  /** Path of the registration's id in the result. */
  id: string;
  /** The operation that removes a registration, and its input that takes the id. */
  unsubscribe?: { operation: string; id: string; input?: JsonObject };
  /** The read that lists registrations, with the row paths of their id and address. By it none is made twice, and a lost one is noticed. */
  list?: { operation: string; input?: JsonObject; id: string; address: string };
}
