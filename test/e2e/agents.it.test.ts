/** An agent with the official client signs in through the page, asks to publish a flow, and a person decides. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import {
  Client,
  type OAuthClientInformationMixed,
  type OAuthClientProvider,
  type OAuthTokens,
  StreamableHTTPClientTransport,
  UnauthorizedError,
} from "@modelcontextprotocol/client";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ApprovalView, FlowDetail, NewApiKeyReply, RunList } from "#api/schemas.ts";
import { expectShown } from "#test/support/browser.ts";
import { connectAcme, post, until, type House } from "#test/support/inbox.ts";
import { webPage } from "#test/support/web-page.ts";

const web = webPage({ expected: /400|409/ });
let house: House;
let page: Page;
let agent: Agent;
beforeAll(async () => {
  ({ house, page } = web);
  agent = await Agent.start();
});
afterAll(() => agent.close());

/** Asks for an approval as a program does that has a key of its own. */
async function askFor(asked: object): Promise<{ body: ApprovalView }> {
  const { body } = await house.api<NewApiKeyReply>("POST", "/api-keys", { name: "Program", role: "builder" });
  const reply = await fetch(`${house.millrace.localUrl}/api/v1/approvals`, {
    method: "POST",
    headers: { authorization: `Bearer ${body.key}`, "content-type": "application/json" },
    body: JSON.stringify(asked),
  });
  return { body: (await reply.json()) as ApprovalView };
}

/** What keeps an agent's login, on its person's machine: the browser comes back to a port of it. */
class Agent implements OAuthClientProvider {
  readonly #server: Server;
  #verifier = "";
  #client: OAuthClientInformationMixed | undefined;
  #tokens: OAuthTokens | undefined;
  /** Where the person is sent. */
  page = "";
  /** What the browser brought back. */
  answer = new URLSearchParams();

  private constructor(server: Server) {
    this.#server = server;
    server.on("request", (req, res) => {
      this.answer = new URL(req.url!, "http://127.0.0.1").searchParams;
      res.setHeader("content-type", "text/html").end("<!doctype html><html lang=en><title>Claude</title><h1>You are signed in</h1></html>");
    });
  }

