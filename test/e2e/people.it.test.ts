/** People with accounts: how they are let in, what each role is offered, a second factor, sessions, and workspaces. */
import { Secret, TOTP } from "otpauth";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { FlowDetail } from "#api/schemas.ts";
import { barriers, expectShown, openBrowser, openPage, picture } from "#test/support/browser.ts";
import { connectAcme, post, type House } from "#test/support/inbox.ts";
import { webPage } from "#test/support/web-page.ts";

// The sign-in page is there because the session is not: browsers note such answers.
const web = webPage({ expected: /status of (400|401|409)/ });
let house: House;
let owner: Page;
let flow: FlowDetail;

const people = {
  ada: { name: "Ada Byron", email: "ada@example.com", password: "a mill by the river" },
  vera: { name: "Vera Rubin", email: "vera@example.com", password: "galaxies turn too fast" },
  carl: { name: "Carl of Acme", email: "carl@example.com", password: "teeth need brushing twice" },
};
interface Person {
  name: string;
  email: string;
  password: string;
}

beforeAll(async () => {
  ({ house, page: owner } = web);
  await connectAcme(house.millrace);
  const trigger = { app: "http", operation: "webhook" };
  const contact = {
    id: "contact",
    app: "highlevel",
    operation: "contacts.upsert",
    connection: "acme",
    input: { email: "{{ trigger.email }}" },
  };
  flow = (await house.api<FlowDetail>("POST", "/flows", { name: "Patients to contacts", trigger, steps: [contact] })).body;
  flow = (await house.api<FlowDetail>("POST", `/flows/${flow.id}/publish`)).body;
  await house.api("POST", "/flows", { name: "Other business", trigger, steps: [{ id: "seen", format: { id: "{{ trigger.id }}" } }] });
  await house.api("PUT", "/rules/score", {
    title: "Score to tag",
    kind: "table",
    rows: [{ from: "9", to: "promoter" }],
    otherwise: "keep",
  });
  await house.api("POST", "/inboxes", { app: "highlevel", name: "acme_app", title: "Acme connector", registration: null });
  await post(flow.trigger.hookUrl!, JSON.stringify({ email: "grace@example.com" }));
});

const browsers: Browser[] = [];
afterAll(async () => void (await Promise.all(browsers.map((browser) => browser.close()))));

/** A browser of its own, that has never been here: the contexts of this build of Chromium share what a page's requests set. */
async function freshBrowser(): Promise<{ page: Page; complaints: string[] }> {
  const browser = await openBrowser();
  browsers.push(browser);
  return openPage(browser);
}

const at = (path: string) => `${house.millrace.localUrl}${path}`;
const heading = (page: Page, name: string) => page.getByRole("heading", { level: 1, name }).waitFor();
const inside = (page: Page) => page.getByRole("navigation", { name: "Main" }).first().waitFor();
const status = (page: Page, method: string, path: string, body: unknown) =>
  page.evaluate<number>(
    `fetch("/api/v1${path}", { method: "${method}", headers: { "x-millrace": "1", "content-type": "application/json" }, body: ${JSON.stringify(JSON.stringify(body))} }).then((reply) => reply.status)`,
  );

/** Makes an invitation on the page of the owner, and gives its link. */
async function invite(email: string, role: string, subAccount?: string): Promise<string> {
  await web.open("/people");
  await owner.getByRole("button", { name: "Invite somebody" }).click();
  const dialog = owner.getByRole("dialog", { name: "Invite somebody" });
  await dialog.getByLabel("E-mail").fill(email);
  await dialog.getByLabel("Role").selectOption(role);
  if (subAccount !== undefined) {
    await dialog.getByRole("button", { name: /Sub-account/ }).click();
    await owner.getByRole("option", { name: subAccount }).click();
  }
  await dialog.getByRole("button", { name: "Invite" }).click();
  return await linkIn(owner);
}

async function linkIn(page: Page): Promise<string> {
  const code = page.getByRole("dialog").locator("code");
  await code.waitFor();
  return await code.innerText();
}

