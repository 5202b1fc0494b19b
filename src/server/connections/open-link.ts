import type { ReconnectLink } from "#vault/types.ts";

/** Whether a reconnect link can still be used. */
export const isOpenLink = ({ usedAt, expiresAt }: Pick<ReconnectLink, "usedAt" | "expiresAt">, now: number): boolean =>
  usedAt === null && now < expiresAt;
