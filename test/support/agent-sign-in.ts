import { createHash } from "node:crypto";
import type { FastifyInstance } from "fastify";
import { fromPage, withKey } from "../fakes/server.ts";

/** The verifier of a client, and what it shows of it at first. */
export const verifier = "v".repeat(43);
export const challengeOf = (text: string): string => createHash("sha256").update(text).digest("base64url");
export const redirectUri = "http://127.0.0.1:33418/callback";

/** An agent and the person who lets it in, at a server that is asked without a port. */
export class AgentSignIn {
  readonly #app: FastifyInstance;
  readonly #key: string;
  cookie = "";

  constructor({ app, key }: { app: FastifyInstance; key: string }) {
    this.#app = app;
    this.#key = key;
  }

  /** Signs a browser in by a one-time link. With a name, as an owner with an account. */
  async signIn(name?: string): Promise<void> {
    const made = await this.#app.inject({ method: "POST", url: "/api/v1/sign-in-links", headers: withKey(this.#key) });
    const link = (made.json() as { url: string }).url.split("#open=")[1]!;
    await this.page("POST", "/session", { link });
    if (name !== undefined) await this.page("POST", "/account", { name, email: `${name}@example.com`, password: "four plain words here" });
  }

  /** A request of the page. */
  async page(method: "GET" | "POST" | "PUT" | "DELETE", path: string, payload?: object) {
    const headers = fromPage(this.cookie);
    const reply = await this.#app.inject({ method, url: `/api/v1${path}`, headers, ...(payload && { payload }) });
    const set = reply.cookies.find(({ name }) => !name.endsWith("_known"));
    if (set) this.cookie = `${set.name}=${set.value}`;
    return { status: reply.statusCode, body: reply.json() };
  }

  /** A request of the agent. */
  async agent(path: string, payload: object, headers: Record<string, string> = {}) {
    const isForm = path !== "/oauth/register";
    const reply = await this.#app.inject({
      method: "POST",
      url: path,
      headers: { host: "127.0.0.1:4400", ...(isForm && { "content-type": "application/x-www-form-urlencoded" }), ...headers },
      payload: isForm ? new URLSearchParams(payload as Record<string, string>).toString() : payload,
    });
    return { status: reply.statusCode, body: reply.json() };
  }

  async register(more: object = {}): Promise<string> {
    const { body } = await this.agent("/oauth/register", { client_name: "Claude", redirect_uris: [redirectUri], ...more });
    return body.client_id as string;
  }

  request(clientId: string, more: object = {}) {
    return {
      client_id: clientId,
      redirect_uri: redirectUri,
      response_type: "code",
      code_challenge: challengeOf(verifier),
      code_challenge_method: "S256",
      state: "some state",
      ...more,
    };
  }

  /** A code, as the agent gets it in the address it is sent to. */
  async code(clientId: string, permissions = ["read", "draft"]): Promise<string> {
    const { body } = await this.page("POST", "/agents", { ...this.request(clientId), permissions });
    return new URL(body.goTo as string).searchParams.get("code")!;
  }

  redeem(clientId: string, code: string, more: object = {}) {
    const form = {
      grant_type: "authorization_code",
      client_id: clientId,
      code,
      redirect_uri: redirectUri,
      code_verifier: verifier,
      ...more,
    };
    return this.agent("/oauth/token", form);
  }

  refresh(clientId: string, token: string) {
    return this.agent("/oauth/token", { grant_type: "refresh_token", client_id: clientId, refresh_token: token });
  }

  /** All of it: an access token and a refresh token. */
  async tokens(permissions?: string[], name = "Claude") {
    const clientId = await this.register({ client_name: name });
    const { body } = await this.redeem(clientId, await this.code(clientId, permissions));
    return { clientId, access: body.access_token as string, refresh: body.refresh_token as string };
  }

  /** Calls a tool, or another method of the protocol, as clients without a session do. */
  async mcp(token: string, method: string, params: Record<string, unknown> = {}, headers: Record<string, string> = {}) {
    const meta = {
      "io.modelcontextprotocol/protocolVersion": "2026-07-28",
      "io.modelcontextprotocol/clientInfo": { name: "a test", version: "1" },
      "io.modelcontextprotocol/clientCapabilities": {},
    };
    const reply = await this.#app.inject({
      method: "POST",
      url: "/mcp",
      headers: {
        host: "127.0.0.1:4400",
        authorization: `Bearer ${token}`,
        accept: "application/json, text/event-stream",
        "mcp-protocol-version": "2026-07-28",
        "mcp-method": method,
        ...(typeof params["name"] === "string" && { "mcp-name": params["name"] }),
        ...headers,
      },
      payload: { jsonrpc: "2.0", id: 1, method, params: { ...params, _meta: meta } },
    });
    return { status: reply.statusCode, headers: reply.headers, text: reply.payload };
  }
}
