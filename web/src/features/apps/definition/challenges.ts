import type { RequestPart, WebhookChallenge } from "#catalog/types.ts";
import { withWebhooks } from "./proofs.ts";
import type { Definition } from "./types.ts";

/** How many a definition may have. */
export const mostChallenges = 5;

export type PartPlace = RequestPart["in"];
export type AnswerKind = WebhookChallenge["answer"]["as"];
export type Algorithm = "sha1" | "sha256" | "sha512";
export type Encoding = "hex" | "base64";
type JsonAnswer = Extract<WebhookChallenge["answer"], { as: "json" }>;

/** Where a part of a request is, in words. */
export const partPlaces: Readonly<Record<PartPlace, string>> = {
  query: "The query of its address",
  header: "A header",
  body: "Its JSON body",
};

/** How the text goes back, in words. */
export const answerKinds: Readonly<Record<AnswerKind, string>> = {
  text: "Plain text",
  json: "A JSON object",
  header: "A header",
};

const begins: Readonly<Record<AnswerKind, WebhookChallenge["answer"]>> = {
  text: { as: "text" },
  json: { as: "json", member: "challenge" },
  header: { as: "header", name: "X-Hook-Secret" },
};

export const challengesOf = ({ webhooks }: Definition): readonly WebhookChallenge[] => webhooks?.challenges ?? [];

/** The definition with other requests by which the app makes sure of an address. What else it says of webhooks stays. */
export const withChallenges = (definition: Definition, challenges: readonly WebhookChallenge[]): Definition =>
  withWebhooks(definition, { challenges: challenges.length === 0 ? undefined : [...challenges] });

/** The one that most apps send: a text in the query that is wanted back. */
export const newChallenge = (): WebhookChallenge => ({ when: { in: "query", name: "challenge" }, answer: begins.text });

/** With another place for its mark. */
export const withMark = (challenge: WebhookChallenge, patch: Partial<WebhookChallenge["when"]>): WebhookChallenge => {
  const { value, ...when } = { ...challenge.when, ...patch };
  return { ...challenge, when: value ? { ...when, value } : when };
};

/** With the text to return elsewhere; undefined: it is the mark itself. */
export const withText = ({ text: _, ...challenge }: WebhookChallenge, text: RequestPart | undefined): WebhookChallenge =>
  text === undefined ? challenge : { ...challenge, text };

/** With another way in which the text goes back. */
export const withAnswerKind = (challenge: WebhookChallenge, as: AnswerKind): WebhookChallenge => ({ ...challenge, answer: begins[as] });

/** With a signature of the text beside it, or without. */
export const withSignedText = (challenge: WebhookChallenge, signature: JsonAnswer["signature"]): WebhookChallenge => {
  if (challenge.answer.as !== "json") return challenge;
  const { as, member } = challenge.answer;
  return { ...challenge, answer: { as, member, ...(signature && { signature }) } };
};
