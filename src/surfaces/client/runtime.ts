import type { ErrorCode } from "#kernel/errors.ts";
import { errorsText } from "./errors-text.ts";
import type { ClientRoute } from "./routes-text.ts";

/** What the code of the client needs of the catalog. */
export interface RuntimeFacts {
  /** The operations that change nothing: they are safe to repeat without a key. */
  reads: readonly string[];
  routes: readonly ClientRoute[];
  /** The errors that a call can give. */
  errors: readonly ErrorCode[];
}

/** The client's code: plain JavaScript without dependencies. It knows no operation by name: what there is, its types say. */
export const runtimeText = ({ reads, routes, errors }: RuntimeFacts): string => `// @ts-check
${errorsText(errors)}

/** The operations that change nothing. */
const reads = new Set(${JSON.stringify(reads)});
/** Method and path of the routes beside the operations. @type {Record<string, Record<string, string>>} */
const routes = ${JSON.stringify(routesByNoun(routes))};
${runtime}`;

function routesByNoun(routes: readonly ClientRoute[]): Record<string, Record<string, string>> {
  const nouns: Record<string, Record<string, string>> = {};
  for (const { noun, name, method, path } of routes) (nouns[noun] ??= {})[name] = `${method} ${path}`;
  return nouns;
}

const runtime = String.raw`
const firstWaitMs = 500;
const longestWaitMs = 30_000;

/**
 * Connects to a Millrace. Each call is tried again where that is safe: after 429 and 503 when the answer says so, and after a broken
 * connection, with the same idempotency key.
 * @param {{ url: string, key: string, retries?: number, timeoutMs?: number, fetch?: typeof globalThis.fetch }} options
 * @returns {any}
 */
export function createMillrace({ url, key, retries = 4, timeoutMs = 120_000, fetch = globalThis.fetch }) {
  const base = url.replace(/\/+$/, "") + "/api/v1";

  /** @param {Sent} sent */
  async function once({ method, path, body, idempotencyKey, signal }) {
    const limit = AbortSignal.timeout(timeoutMs);
    const reply = await fetch(base + path, {
      method,
      headers: {
        accept: "application/json",
        authorization: "Bearer " + key,
        ...(body !== undefined && { "content-type": "application/json" }),
        ...(idempotencyKey !== undefined && { "idempotency-key": idempotencyKey }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      redirect: "manual", // the key is for this address, not for one it points to
      signal: signal ? AbortSignal.any([signal, limit]) : limit,
    });
    const answer = await reply.json().catch(() => undefined);
    if (reply.ok && answer !== undefined) return answer;
    throw errorOf(reply.status, answer, reply.headers.get("retry-after"));
  }

  /** @param {Sent} sent */
  async function send(sent) {
    for (let attempt = 0; ; attempt++) {
      try {
        return await once(sent);
      } catch (thrown) {
        if (sent.signal?.aborted) throw sent.signal.reason;
        const error = errorOrUnreachable(thrown, base);
        if (attempt >= retries || !mayRepeat(error, sent)) throw error;
        await wait(error.retryAfterMs ?? backoffMs(attempt), sent.signal);
      }
    }
  }

  /** @param {string} name @param {any} [options] */
  function call(name, { signal, idempotencyKey, ...body } = {}) {
    const isSafe = reads.has(name) || body.dryRun === true;
    const keyOfCall = idempotencyKey ?? (isSafe ? undefined : crypto.randomUUID());
    return send({ method: "POST", path: "/operations/" + encodeURIComponent(name), body, idempotencyKey: keyOfCall, isSafe, signal });
  }

  /** @param {any} batch */
  function batch({ signal, idempotencyKey = crypto.randomUUID(), ...body }) {
    return send({ method: "POST", path: "/operations", body, idempotencyKey: idempotencyKey, isSafe: body.dryRun === true, signal });
  }

  const own = { $call: call, $batch: batch, ...managementOf(send) };
  return new Proxy(own, { get: (target, name) => memberOf(target, name, (path) => operationAt(path, call)) });
}

/**
 * @typedef {{ method: string, path: string, body?: unknown, idempotencyKey?: string, isSafe?: boolean, signal?: AbortSignal }} Sent
 */

/** Nothing here is a promise, and symbols name no app. @param {any} target @param {string | symbol} name @param {(path: string) => any} at */
const memberOf = (target, name, at) => (typeof name === "symbol" || name === "then" || Object.hasOwn(target, name) ? target[name] : at(name));

/** @param {string} path @param {(name: string, options?: any) => Promise<any>} call @returns {any} */
const operationAt = (path, call) =>
  new Proxy((/** @type {any} */ options) => call(path, options), {
    get: (_, name) => (typeof name === "symbol" || name === "then" ? undefined : operationAt(path + "." + name, call)),
  });

/** @param {(sent: Sent) => Promise<any>} send */
function managementOf(send) {
  const nouns = Object.entries(routes).map(([noun, all]) => {
    const methods = Object.entries(all).map(([name, address]) => [name, routeMethod(address, send)]);
    return ["$" + noun, Object.fromEntries(methods)];
  });
  return Object.fromEntries(nouns);
}

/** @param {string} address @param {(sent: Sent) => Promise<any>} send */
function routeMethod(address, send) {
  const [method = "", path = ""] = address.split(" ");
  /** @param {any} [input] */
  const ask = ({ query = {}, body, signal, ...params } = {}) => {
    const filled = path.replace(/:(\w+)/g, (_, name) => encodeURIComponent(params[name]));
    const set = Object.entries(query).filter(([, value]) => value !== undefined);
    const search = set.length === 0 ? "" : "?" + new URLSearchParams(set.map(([name, value]) => [name, String(value)]));
    return send({ method, path: filled + search, body: body ?? (method === "POST" ? {} : undefined), isSafe: method === "GET", signal });
  };
  /** Every page of a list, the first one first. @param {any} [input] */
  async function* pages(input = {}) {
    for (let before = input.query?.before; ; ) {
      const page = await ask({ ...input, query: { ...input.query, before } });
      yield page;
      if (page.next === null || page.next === undefined) return;
      before = page.next;
    }
  }
  return Object.assign(ask, { pages });
}

/** @param {any} error @param {Sent} sent */
function mayRepeat(error, { isSafe, idempotencyKey }) {
  const isHeld = error.status === 429 || error.status === 503 || error.code === "CALL_UNDER_WAY";
  return isHeld || (error instanceof MillraceUnreachable && (isSafe === true || idempotencyKey !== undefined));
}

/** @param {any} thrown @param {string} base */
const errorOrUnreachable = (thrown, base) => (thrown?.isMillraceError ? thrown : new MillraceUnreachable(base, thrown));

/** Longer with each attempt, and never the same for two clients. @param {number} attempt */
const backoffMs = (attempt) => Math.min(longestWaitMs, firstWaitMs * 2 ** attempt) * (0.5 + Math.random() / 2);

/** @param {number} ms @param {AbortSignal} [signal] @returns {Promise<void>} */
const wait = (ms, signal) =>
  new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, ms);
    signal?.addEventListener("abort", stop, { once: true });
  });
`;