async function accept(page: Page, link: string, person: Person): Promise<void> {
  await page.goto(link);
  await page.getByLabel("Your name").fill(person.name);
  await page.getByLabel("Password").fill(person.password);
  await page.getByRole("button", { name: "Join" }).click();
}

async function signIn(page: Page, { email, password }: Pick<Person, "email" | "password">): Promise<void> {
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
}

/** Signs out on the page of one's account. */
async function signOut(page: Page): Promise<void> {
  await page.goto(at("/account"));
  await page.getByRole("button", { name: "Sign out", exact: true }).first().click();
  await heading(page, "Sign in");
}

test("whoever came in with the link of the machine makes the owner's account, and is then in with it", async () => {
  await web.open("/people");
  await owner.getByRole("heading", { name: "Create your account first" }).waitFor();
  await web.expectGoodOnPhone("people-first");
  await owner.getByLabel("Your name").fill(people.ada.name);
  await owner.getByLabel("E-mail").fill(people.ada.email);
  await owner.getByLabel("Password").fill("1234567890");
  await owner.getByRole("button", { name: "Create account" }).click();
  await owner.getByText("Is too common").waitFor();
  expect(await owner.getByLabel("Your name").inputValue(), "what was typed stays").toBe(people.ada.name);
  await owner.getByLabel("Password").fill(people.ada.password);
  await owner.getByRole("button", { name: "Create account" }).click();
  await owner.getByRole("combobox", { name: `Role of ${people.ada.name}` }).waitFor();
  await owner.getByRole("button", { name: `${people.ada.name}, preferences` }).waitFor();
  await web.expectGoodOnPhone("people");
});

let viewer: Page;
let viewerComplaints: string[];

test("a viewer accepts an invitation in another browser", async () => {
  const link = await invite(people.vera.email, "viewer");
  await web.expectGoodOnPhone("people-invited");
  await owner.getByRole("button", { name: "Done" }).click();
  await owner.getByText(people.vera.email).waitFor();
  ({ page: viewer, complaints: viewerComplaints } = await freshBrowser());
  await viewer.goto(link);
  await heading(viewer, "Join");
  expect(viewer.url()).not.toContain("invitation");
  expect(await viewer.getByRole("main").innerText()).toContain("as a viewer");
  for (const colorScheme of ["light", "dark"] as const) {
    await viewer.emulateMedia({ colorScheme });
    await picture(viewer, `invitation-${colorScheme}`);
    expect(await barriers(viewer)).toEqual([]);
  }
  await accept(viewer, link, people.vera);
  await inside(viewer);
  await viewer.getByRole("button", { name: `${people.vera.name}, preferences` }).waitFor();

  const again = await viewer.context().newPage();
  await again.goto(link);
  await again.getByText("This invitation was used or withdrawn, or has expired").waitFor();
  await again.close();
});

/** What begins a write. Reading goes on: to copy, to export, to view. */
const writes =
  /^(New|Add|Make|Publish|Pause|Resume|Replay|Cancel|Dismiss|Import|Save|Remove|Delete|Edit|Test|Restore|Dry run|Use|Set up|Rename|Invite|Choose|Allow|Reconnect|Connect|Discard|Check again|Try|Call|Duplicate|Change)\b/;

