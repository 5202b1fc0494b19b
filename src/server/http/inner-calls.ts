import type { FastifyInstance, FastifyRequest } from "fastify";
import { apiPrefix } from "#api/addresses.ts";
import { type ApiRequest, createClient, type Client } from "#api/client.ts";
import type { Principal } from "#api/principal.ts";
import { type ErrorCode, type ErrorDetails, errorCodes, MillraceError } from "#kernel/errors.ts";
import { newToken } from "#kernel/ids.ts";
import { isObject } from "#kernel/json.ts";
import type { Visitor } from "../auth/sign-in.ts";
import { Turns } from "./turns.ts";

/** Somebody who was let in, and from which address they came. */
export interface InnerCaller {
  visitor: Visitor;
  principal: Principal;
  address: string;
}

/** One login, as the changes name it, in its workspace. */
export const ownerOf = ({ principal: { workspaceId, by } }: InnerCaller): string => `${workspaceId} ${by}`;

/** Calls of one login that wait for their turn. */
const mostWaiting = 200;
const header = "x-millrace-inner-call";

/**
 * Calls of the API's own routes from inside this process, for somebody who was let in already: their scopes, bounds and rates hold as for
 * any request. Each call carries a ticket of 256 random bits that only this process knows and that works once.
 */
export class InnerCalls {
  readonly #tickets = new Map<string, InnerCaller>();
  readonly #turns = new Turns(mostWaiting);
  #app: FastifyInstance | undefined;

  /** The server whose routes are called. */
  attach(app: FastifyInstance): void {
    this.#app = app;
  }

  /** A client that acts as the caller, as they are at each call. Errors are thrown as the routes answered them. */
  clientFor(callerNow: () => InnerCaller): Client {
    return createClient((call) => this.#send(callerNow(), call));
  }

  /**
   * The same where calls of one login are made one at a time, and other work gets its turn between them: an agent that calls many tools at
   * once makes nobody else wait. Throws TOO_MANY_REQUESTS where too many wait.
   */
  clientInTurn(callerNow: () => InnerCaller): Client {
    return createClient((call) => {
      const caller = callerNow();
      return this.#turns.take(ownerOf(caller), () => this.#send(caller, call));
    });
  }

  async #send(caller: InnerCaller, { method, path, body }: ApiRequest): Promise<unknown> {
    const ticket = newToken(32);
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
