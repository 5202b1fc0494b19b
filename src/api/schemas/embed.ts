/** What a vendor builds into their own product: links by which their customers connect accounts. */
import { z } from "zod";
import { isZone } from "#catalog/moments.ts";
import { appId } from "./common.ts";

/** A connect link: for which app, and where the browser goes afterwards. */
export const connectLinkBody = z.strictObject({
  app: appId,
  /** What the new connection is called, and what the customer sees as the account's name. */
  title: z.string().trim().min(1).max(120),
  /** A connection, by id or name: the new one gets its kind of login and its address, and asks for access as it does. */
  like: z.string().min(1).max(64).optional(),
  /** Where the browser is sent afterwards; on an allowed origin. */
  returnTo: z.string().min(1).max(1000).optional(),
  /** What you call whoever it is for, such as the customer's id: it is given back with the result. The customer does not see it. */
  reference: z.string().trim().min(1).max(200).optional(),
  /** For how long it can be used. */
  minutes: z.int().min(1).max(1440).default(60),
});
export type ConnectLinkBody = z.infer<typeof connectLinkBody>;
/** Links that can still be used. `open`: how many there are; `links` has the newest of them. */
export const connectLinkList = z.object({
  open: z.number(),
  links: z.array(z.object({ id: z.string(), app: z.string(), title: z.string(), createdAt: z.number(), expiresAt: z.number() })),
});
export type ConnectLinkList = z.infer<typeof connectLinkList>;
export type OpenConnectLink = ConnectLinkList["links"][number];

/** The link is in this answer and can be read nowhere else. `id`: by it one can ask later what came of the link. */
export const connectLinkReply = z.object({ id: z.string(), url: z.string(), expiresAt: z.number() });
/** What came of a connect link. */
export const connectLinkView = z.object({
  id: z.string(),
  app: z.string(),
  title: z.string(),
  reference: z.string().nullable(),
  /** `over`: it was not used in its time. */
  state: z.enum(["open", "used", "over"]),
  /** What it made; null before that, and once somebody deleted it. */
  connection: z.object({ id: z.string(), name: z.string(), works: z.boolean() }).nullable(),
  createdAt: z.number(),
  expiresAt: z.number(),
  usedAt: z.number().nullable(),
});
export type ConnectLinkView = z.infer<typeof connectLinkView>;

const record = z.string().min(1).max(64);
/** One chart, for one origin. Of one flow, connection or sub-account, or of everything in the workspace. */
export const embedTokenBody = z.strictObject({
  chart: z.enum(["runs"]),
  flow: record.optional(),
  /** By id or name: the flows that use it. */
  connection: record.optional(),
  /** By id: the flows that work there and nowhere else. */
  subAccount: record.optional(),
  /** How many days it shows; today is the last one. */
  days: z.int().min(1).max(366).default(30),
  /** In which days begin, such as Europe/Paris. */
  zone: z.string().max(64).refine(isZone, "is not a time zone; write it like Europe/Paris").default("UTC"),
  /** The origin whose pages show it; one that is allowed. */
  origin: z.string().min(1).max(300),
  /** For how long the token can be used. */
  minutes: z.int().min(1).max(1440).default(60),
});
/** As it is written: what has a usual value may be left out. */
export type EmbedTokenInput = z.input<typeof embedTokenBody>;
export type EmbedTokenBody = z.output<typeof embedTokenBody>;
/** `url`: the chart's page, for a frame. */
export const embedTokenReply = z.object({ token: z.string(), url: z.string(), expiresAt: z.number() });
export type EmbedTokenReply = z.infer<typeof embedTokenReply>;

const count = z.number();
/** `failed`: also those that wait for a decision. `open`: not over yet. */
const dayCounts = z.object({ succeeded: count, filtered: count, failed: count, cancelled: count, open: count });
/** A chart: one entry for each day, the oldest first. */
export const chartView = z.object({
  chart: z.enum(["runs"]),
  title: z.string(),
  zone: z.string(),
  from: z.string(),
  to: z.string(),
  /** `runs` is null for days of which nothing is known, because there was no such flow yet. */
  days: z.array(z.object({ date: z.string(), runs: dayCounts.nullable() })),
  /** What is missing, in words. */
  missing: z.string().nullable(),
});
export type ChartView = z.infer<typeof chartView>;
export type DayCounts = z.infer<typeof dayCounts>;

/** An origin, such as `https://app.example.com`. */
export const embedOriginBody = z.strictObject({ origin: z.string().min(1).max(300) });
/** Origins to which a browser may be sent back. */
export const embedOriginList = z.object({ origins: z.array(z.object({ origin: z.string(), addedAt: z.number() })) });
export type EmbedOrigin = z.infer<typeof embedOriginList>["origins"][number];