test("a viewer looks at every page, is offered no change, and the server refuses one all the same", async () => {
  viewerComplaints.length = 0;
  const { runs } = (await house.api<{ runs: { id: string }[] }>("GET", "/runs")).body;
  const ofFlow = ["", "?tab=json", "?tab=checks", "?tab=versions"].map((tab) => `/flows/${flow.id}${tab}`);
  const plain = ["/", "/flows", "/templates", "/runs", "/attention", "/connections", "/inboxes", "/rules", "/catalog", "/account"];
  const paths = [...plain, ...ofFlow, `/runs/${runs[0]!.id}`, "/rules/score", "/catalog/highlevel/contacts/upsert", "/people"];
  for (const path of paths) {
    await viewer.goto(at(path));
    await viewer.getByRole("heading", { level: 1 }).waitFor();
    await viewer.getByRole("status", { name: "Loading" }).first().waitFor({ state: "detached" });
    const main = viewer.getByRole("main");
    const named = await Promise.all(
      (await main.getByRole("button").all()).map(async (one) => (await one.getAttribute("aria-label")) ?? one.innerText()),
    );
    if (path !== "/account")
      expect(
        named.filter((name) => writes.test(name)),
        path,
      ).toEqual([]);
    expect(await viewer.locator("[data-sonner-toast]").count(), path).toBe(0);
    await picture(viewer, `viewer-${path.replace(flow.id, "flow").replace(/\W+/g, "-")}`);
  }
  expect(viewerComplaints, "no page asked for what a viewer may not see").toEqual([]);
  await viewer.goto(at(`/flows/${flow.id}`));
  await viewer.getByText("You are signed in as a viewer. Ask an owner if you need another role.").waitFor();
  expect(await barriers(viewer)).toEqual([]);

  expect(await status(viewer, "POST", `/flows/${flow.id}/pause`, {})).toBe(403);
  expect(await status(viewer, "PUT", `/flows/${flow.id}`, flow.definition)).toBe(403);
  expect(await status(viewer, "POST", "/invitations", { email: "eve@example.com", role: "owner" })).toBe(403);
  viewerComplaints.length = 0;
});

test("a role that is changed counts at once, also in a browser that is open", async () => {
  await viewer.goto(at(`/flows/${flow.id}`));
  await viewer.getByText("You are signed in as a viewer").waitFor();
  await web.open("/people");
  await owner.getByRole("combobox", { name: `Role of ${people.vera.name}` }).selectOption("operator");
  await owner.getByText(`${people.vera.name} is an operator now`).waitFor();
  await viewer.getByRole("button", { name: "Pause flow" }).waitFor();
  expect(await viewer.getByRole("button", { name: /^Publish/ }).count()).toBe(0);
  expect(await status(viewer, "POST", `/flows/${flow.id}/pause`, {})).toBe(200);
  expect(await status(viewer, "POST", `/flows/${flow.id}/resume`, {})).toBe(200);
  expect(await status(viewer, "PUT", `/flows/${flow.id}`, flow.definition)).toBe(403);
});

test("a client sees one page about one sub-account, and nothing of another", async () => {
  const link = await invite(people.carl.email, "client", "Acme Dental");
  const { page: client } = await freshBrowser();
  await accept(client, link, people.carl);
  await heading(client, "Acme Dental");
  const text = await client.getByRole("main").innerText();
  expect(text).toContain("Patients to contacts");
  expect(text).not.toContain("Other business");
  expect(await client.getByRole("navigation").count()).toBe(0);
  for (const colorScheme of ["light", "dark"] as const) {
    await client.emulateMedia({ colorScheme });
    await picture(client, `client-${colorScheme}`);
    expect(await barriers(client)).toEqual([]);
  }
  await client.setViewportSize({ width: 390, height: 844 });
  await picture(client, "client-phone");
  await client.goto(at("/flows"));
  await heading(client, "Acme Dental");
  const flows = await client.evaluate<number>(`fetch("/api/v1/flows").then((reply) => reply.status)`);
  expect(flows).toBe(403);
  await signOut(client);
});

