/** What a vendor builds into their own product: links by which their customers connect accounts. */
import { z } from "zod";
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
  /** For how long it can be used. */
  minutes: z.int().min(1).max(1440).default(60),
});
export type ConnectLinkBody = z.infer<typeof connectLinkBody>;
/** The link is in this answer and can be read nowhere else. */
export const connectLinkReply = z.object({ url: z.string(), expiresAt: z.number() });

/** An origin, such as `https://app.example.com`. */
export const embedOriginBody = z.strictObject({ origin: z.string().min(1).max(300) });
/** Origins to which a browser may be sent back. */
export const embedOriginList = z.object({ origins: z.array(z.object({ origin: z.string(), addedAt: z.number() })) });
export type EmbedOrigin = z.infer<typeof embedOriginList>["origins"][number];
