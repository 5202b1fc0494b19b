import type { z } from "zod";
import type { AppDraft, DraftGuess } from "#api/schemas.ts";
import type { appDefinition, appDetail } from "#api/schemas.ts";
import type { WebhookChallenge } from "#catalog/types.ts";
import { isObject } from "#kernel/json.ts";

/** A part of the base address that each connection fills in. */
export interface AddressVariable {
  name: string;
  label: string;
  help?: string;
  choices?: string[];
  default?: string;
}
/** How an app's events show that the app sent them. */
export type WebhookProof =
  | { kind: "address" }
  | { kind: "token"; in: "header" | "query"; name: string; prefix?: string; secret: SecretPlace }
  | { kind: "basic"; user?: string; secret: SecretPlace }
  | { kind: "signature"; signature: string | { header: string; [member: string]: string | number }; secret: SecretPlace };
/** Where the secret of a proof is: a field of the login, or what was agreed when the address was registered. */
export type SecretPlace = { login: string } | { answer: string } | { input: string };
/** How the app is told the address of a flow, and that it is no longer used. */
export interface SubscribeRule {
  operation: string;
  input?: Record<string, string | string[]>;
  address: string;
  id: string;
  unsubscribe?: { operation: string; id: string };
  list?: { operation: string; id: string; address: string };
}
type FurtherParts = {
  auth?: Login[];
  variables?: AddressVariable[];
  webhooks?: { verify?: WebhookProof; challenges?: WebhookChallenge[]; subscribe?: SubscribeRule; [member: string]: unknown };
};

/** A definition as it is written: what has a default may be missing. */
export type Definition = Omit<z.input<typeof appDefinition>, keyof FurtherParts> & FurtherParts;
/** An app as the API shows it, with what was put. */
export type AppDetail = z.infer<typeof appDetail>;
export type Operation = NonNullable<Definition["operations"]>[number];
export type Field = NonNullable<Operation["input"]>[number];
export type Trigger = NonNullable<Definition["triggers"]>[number];
export type Login = AppDraft["auth"][number];
export type Paging = NonNullable<Operation["paging"]>;
export type Effect = Operation["effect"];

/** What was guessed and nobody has confirmed yet, by the id of the operation; `""`: of the app itself. */
export type Guesses = Readonly<Record<string, readonly DraftGuess[]>>;

/** A definition that is being written. */
export interface EditedApp {
  definition: Definition;
  guesses: Guesses;
}

export const operationsOf = ({ operations = [] }: Definition): readonly Operation[] => operations;
export const triggersOf = ({ triggers = [] }: Definition): readonly Trigger[] => triggers;
export const loginsOf = ({ auth = [] }: Definition): readonly Login[] => auth;
export const fieldsOf = ({ input = [] }: Operation): readonly Field[] => input;

const isListOf = (value: unknown, fits: (item: unknown) => boolean): boolean =>
  value === undefined || (Array.isArray(value) && value.every(fits));
const isOperation = (value: unknown): boolean =>
  isObject(value) &&
  [value["id"], value["title"], value["path"], value["method"], value["effect"]].every((text) => typeof text === "string") &&
  isListOf(value["input"], (field) => isObject(field) && typeof field["name"] === "string" && typeof field["in"] === "string") &&
  (value["paging"] === undefined || isObject(value["paging"]));
const isTrigger = (value: unknown): boolean =>
  isObject(value) && typeof value["id"] === "string" && typeof value["title"] === "string" && isListOf(value["key"], isText);
const isText = (value: unknown): boolean => typeof value === "string";

/** Whether the forms can show a value that somebody wrote by hand. What is wrong with it beyond that, the check says. */
export const isShowable = (value: unknown): value is Definition =>
  isObject(value) &&
  typeof value["title"] === "string" &&
  (value["baseUrl"] === undefined || isText(value["baseUrl"])) &&
  isListOf(value["auth"], (login) => isObject(login) && typeof login["kind"] === "string" && isListOf(login["fields"], isObject)) &&
  isListOf(value["operations"], isOperation) &&
  isListOf(value["triggers"], isTrigger);

/** The definition of a saved app as the forms show it. */
export const savedDefinition = (saved: AppDetail | null): Definition | null =>
  saved !== null && isShowable(saved.definition) ? saved.definition : null;
