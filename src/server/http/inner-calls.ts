import type { FastifyInstance, FastifyRequest } from "fastify";
import { apiPrefix } from "#api/addresses.ts";
import { createClient, type Client } from "#api/client.ts";
import type { Principal } from "#api/principal.ts";
import { type ErrorCode, type ErrorDetails, errorCodes, MillraceError } from "#kernel/errors.ts";
import { newToken } from "#kernel/ids.ts";
import { isObject } from "#kernel/json.ts";
import type { Visitor } from "../auth/sign-in.ts";

/** Somebody who was let in, and from which address they came. */
export interface InnerCaller {
  visitor: Visitor;
  principal: Principal;
  address: string;
}

const header = "x-millrace-inner-call";

/**
 * Calls of the API's own routes from inside this process, for somebody who was let in already: their scopes, bounds and rates hold as for
 * any request. Each call carries a ticket of 256 random bits that only this process knows and that works once.
 */
export class InnerCalls {
  readonly #tickets = new Map<string, InnerCaller>();
  #app: FastifyInstance | undefined;

  /** The server whose routes are called. */
  attach(app: FastifyInstance): void {
    this.#app = app;
  }

  /** A client that acts as the caller, as they are at each call. Errors are thrown as the routes answered them. */
  clientFor(callerNow: () => InnerCaller): Client {
    return createClient(async ({ method, path, body }) => {
      const ticket = newToken(32);
      const caller = callerNow();
      this.#tickets.set(ticket, caller);
      try {
        const reply = await this.#app!.inject({
          method,
          url: `${apiPrefix}${path}`,
          remoteAddress: caller.address,
          headers: { [header]: ticket, ...(body !== undefined && { "content-type": "application/json" }) },
          ...(body !== undefined && { payload: JSON.stringify(body) }),
        });
        if (reply.statusCode >= 300) throw errorOf(reply.payload);
        return JSON.parse(reply.payload) as unknown;
      } finally {
        this.#tickets.delete(ticket);
      }
    });
  }

  /** Whose call a request is; undefined for one from outside. A ticket works once. */
  callerOf({ headers }: Pick<FastifyRequest, "headers">): InnerCaller | undefined {
    const ticket = headers[header];
    if (typeof ticket !== "string") return undefined;
    const caller = this.#tickets.get(ticket);
    this.#tickets.delete(ticket);
    return caller;
  }
}

/** The error of an answer, as the table has it. */
function errorOf(payload: string): MillraceError {
  const answer = JSON.parse(payload) as { error?: { code?: unknown; details?: unknown } };
  const code = String(answer.error?.code);
  const details = isObject(answer.error?.details) ? (answer.error.details as ErrorDetails) : {};
  return new MillraceError(code in errorCodes ? (code as ErrorCode) : "INTERNAL", { details });
}