test("a second factor is turned on, and signing in takes its code from then on", async () => {
  await web.open("/account");
  await web.expectGoodOnPhone("account");
  await owner.getByRole("button", { name: "Turn it on" }).click();
  const dialog = owner.getByRole("dialog", { name: "Turn on the second factor" });
  const secret = (await dialog.locator("code").innerText()).replaceAll(" ", "");
  await web.expectGoodOnPhone("account-second-factor");
  await dialog.getByLabel("Code").fill(codeOf(secret));
  await dialog.getByLabel("Current password").fill("not the password");
  await dialog.getByRole("button", { name: "Turn it on" }).click();
  await dialog.getByText("Is not your current password").waitFor();
  await dialog.getByLabel("Code").fill(codeOf(secret));
  await dialog.getByLabel("Current password").fill(people.ada.password);
  await dialog.getByRole("button", { name: "Turn it on" }).click();
  const codes = owner.getByRole("list", { name: "Recovery codes" }).getByRole("listitem");
  await codes.first().waitFor();
  const [recovery, ...others] = await codes.allInnerTexts();
  expect(others).toHaveLength(9);
  await web.expectGoodOnPhone("account-recovery-codes");
  await owner.getByRole("button", { name: "I have stored them" }).click();
  await owner.getByText("Signing in needs your password and a code").waitFor();

  await signOut(owner);
  await web.expectGoodOnPhone("sign-in");
  await signIn(owner, people.ada);
  await owner.getByLabel("Code").waitFor();
  await web.expectGoodOnPhone("sign-in-code");
  await owner.getByLabel("Code").fill("000 000");
  await owner.getByRole("button", { name: "Sign in" }).click();
  await owner.getByText("This code is wrong or was already used").waitFor();
  await owner.getByLabel("Code").fill(codeOf(secret, 30_000)); // the one of this moment turned it on, and counts once
  await owner.getByRole("button", { name: "Sign in" }).click();
  await heading(owner, "Your account");

  await signOut(owner);
  await signIn(owner, people.ada);
  await owner.getByLabel("Code").fill(recovery!);
  await owner.getByRole("button", { name: "Sign in" }).click();
  await heading(owner, "Your account");
});

test("turning the second factor off takes a code as well", async () => {
  await owner.getByRole("button", { name: "Turn it off" }).click();
  const dialog = owner.getByRole("dialog", { name: "Turn off the second factor" });
  await dialog.getByLabel("Current password").fill(people.ada.password);
  await dialog.getByLabel("Code").fill("000 000");
  await dialog.getByRole("button", { name: "Turn it off" }).click();
  await expectShown(dialog.getByText("This code is wrong or was already used"));
  await web.expectGoodOnPhone("account-second-factor-off");
  await dialog.getByRole("button", { name: "Cancel" }).click();
});

test("an owner says from where the workspace may be used, and is not let lock themselves out", async () => {
  await web.open("/people");
  const addresses = owner.getByLabel("Addresses", { exact: true });
  await addresses.fill("nonsense");
  await owner.getByRole("button", { name: "Save addresses" }).click();
  await owner.getByText("is neither an address nor a range").waitFor();
  await web.expectGoodOnPhone("people-addresses");
  await addresses.fill("203.0.113.0/24"); // this machine always may
  await owner.getByRole("button", { name: "Save addresses" }).click();
  await owner.getByText("The allowed addresses are saved").waitFor();
  await addresses.fill("");
  await owner.getByRole("button", { name: "Save addresses" }).click();
  await expectShown(owner.getByText("may be used from anywhere"));
});

const codeOf = (base32: string, laterMs = 0) =>
  new TOTP({ secret: Secret.fromBase32(base32), digits: 6, period: 30 }).generate({ timestamp: Date.now() + laterMs });

test("a session that is ended on the page of the account signs that browser out", async () => {
  const { page: second } = await freshBrowser();
  await second.goto(at("/flows"));
  await heading(second, "Sign in");
  await signIn(second, people.vera);
  await heading(second, "Flows");
  await viewer.goto(at("/account"));
  await viewer
    .getByRole("listitem")
    .filter({ hasText: "last used" })
    .filter({ hasNotText: "this browser" })
    .getByRole("button", { name: "Sign out" })
    .click();
  await viewer.getByText("is signed out").waitFor();
  await second.getByRole("link", { name: "Runs", exact: true }).first().click();
  await heading(second, "Sign in");
  expect(await second.getByLabel("API key").count()).toBe(0);
});

test("a link of an owner gives somebody a new password, once", async () => {
  await web.open("/people");
  await owner.getByRole("button", { name: `More about ${people.vera.name}` }).click();
  await owner.getByRole("menuitem", { name: "Link for a new password" }).click();
  const link = await linkIn(owner);
  await owner.getByRole("button", { name: "Done" }).click();
  const { page } = await freshBrowser();
  await page.goto(link);
  await heading(page, "Choose a new password");
  expect(page.url()).not.toContain("reset");
  await page.getByLabel("New password").fill("stars are made of hydrogen");
  await page.getByRole("button", { name: "Set the password" }).click();
  await inside(page);
  await signOut(page);
  await signIn(page, people.vera);
  await page.getByText("Wrong e-mail address or password").waitFor();
  expect(await page.getByLabel("E-mail").inputValue()).toBe(people.vera.email);
  await signIn(page, { ...people.vera, password: "stars are made of hydrogen" });
  await heading(page, "Your account");
});

