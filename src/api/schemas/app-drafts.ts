/**
 * Drafts of an app: what could be read out of a curl command, a recording of a browser (HAR), an example answer or an OpenAPI document.
 * Nothing is saved: a person looks at it, and puts it into a definition.
 */
import { z } from "zod";
import { jsonValue } from "#engine/flow/format.ts";
import { addressVariable, appDefinition, operationDefinition, triggerDefinition } from "./apps.ts";

/** Something of the source that was left out or not understood, and why. */
const draftNote = z.object({
  /** Where in the source, as its reader would say it: `paths./pets.get`, `line 3`; null for all of it. */
  at: z.string().nullable(),
  /** A sentence. */
  says: z.string(),
});
/** Something that the source does not say and a person confirms. */
const guess = z.object({
  /** The member of the definition: `effect`, `result`, `paging`, `auth.0.header`. */
  member: z.string(),
  /** Why this was taken, in a sentence without its full stop. */
  why: z.string(),
});
const draftOperation = z.object({ definition: operationDefinition, guesses: z.array(guess) });

/** An app as far as a source tells it. */
export const appDraft = z.object({
  title: z.string(),
  baseUrl: z.string().nullable(),
  /** Parts of its addresses that each connection fills in. */
  variables: z.array(addressVariable),
  auth: appDefinition.shape.auth,
  headers: z.record(z.string(), z.string()),
  operations: z.array(draftOperation),
  triggers: z.array(triggerDefinition),
  guesses: z.array(guess),
  notes: z.array(draftNote),
});

/** A curl command, or what a browser recorded (HAR). */
export const requestSource = z.strictObject({ kind: z.enum(["curl", "har"]), text: z.string().min(1).max(10_000_000) });
/** The app that it is a newer document of; what people decided there is kept. */
const ofApp = { app: z.string().max(40).optional() };
/** An OpenAPI or Swagger document: its text, or the address at which it is. */
export const documentSource = z.union([
  z.strictObject({ text: z.string().min(1).max(10_000_000), ...ofApp }),
  z.strictObject({ url: z.string().min(1).max(2_000), ...ofApp }),
]);
/** The payload of an event, as it is copied. */
export const exampleSource = z.strictObject({ text: z.string().min(1).max(1_000_000) });
const sentInput = z.object({ name: z.string().max(80), wire: z.string().max(80).optional(), in: z.string().max(20) });
/** An example answer. `path`, `input`: of the operation that gave it, so that records and pages are recognised by their names. */
export const answerSource = exampleSource.extend({ path: z.string().max(500).optional(), input: z.array(sentInput).max(100).optional() });

/** How a list or record is found in an example answer. */
export const answerDraft = z.object({
  definition: operationDefinition.pick({ result: true, list: true, identity: true, changed: true, output: true, paging: true }).partial(),
  /** What the operation gives: the record, or the first records of the list. Secrets are left out. */
  example: jsonValue,
  guesses: z.array(guess),
  notes: z.array(draftNote),
});
/** A webhook trigger made of a received payload. */
export const eventDraft = z.object({ definition: triggerDefinition, guesses: z.array(guess), notes: z.array(draftNote) });

/** An address that keeps what is posted to it for a while, to make a trigger of. */
export const capture = z.object({
  id: z.string(),
  url: z.string(),
  expiresAt: z.number(),
  /** What came, the newest first. */
  samples: z.array(
    z.object({
      at: z.number(),
      method: z.string(),
      /** The sender's own headers and query, without what may be secret. */
      headers: z.record(z.string(), z.string()),
      query: z.record(z.string(), z.union([z.string(), z.array(z.string())])),
      /** As it would start a flow. Null: no body. */
      body: jsonValue,
      /** Headers that look like a signature, and how their signatures seem to be made. */
      signatures: z.array(
        z.object({
          header: z.string(),
          /** Known senders that sign so, by the name that `signature` takes. */
          senders: z.array(z.string()),
          /** What `signature` of a definition would say, as far as it shows. */
          signature: z.union([z.string(), z.record(z.string(), z.union([z.string(), z.number()]))]),
          says: z.string(),
        }),
      ),
      /** It was no event: the sender made sure of the address, and was answered. */
      challenge: z.boolean(),
    }),
  ),
});

/** A definition to look at. `id`: the app it would replace. */
export const definitionToCheck = z.strictObject({ id: z.string().max(40).optional(), definition: z.record(z.string(), z.unknown()) });
/** What is wrong with a definition, all of it, and what is missing for a careful write. */
export const definitionCheck = z.object({
  /** With one of these it cannot be saved. */
  problems: z.array(
    z.object({
      field: z.string(),
      problem: z.string(),
      /** A host on the operator's own network: once it is allowed, this is no problem any more. */
      allow: z.string().optional(),
    }),
  ),
  /** What would make its writes safer, an operation and a member each. It can be saved without. */
  advice: z.array(z.object({ operation: z.string(), member: z.string(), says: z.string() })),
});

/** A definition to compare with the saved one. */
export const comparedDefinition = z.strictObject({ definition: z.record(z.string(), z.unknown()) });
/** The workspace that gets the definition, and the name it has there. */
export const shareBody = z.strictObject({ workspace: z.string().min(1).max(64), name: z.string().max(40).optional() });

/** One thing in which a definition differs from the saved one, in words. */
const definitionChange = z.object({
  kind: z.enum(["added", "removed", "changed"]),
  /** `operations.pets.list`, `triggers.pet.created`, `auth.oauth2`, `baseUrl`. */
  what: z.string(),
  says: z.string(),
});
/** What another definition would change, and which flows would not run with it. */
export const definitionComparison = z.object({
  changes: z.array(definitionChange),
  flows: z.array(z.object({ id: z.string(), name: z.string(), problems: z.array(z.string()) })),
});
/** One saved definition of an app. */
const appVersion = z.object({
  revision: z.number(),
  at: z.number(),
  by: z.string().nullable(),
  operations: z.number(),
  triggers: z.number(),
});
/** The saved definitions of an app, newest first. */
export const appVersionList = z.object({ versions: z.array(appVersion) });
/** One of them, with the definition. */
export const appVersionDetail = appVersion.extend({ definition: z.record(z.string(), z.unknown()) });

export type AppDraft = z.infer<typeof appDraft>;
export type DraftOperation = z.infer<typeof draftOperation>;
export type DraftGuess = z.infer<typeof guess>;
export type DraftNote = z.infer<typeof draftNote>;
export type AnswerDraft = z.infer<typeof answerDraft>;
export type EventDraft = z.infer<typeof eventDraft>;
export type Capture = z.infer<typeof capture>;
export type DefinitionCheck = z.infer<typeof definitionCheck>;
export type DefinitionComparison = z.infer<typeof definitionComparison>;
