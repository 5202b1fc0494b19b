import type { IncomingMessage } from "node:http";
import type { FastifyRequest } from "fastify";
import type { Clock } from "#kernel/clock.ts";
import { digest } from "#kernel/digest.ts";
import { checkRate, createRateLimiter, senderOf, type Rate } from "./rate-limit.ts";

export interface ApiRateParts {
  rates?: { api: Rate };
  /** Who sends a request: the address at the other end of the connection when absent. */
  clientAddress?: (req: IncomingMessage) => string;
  clock: Clock;
}

/** More than a page and a few programs ask. */
const usual: Rate = { perSecond: 500, burst: 5_000 };

/**
 * Holds the API's callers to their rate before anything else is done: by key where one is sent, right or wrong, and always by address,
 * since keys can be made up.
 */
export function createApiRate({ rates, clientAddress = (req) => req.socket.remoteAddress ?? "", clock }: ApiRateParts) {
  const limiter = createRateLimiter(rates?.api ?? usual, { clock });
  return async ({ raw, headers }: Pick<FastifyRequest, "raw" | "headers">): Promise<void> => {
    checkRate(limiter, `address ${senderOf(clientAddress(raw))}`);
    if (headers.authorization !== undefined) checkRate(limiter, `key ${digest(headers.authorization)}`);
  };
}
