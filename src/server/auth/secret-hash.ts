import { createHash, timingSafeEqual } from "node:crypto";

/** What is kept of a random secret (a key, a cookie's value, a link's token): enough to recognise it, not to make it. */
export const hashOf = (secret: string): string => createHash("sha256").update(secret).digest("hex");

/** Whether two secrets are equal, in a time that says nothing about where they differ. */
export const isSameSecret = (one: string, other: string): boolean => timingSafeEqual(Buffer.from(hashOf(one)), Buffer.from(hashOf(other)));