  static async start(): Promise<Agent> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return new Agent(server);
  }

  get redirectUrl() {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/callback`;
  }
  get clientMetadata() {
    return { client_name: "Claude", redirect_uris: [this.redirectUrl], token_endpoint_auth_method: "none" };
  }
  state = () => "of this sign-in";
  clientInformation = () => this.#client;
  saveClientInformation = (client: OAuthClientInformationMixed) => void (this.#client = client);
  tokens = () => this.#tokens;
  saveTokens = (tokens: OAuthTokens) => void (this.#tokens = tokens);
  codeVerifier = () => this.#verifier;
  saveCodeVerifier = (verifier: string) => void (this.#verifier = verifier);
  redirectToAuthorization = (url: URL) => void (this.page = url.href);

  /** A client of the protocol, connected. */
  async connect(): Promise<Client> {
    const client = new Client({ name: "Claude", version: "1" });
    await client.connect(this.transport());
    return client;
  }
  transport = () => new StreamableHTTPClientTransport(new URL(`${house.millrace.localUrl}/mcp`), { authProvider: this });
  close = () => this.#server.close();
}

const draft = {
  name: "Leads to our app",
  trigger: { app: "http", operation: "webhook" },
  steps: [{ id: "reason", stop: "filtered", reason: "Not wanted" }],
};
const flow = async (id: string) => (await house.api<FlowDetail>("GET", `/flows/${id}`)).body;

describe("an agent", () => {
  let client: Client;
  let id: string;
  let transport: StreamableHTTPClientTransport;

  test("is added by its address, which the page has to copy", async () => {
    await web.open("/elsewhere");
    await page.getByRole("link", { name: /^Agents/ }).click();
    await page.getByText(`${house.millrace.localUrl}/mcp`).waitFor();
    await expectShown(page.getByText("None. An agent that you let in is listed here."));
    await web.expectGoodOnPhone("agents");
  });

  test("sends its person to a page that says who asks, and nothing comes of a refusal", async () => {
    transport = agent.transport();
    await expect(new Client({ name: "Claude", version: "1" }).connect(transport)).rejects.toThrow(UnauthorizedError);
    await page.goto(agent.page);
    await page.getByRole("heading", { name: "Let Claude in?" }).waitFor();
    await page.getByText("Any program can choose any name.").waitFor();
    await page.getByText("127.0.0.1:").waitFor();
    await web.expectGoodOnPhone("agent-sign-in");
    await page.getByRole("button", { name: "Refuse" }).click();
    await page.getByRole("heading", { name: "You are signed in" }).waitFor();
    expect(Object.fromEntries(agent.answer)).toMatchObject({ error: "access_denied", state: "of this sign-in" });
  });

  test("is let in with what the person allows, and lists tools for that", async () => {
    await page.goto(agent.page);
    await page.getByRole("checkbox", { name: "Call operations" }).uncheck();
    await page.getByRole("button", { name: "Let it in" }).click();
    await page.getByRole("heading", { name: "You are signed in" }).waitFor();
    await transport.finishAuth(agent.answer);
    client = await agent.connect();
    expect((await client.listTools()).tools.map(({ name }) => name)).toContain("request_publish");
    await web.open("/elsewhere/agents");
    await page.getByText("It reads, drafts flows.").waitFor();
  });

  test("asks to publish what it drafted, and the person finds that under Needs attention", async () => {
    const { body } = await house.api<FlowDetail>("POST", "/flows", draft);
    id = body.id;
    await house.api("POST", `/flows/${id}/publish`);
    await house.api<FlowDetail>("PUT", `/flows/${id}`, {
      ...draft,
      steps: [{ ...draft.steps[0], reason: "Came too late" }],
    });
    await web.open("/attention");
    await client.callTool({
      name: "request_publish",
      arguments: { flow: id, reason: "The reason should say that it was late." },
    });
    await expectShown(page.getByText("asks to publish 'Leads to our app'")); // without loading the page again
    await web.expectGood("approval-in-attention");
  });

  test("and the person sees what changes, approves it, and it is done once", async () => {
    await page.getByRole("link", { name: "Look and decide" }).click();
    await page.getByRole("list", { name: "What changes" }).getByText("Came too late").waitFor();
    await web.expectGoodOnPhone("approval");
    expect((await flow(id)).version).toBe(1);
    await page.getByRole("button", { name: "Approve and do it" }).click();
    await page.getByText("Version 2 is published, and the flow is on.").waitFor();
    await web.expectGood("approval-done");
    expect(await flow(id)).toMatchObject({ version: 2, status: "on" });
    await web.open("/attention");
    await page.getByText("Nothing needs you.").waitFor();
  });

  test("asks to publish a new flow, and the person sees all of it: trigger, connections, addresses and fields", async () => {
    const { body: draft } = await house.api<FlowDetail>("POST", "/flows", {
      name: "Prices",
      trigger: { app: "http", operation: "get", every: "15m", input: { url: "https://prices.example.com/list" }, key: "id" },
      steps: [
        {
          id: "dear",
          title: "Only\nthe \u202edear ones",
          if: "trigger.price > 100",
          then: [
            {
              id: "post",
              app: "http",
              operation: "post",
              input: { url: "https://api.example.com/in", body: { price: "{{ trigger.price }}" } },
            },
          ],
        },
      ],
    });
    const asked = await askFor({ kind: "publish", flow: draft.id, revision: draft.revision, reason: "The shop wants it." });
    await web.open(asked.body.path);
    const whole = page.getByRole("list", { name: "All of it" });
    for (const said of [
      "https://prices.example.com/list",
      "15m",
      "https://api.example.com/in",
      "{{ trigger.price }}",
      "Send data to a web address",
    ])
      await expectShown(whole.getByText(said, { exact: true }));
    await expectShown(whole.getByRole("heading", { name: "Step 1 'Only the dear ones'" }));
    await web.expectGoodOnPhone("approval-new-flow");
    await page.getByRole("button", { name: "Refuse" }).click();
    await page.getByRole("heading", { name: "Refused" }).waitFor();
  });

  test("asks to send and to delete, and the person sees what that would change", async () => {
    await connectAcme(house.millrace);
    const email = "ada.lovelace@example.com";
    const { body } = await house.api<{ output: { id: string } }>("POST", "/operations/contacts.create", {
      connection: "acme",
      input: { firstName: "Ada", lastName: "Lovelace", email },
    });
    const contact = { operation: "contacts.delete", connection: "acme", input: { contactId: body.output.id } };
    const asked = await askFor({ kind: "call", ...contact, reason: "She asked to be forgotten." });
    await web.open(asked.body.path);
    await page.getByText("Would delete").waitFor();
    await web.expectGoodOnPhone("approval-call");
    await page.getByLabel("Note to the agent").fill("Thank you");
    await page.getByRole("button", { name: "Approve and do it" }).click();
    await page.getByText("The operation was called, and it worked.").waitFor();
    const gone = await house.api<ApprovalView>("GET", `/approvals/${asked.body.id}`);
    expect(gone.body).toMatchObject({ state: "done", note: "Thank you" });
  });

  test("asks to replay, and the person refuses, and approves the second time", async () => {
    const failing = await house.api<FlowDetail>("POST", "/flows", {
      name: "Always fails",
      trigger: { app: "http", operation: "webhook" },
      steps: [{ id: "end", stop: "failed", reason: "Not today" }],
    });
    const { body: on } = await house.api<FlowDetail>("POST", `/flows/${failing.body.id}/publish`);
    await post(on.trigger.hookUrl!, JSON.stringify({ id: 1, email: "ada@example.com" }));
    const list = () => house.api<RunList>("GET", `/runs?flow=${on.id}`).then((reply) => reply.body.runs);
    const [run] = await until("the run fails", list, (runs) => runs[0]?.state === "failed");
    const asked = await askFor({ kind: "replay", runs: [run!.id], reason: "It may work now." });
    await web.open(asked.body.path);
    await page.getByRole("table", { name: "Runs to replay" }).getByText("ada@example.com").waitFor();
    await web.expectGoodOnPhone("approval-replay");
    await page.getByRole("button", { name: "Refuse" }).click();
    await page.getByRole("heading", { name: "Refused" }).waitFor();
    expect(await list()).toHaveLength(1);
    const again = await askFor({
      kind: "replay",
      runs: [run!.id],
      from: "start",
      reason: "It is Monday.",
    });
    await web.open(again.body.path);
    await page.getByRole("button", { name: "Approve and do it" }).click();
    await page.getByText("1 of 1 runs are replayed.").waitFor();
    expect(await list()).toHaveLength(2);
  });

  test("is signed out by its person, and its next call is refused", async () => {
    await web.open("/elsewhere/agents");
    await page.getByRole("button", { name: "Sign out", exact: true }).click();
    await page.getByText("Claude is signed out").waitFor();
    await expect(client.listTools()).rejects.toThrow();
  });

  test("an address that is no request says what is wrong, and sends nobody anywhere", async () => {
    await page.goto(`${house.millrace.localUrl}/oauth/authorize?client_id=x&redirect_uri=https://evil.example/&response_type=code`);
    await page.getByText("'Code challenge' is missing.").waitFor();
    expect(new URL(page.url()).pathname).toBe("/oauth/authorize");
  });
});
