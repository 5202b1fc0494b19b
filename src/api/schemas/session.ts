/** Signing in. */
import { z } from "zod";

/** The API key, or the token of a one-time link. */
export const sessionBody = z.union(
  [z.object({ key: z.string().min(1).max(200) }), z.object({ link: z.string().min(1).max(200) })],
  "needs an API key as 'key', or the token of a link as 'link'",
);
/** `url` signs one browser in, once, until `expiresAt`. */
export const signInLinkReply = z.object({ url: z.string(), expiresAt: z.number() });
/** The only time the key can be read. */
export const apiKeyReply = z.object({ key: z.string() });
