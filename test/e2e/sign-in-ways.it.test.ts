/** Signing in without a password: with a passkey of the device, and with the provider that the operator has named. */
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openOidcProvider } from "#test/fakes/oidc-provider.ts";
import { webPage } from "#test/support/web-page.ts";

let oidc: Awaited<ReturnType<typeof openOidcProvider>>;
let port: number;

const web = webPage({
  expected: /status of (400|401|409)/,
  // A passkey belongs to a name, so the page goes by one.
  async env() {
    oidc = await openOidcProvider();
    port = await freePort();
    const { issuer, clientId, clientSecret, name } = oidc.provider();
    return {
      MILLRACE_PORT: String(port),
      MILLRACE_PUBLIC_URL: `http://localhost:${port}`,
      MILLRACE_OIDC_ISSUER: issuer,
      MILLRACE_OIDC_CLIENT_ID: clientId,
      MILLRACE_OIDC_CLIENT_SECRET: clientSecret,
      MILLRACE_OIDC_NAME: name,
    };
  },
});
afterAll(() => oidc.close());

let page: Page;
const at = (path: string) => `http://localhost:${port}${path}`;
const ada = { name: "Ada Byron", email: "ada@example.com", password: "a mill by the river" };

beforeAll(async () => {
  ({ page } = web);
  await page.goto(web.house.millrace.links!.make().replace("127.0.0.1", "localhost"));
  await page.goto(at("/people"));
  await page.getByLabel("Your name").fill(ada.name);
  await page.getByLabel("E-mail").fill(ada.email);
  await page.getByLabel("Password").fill(ada.password);
  await page.getByRole("button", { name: "Create account" }).click();
  await page.getByRole("button", { name: `${ada.name}, preferences` }).waitFor();
  await withDevice(page);
});

test("a passkey is added to the account, signs in in place of password and code, and no more once it is removed", async () => {
  await page.goto(at("/account"));
  await page.getByRole("button", { name: "Add a passkey" }).click();
  await page.getByLabel("Name", { exact: true }).fill("Office laptop");
  await page.getByLabel("Current password").last().fill("not the one");
  await page.getByRole("button", { name: "Continue" }).click();
  await page.getByText("Is not your current password").waitFor();
  await page.getByLabel("Current password").last().fill(ada.password);
  await page.getByRole("button", { name: "Continue" }).click();
  await page.getByText("Office laptop").waitFor();
  await web.expectGoodOnPhone("account-passkey", page.getByText("Office laptop"));
  await signOut();
  await web.expectGoodOnPhone("sign-in-ways");
  await page.getByRole("button", { name: "Sign in with a passkey" }).click();
  await page.getByRole("button", { name: `${ada.name}, preferences` }).waitFor();
  expect(await signedInAs()).toBe(ada.email);

  await page.goto(at("/account"));
  await page.getByText("last used", { exact: false }).first().waitFor();
  await page.getByRole("button", { name: "Remove the passkey Office laptop" }).click();
  await page.getByRole("button", { name: "Remove the passkey Office laptop" }).waitFor({ state: "detached" });
  await signOut();
  await page.getByRole("button", { name: "Sign in with a passkey" }).click();
  await page.getByText("This passkey could not be verified").waitFor();
  expect(await signedInAs()).toBeNull();
});

test("the provider signs in who has an account, back to the page where they were, and nothing of it stays in the address", async () => {
  oidc.setNext({ sub: "7", claims: { email: ada.email } });
  await page.goto(at("/flows"));
  await page.getByRole("button", { name: "Continue with Agency login" }).click();
  await page.getByRole("heading", { level: 1, name: "Flows" }).waitFor();
  expect(page.url()).toBe(at("/flows"));
  await page.goBack().catch(() => {});
  expect(page.url()).not.toContain("code=");
});

test("somebody who is not invited reads that, and which address they came with", async () => {
  await page.goto(at("/account"));
  await signOut();
  oidc.setNext({ sub: "8", claims: { email: "stranger@example.com" } });
  await page.getByRole("button", { name: "Continue with Agency login" }).click();
  await page.getByText("No account or invitation exists for stranger@example.com").waitFor();
  expect(await signedInAs()).toBeNull();
});

/** The address of whoever the server takes this browser for. */
const signedInAs = () =>
  page.evaluate<string | null>(
    'fetch("/api/v1/session", { headers: { "x-millrace": "1" } }).then((reply) => (reply.ok ? reply.json() : null)).then((body) => body?.account.email ?? null)',
  );

async function signOut(): Promise<void> {
  await page.getByRole("button", { name: "Sign out", exact: true }).first().click();
  await page.getByRole("heading", { level: 1, name: "Sign in" }).waitFor();
}

/** A device that keeps passkeys and says yes. */
async function withDevice(on: Page): Promise<void> {
  const client = await on.context().newCDPSession(on);
  await client.send("WebAuthn.enable");
  const options = {
    protocol: "ctap2",
    transport: "internal",
    hasResidentKey: true,
    hasUserVerification: true,
    isUserVerified: true,
  } as const;
  await client.send("WebAuthn.addVirtualAuthenticator", { options: { ...options, automaticPresenceSimulation: true } });
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port: free } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return free;
}
