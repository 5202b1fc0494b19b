/** An inbox: the one address at which a marketplace app posts its events. */
import { z } from "zod";
import { appId, observationOutcome, shortName } from "./common.ts";

/** An inbox at which a trigger's events come in, and the address to give for them. */
export const inboxRef = z.object({ id: z.string(), name: z.string(), url: z.string() });
/** What has to be ticked in the app's portal so that a trigger hears of its event. */
export const subscription = z.object({
  event: z.string(),
  scopes: z.array(z.string()),
  inboxes: z.array(inboxRef),
  /** When the event last came from this trigger's place; null: never, so it may not be ticked. */
  lastAt: z.number().nullable(),
});
/** A sender that is not on the list of those accepted: requests within the last day, and the last of them. */
export const refusedSender = z.object({ address: z.string(), count: z.number(), lastAt: z.number() });
export type RefusedSender = z.infer<typeof refusedSender>;
export const inboxEventView = z.object({
  type: z.string(),
  title: z.string(),
  scopes: z.array(z.string()),
  /** Published flows that listen for it. */
  flows: z.array(z.object({ id: z.string(), name: z.string() })),
  /** How many came, and when the last: none says that it is not ticked in the portal, or that nothing happened yet. */
  count: z.number(),
  lastAt: z.number().nullable(),
  /** The address to give for this event alone, where the portal takes one for each: then nobody need guess its type. */
  url: z.string(),
  /** Its payload names no type: without an address of its own it is recognized only if its family has one event. */
  needsUrl: z.boolean(),
});
const inboxPlace = z.object({
  /** Of the sub-account or the agency. */
  id: z.string(),
  /** What its connection is called; null: it has none. */
  title: z.string().nullable(),
});
const inboxArrival = z.object({
  at: z.number(),
  /** The event; null: it was not recognized. */
  title: z.string().nullable(),
  place: inboxPlace.nullable(),
  /** How many flows it was for. */
  flows: z.number(),
  repeat: z.boolean(),
  /** The first run it went into. */
  runId: z.string().nullable(),
  /** That run was there before, and the event joined it. */
  joined: z.boolean(),
  /** Whom it is about. */
  person: z.string().nullable(),
  /** The first flow it was for. */
  flowId: z.string().nullable(),
  /** What a change trigger made of an event that started nothing. */
  outcome: observationOutcome.nullable(),
});
const inboxRefusal = z.object({ code: z.string(), says: z.string(), count: z.number(), lastAt: z.number() });
export const inboxView = z.object({
  id: z.string(),
  name: z.string(),
  title: z.string(),
  app: z.string(),
  url: z.string(),
  registration: z.string().nullable(),
  legacy: z.boolean(),
  /** Signed with another key than the app's own. */
  ownKey: z.boolean(),
  /** Addresses and ranges from which events are accepted; null: from everywhere. */
  senders: z.array(z.string()).nullable(),
  refusedSenders: z.array(refusedSender),
  createdAt: z.number(),
  /** The flows that start from it, by id, of those that name no inbox; null: all of them. */
  flows: z.array(z.string()).nullable(),
  /** Events that published flows wait for or that came. */
  events: z.array(inboxEventView),
  /** Events whose type was not recognized: how many, and when the last came. */
  unrecognized: z.object({ count: z.number(), lastAt: z.number().nullable() }),
  /** Sub-accounts and agencies that events came from, the most recent first. */
  places: z.array(inboxPlace.extend({ count: z.number(), lastAt: z.number().nullable() })),
  /** The last events that were accepted, newest first: of the last day, since this process started. */
  arrivals: z.array(inboxArrival),
  /** What was refused, by reason: of the last day, since this process started. */
  refusals: z.array(inboxRefusal),
  /** Where to tick the events, in words. */
  where: z.string(),
});
export const inboxBody = z.object({
  name: shortName,
  title: z.string().max(120).optional(),
  /** Where it is left out, the app that has inboxes. */
  app: appId.optional(),
  registration: z.string().max(100).nullish(),
  publicKey: z.string().max(2000).nullish(),
  legacy: z.boolean().default(false),
  legacyKey: z.string().max(4000).nullish(),
  /** Addresses and ranges from which events are accepted; null or none: from everywhere. */
  senders: z.array(z.string().max(60)).max(100).nullish(),
  /** For a second inbox of an app: the flows, by id, that start from it as well, of those that name no inbox. */
  flows: z.array(z.string().max(64)).max(5000).optional(),
});
export const inboxPatch = inboxBody.omit({ app: true }).extend({ legacy: inboxBody.shape.legacy.unwrap() }).partial();
export const inboxList = z.object({ inboxes: z.array(inboxView) });
export type InboxView = z.infer<typeof inboxView>;
export type InboxBody = z.infer<typeof inboxBody>;
export type InboxPatch = z.infer<typeof inboxPatch>;
export type InboxRef = z.infer<typeof inboxRef>;
export type Subscription = z.infer<typeof subscription>;