test("an API key is made with bounds, shown once, and removed", async () => {
  await web.open("/people");
  await owner.getByRole("button", { name: "Create API key" }).first().click();
  const dialog = owner.getByRole("dialog", { name: "Create an API key" });
  await dialog.getByLabel("Name").fill("Reports");
  await dialog.getByLabel("Only some of it").check();
  await dialog.getByLabel("See runs and what was in them").check();
  await web.expectGoodOnPhone("people-add-key");
  await dialog.getByRole("button", { name: "Create API key" }).click();
  const key = await linkIn(owner);
  expect(key).toMatch(/^mr_/);
  await owner.getByRole("button", { name: "Done" }).click();
  await web.expectGoodOnPhone("people-keys", owner.getByText("Reports"));
  const headers = { authorization: `Bearer ${key}` };
  expect((await fetch(at("/api/v1/runs"), { headers })).status).toBe(200);
  expect((await fetch(at("/api/v1/flows"), { headers })).status).toBe(403);
  await owner.getByRole("button", { name: "Delete the API key Reports" }).click();
  await owner.getByRole("button", { name: "Delete API key" }).click();
  await owner.getByText("API key Reports deleted").waitFor();
  expect((await fetch(at("/api/v1/runs"), { headers })).status).toBe(401);
});

test("a new workspace is empty, and the tab that is left in the old one says so instead of writing into the new", async () => {
  const other = await owner.context().newPage();
  await other.goto(at("/people"));
  await other.getByLabel("Name").fill("Acme and others");
  await web.open("/flows");
  await owner
    .getByRole("button", { name: /, workspaces$/ })
    .first()
    .click();
  await owner.getByRole("menuitem", { name: "New workspace" }).click();
  await owner.getByLabel("Name").fill("Borealis");
  await owner.getByRole("button", { name: "Create workspace" }).click();
  await owner.getByRole("button", { name: "Borealis, workspaces" }).first().waitFor();
  await web.open("/flows");
  await owner.getByText("A flow starts with a trigger").waitFor();

  // The notice may be there already, over the button: whatever was clicked just before must not be written.
  await other.getByRole("button", { name: "Rename", includeHidden: true }).dispatchEvent("click");
  const notice = other.getByRole("alertdialog", { name: "You switched workspaces" });
  await notice.waitFor();
  await picture(other, "workspace-changed");
  expect(await barriers(other)).toEqual([]);
  await notice.getByRole("button", { name: "Reload" }).click();
  await other.getByRole("button", { name: "Borealis, workspaces" }).first().waitFor();
  await other.close();

  await owner.getByRole("button", { name: "Borealis, workspaces" }).first().click();
  await web.expectGood("workspaces");
  await owner.getByRole("menuitemradio").filter({ hasNotText: "Borealis" }).click();
  await heading(owner, "Home");
  await web.open("/flows");
  await owner.getByText("Patients to contacts").first().waitFor();
});

test("a link of the machine gives an owner a new password, and turns the second factor off", async () => {
  const { page } = await freshBrowser();
  await page.goto(house.millrace.links!.make());
  await heading(page, "Choose a new password");
  expect(page.url()).not.toContain("open=");
  await picture(page, "claim");
  expect(await barriers(page)).toEqual([]);
  await page.getByLabel("E-mail").fill(people.vera.email);
  await page.getByLabel("New password").fill("the river runs to the sea");
  await page.getByRole("button", { name: "Set the password" }).click();
  await page.getByText("is not an owner of this workspace").waitFor();
  await page.getByLabel("E-mail").fill(people.ada.email);
  await page.getByRole("button", { name: "Set the password" }).click();
  await inside(page);
  await page.goto(at("/account"));
  await page.getByText("When it is on, signing in also needs a code").waitFor();
});
