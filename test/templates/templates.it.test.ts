/** Every template that comes with Millrace, installed with its defaults, checked, tried and run from its trigger against the sandbox. */
import { createServer, type Server } from "node:http";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type {
  ConnectionView,
  DryRunReply,
  FlowDetail,
  LintView,
  RuleDetail,
  RunDetail,
  RunList,
  SetupView,
  TemplateDetail,
  TemplateOffer,
  TemplateView,
} from "#api/schemas.ts";
import { TestClock } from "#kernel/clock.ts";
import { sandboxDefaults, type Sandbox } from "#sandbox/index.ts";
import { firstWorkspaceId } from "#server/start/store.ts";
import { builtInTemplates } from "#templates/built-in/index.ts";
import { connectAcme, inboxFolder, openHouse, post, type House } from "#test/support/inbox.ts";
import { appointmentRows, contactAt } from "#test/triggers/watched/contacts.ts";
import { opportunityAt } from "#test/triggers/watched/others.ts";

const { acmeDental, calendars, users } = sandboxDefaults;
const minute = 60_000;
const day = 86_400_000;
const clock = new TestClock(Date.UTC(2026, 10, 29, 12));

let house: House;
let sandbox: Sandbox;
let app: { origin: string; received: { path: string; type: string | undefined; text: string }[]; server: Server; list: object[] };
const { folder, remove } = inboxFolder();

/** The customer's own app: takes what is posted, and has a list. */
async function openApp(): Promise<typeof app> {
  const received: (typeof app)["received"] = [];
  const list: object[] = [];
  const server = createServer((req, res) => {
    const chunks: Buffer[] = [];
    req.on("data", (chunk: Buffer) => chunks.push(chunk));
    req.on("end", () => {
      if (req.method !== "GET")
        received.push({ path: req.url!, type: req.headers["content-type"], text: Buffer.concat(chunks).toString() });
      res.writeHead(200, { "content-type": "application/json" });
      res.end(JSON.stringify(req.method === "GET" ? list : { ok: true }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  return { origin: `http://127.0.0.1:${port}`, received, server, list };
}

beforeAll(async () => {
  app = await openApp();
  house = await openHouse(folder, true, clock, { env: { MILLRACE_ALLOW_PRIVATE_HOSTS: new URL(app.origin).host } });
  sandbox = house.millrace.sandbox!.systems;
  sandbox.state.search.lagMs = 0;
  await connectAcme(house.millrace);
  const addresses = Object.entries(sandbox.sightMillPaths()).map(([name, path]) => [name, house.millrace.sandbox!.url + path]);
  await house.millrace.vault.connect(firstWorkspaceId, {
    name: "sightmill-main",
    title: "SightMill",
    app: "sightmill",
    auth: "url",
    secret: Object.fromEntries(addresses),
  });
  await house.millrace.vault.connect(firstWorkspaceId, {
    name: "flocksy-main",
    title: "Flocksy",
    app: "flocksy",
    auth: "header",
    baseUrl: `${house.millrace.sandbox!.url}/flocksy`,
    secret: { token: sandbox.flocksy.logins.key },
  });
});
afterAll(async () => {
  await house.millrace.close();
  app.server.closeAllConnections();
  app.server.close();
  remove();
});

const ask = async <T>(method: string, path: string, body?: unknown): Promise<T> => {
  const reply = await house.api<T>(method, path, body);
  expect(reply.status, `${method} ${path}: ${JSON.stringify(reply.body)}`).toBeLessThan(300);
  return reply.body;
};

/** Moves the clock until something is so. */
async function until<T>(what: string, read: () => Promise<T>, passes: (value: T) => boolean, stepMs = 1_000): Promise<T> {
  for (let i = 0; i < 3_000; i++) {
    const value = await read();
    if (passes(value)) return value;
    await clock.advance(stepMs);
  }
  throw new Error(`Gave up waiting for ${what}: ${JSON.stringify(await read())}`);
}

// ---------------------------------------------------------------- people and their things

const contactOf = (email: string) => sandbox.state.contacts.all().find((contact) => contact.email === email);
const tasksOf = (id: string) => sandbox.state.tasks.all().filter(({ contactId }) => contactId === id);
const notesOf = (id: string) => sandbox.state.notes.all().filter(({ contactId }) => contactId === id);
const dealsOf = (id: string) => sandbox.state.opportunities.all().filter(({ contactId }) => contactId === id);
const scoreOf = (email: string) => contactOf(email)?.customFields.find(({ id }) => id === sandboxDefaults.customFields.score)?.value;
const received = () => app.received.map(({ text }) => JSON.parse(text) as Record<string, unknown>);
const surveyed = () => sandbox.sightmill.received().map(({ hook, fields }) => ({ hook, ...fields }));

const save = (id: string, more: object = {}) => {
  const before =
    sandbox.state.contacts.get(id) ?? contactAt(id, 1, clock.now(), { email: "ada@mill.example", lastName: "Byron", firstName: "Ada" });
  return sandbox.state.saveContact({ ...before, ...more, dateUpdated: clock.now() });
};
const appointment = (status: string) => {
  save("ada");
  if (!sandbox.state.appointments.get("visit")) appointmentRows(sandbox.state, "ada", () => "visit").make!(1, clock.now());
  const row = sandbox.state.appointments.get("visit")!;
  sandbox.state.appointments.put({
    ...row,
    contactId: "ada",
    calendarId: calendars.checkUps,
    status: status as never,
    dateUpdated: clock.now(),
  });
};
const deal = (more: object = {}) => {
  save("ada");
  const row = sandbox.state.opportunities.get("deal") ?? {
    ...opportunityAt("deal", 1, clock.now()),
    contactId: "ada",
    name: "Implants for Ada",
  };
  sandbox.state.opportunities.put({ ...row, ...more, updatedAt: clock.now() });
};

const answer = { score: 3, comment: "Too slow", email: "Una@mill.example", firstname: "Una", surname: "Fair", tags: ["North", "vip"] };
const lead = { name: "Leo Lead", email: "Leo@mill.example", phone: "+441632960961", message: "Call me" };

const tagNamed = (name: string) => sandbox.state.tags.inLocation(acmeDental).filter((each) => each.name === name);
const socialTag = (tag: string) => {
  const [first] = sandbox.state.socialTags.inLocation(acmeDental);
  sandbox.state.socialTags.put({ ...first!, id: `66c2a1b3d4e5f6a7b8c9d${sandbox.state.socialTags.size + 100}`, tag });
};
const flocksyTag = (name: string) => sandbox.flocksy.tags.all().find((each) => each.name === name);
const flocksyMetrics = () => sandbox.flocksy.metrics.all().map(({ metricId, locationId }) => `${metricId} ${locationId}`);
const refreshed = () => sandbox.flocksy.campaigns.all().flatMap(({ name, refreshedAt }) => (refreshedAt === null ? [] : [name]));

/** How a template is answered, what makes it start, and what must have come of it. */
interface Drive {
  choices?: Record<string, string | number>;
  /** What is there before the flow is on. */
  before?(): void;
  /** What its webhook is sent. */
  event?: object;
  /** What it is tried with, where there is no sample yet. */
  sample?: object;
  /** What happens in the apps. */
  happens?(): void;
  /** How long its schedule or its waits take. */
  after?: number;
  then(): void;
}

const stage = "New patients / Booked";
/** What Flocksy tells whoever it was told the address of, signed. */
const flocksyTold = {
  tag: { id: "fevt_9", tag: { id: "ftagVip0000000000001", name: "Platinum", description: "Rare" } },
  metric: { id: "fevt_8", metric: { id: "w1", metricId: "likes", date: "2026-11-29", locationId: acmeDental } },
};
const toApp = { address: "" };

const drives: Record<string, Drive> = {
  "survey-answers-to-contacts": {
    choices: { unhappy: "sad", "score-field": "Net promoter score", owner: "Dana Whitfield" },
    event: answer,
    then() {
      const una = contactOf("una@mill.example")!;
      expect(una).toMatchObject({ firstName: "Una", lastName: "Fair", tags: ["sad"] });
      expect(scoreOf("una@mill.example")).toBe(3);
      expect(tasksOf(una.id)).toMatchObject([{ title: "Call Una Fair", assignedTo: users.owner }]);
      expect(notesOf(una.id)).toMatchObject([{ body: "Survey answer, 3 of 10: Too slow" }]);
    },
  },
  "survey-answer-updates-contact": {
    choices: { "score-field": "Net promoter score" },
    event: { ...answer, score: 8 },
    then: () => expect(scoreOf("una@mill.example")).toBe(8),
  },
  "survey-comment-to-note": {
    event: answer,
    then: () => expect(notesOf(contactOf("una@mill.example")!.id)).toMatchObject([{ body: "Survey answer, 3 of 10: Too slow" }]),
  },
  "unhappy-answer-to-task": {
    choices: { "unhappy-up-to": 4, owner: "Marco Reyes" },
    event: answer,
    then: () => expect(tasksOf(contactOf("una@mill.example")!.id)).toMatchObject([{ assignedTo: users.desk }]),
  },
  "survey-tags-to-contact": { event: answer, then: () => expect(contactOf("una@mill.example")!.tags).toEqual(["north", "vip"]) },
  "promoter-to-opportunity": {
    choices: { stage },
    event: { ...answer, score: 10 },
    then: () => expect(dealsOf(contactOf("una@mill.example")!.id)).toMatchObject([{ name: "Referral from Una Fair", status: "open" }]),
  },
  "appointment-shown-to-survey": {
    choices: { wait: "30m" },
    before: () => appointment("confirmed"),
    happens: () => appointment("showed"),
    after: 60 * minute,
    then: () => expect(surveyed()).toMatchObject([{ hook: "send_email_survey", email: "ada@mill.example", firstname: "Ada" }]),
  },
  "won-deal-to-survey": {
    choices: { wait: "45m" },
    before: () => deal(),
    happens: () => deal({ status: "won" }),
    after: 60 * minute,
    then: () => expect(surveyed()).toMatchObject([{ hook: "send_email_survey", email: "ada@mill.example", product: "Implants for Ada" }]),
  },
  "tag-to-survey": {
    before: () => save("ada"),
    happens: () => save("ada", { tags: ["ask for feedback"] }),
    then: () => expect(surveyed()).toMatchObject([{ hook: "send_email_survey", email: "ada@mill.example" }]),
  },
  "new-contact-to-sightmill": {
    happens: () => save("ada", { tags: ["patient"] }),
    then: () => expect(surveyed()).toMatchObject([{ hook: "add_contact", email: "ada@mill.example", segment: "customer", tag: "patient" }]),
  },
  "web-lead-to-contact-and-opportunity": {
    choices: { stage, tag: "web" },
    event: lead,
    then() {
      const leo = contactOf("leo@mill.example")!;
      expect(leo).toMatchObject({ firstName: "Leo", lastName: "Lead", tags: ["web"], source: "Website" });
      expect(dealsOf(leo.id)).toMatchObject([{ name: "Leo Lead" }]);
      expect(tasksOf(leo.id)).toMatchObject([{ title: "Call Leo Lead", body: "Call me" }]);
    },
  },
  "webhook-to-contact": { event: lead, then: () => expect(contactOf("leo@mill.example")).toMatchObject({ source: "Your app" }) },
  "list-to-contacts": {
    choices: { ...toApp, tag: "buyer" },
    sample: { id: 7, ...lead },
    before: () => app.list.splice(0),
    happens: () => app.list.push({ id: 7, ...lead }),
    then: () => expect(contactOf("leo@mill.example")).toMatchObject({ firstName: "Leo", tags: ["buyer"] }),
  },
  "new-contact-to-task": {
    happens: () => save("ada"),
    then: () => expect(tasksOf("ada")).toMatchObject([{ title: "Follow up with Ada Byron" }]),
  },
  "contact-to-your-app": {
    choices: toApp,
    happens: () => save("ada", { tags: ["patient"] }),
    then: () => expect(received()).toMatchObject([{ contactId: "ada", email: "ada@mill.example", tags: ["patient"] }]),
  },
  "changed-contact-to-your-app": {
    choices: toApp,
    before: () => save("ada"),
    happens: () => save("ada", { firstName: "Augusta" }),
    then: () => expect(received()).toMatchObject([{ contactId: "ada", change: "changed", firstName: "Augusta" }]),
  },
  "webhook-to-task": {
    event: { ...lead, title: "Sign the contract", dueDate: "2026-12-24" },
    then: () => expect(tasksOf(contactOf("leo@mill.example")!.id)).toMatchObject([{ title: "Sign the contract" }]),
  },
  "webhook-to-note-and-tag": {
    event: { ...lead, note: "Came by", tags: "Walk-in" },
    then() {
      const leo = contactOf("leo@mill.example")!;
      expect(leo.tags).toEqual(["walk-in"]);
      expect(notesOf(leo.id)).toMatchObject([{ body: "Came by" }]);
    },
  },
  "tag-added-to-your-app": {
    choices: { ...toApp, tag: "gold" },
    before: () => save("ada", { tags: ["patient"] }),
    happens: () => save("ada", { tags: ["patient", "gold"] }),
    then: () => expect(received()).toEqual([{ email: "ada@mill.example", name: "Ada Byron", tag: "gold" }]),
  },
  "tag-to-workflow": {
    choices: { tag: "gold", workflow: "Recall after six months" },
    before: () => save("ada"),
    happens: () => save("ada", { tags: ["gold"] }),
    then: () => expect(sandbox.state.contacts.get("ada")!.workflows).toEqual([sandboxDefaults.workflows.recall]),
  },
  "tag-brings-into-segment-to-workflow": {
    choices: { segment: "unhappy-customers", workflow: "Recall after six months" },
    before: () => save("ada"),
    happens: () => save("ada", { tags: ["unhappy"] }),
    then: () => expect(sandbox.state.contacts.get("ada")!.workflows).toEqual([sandboxDefaults.workflows.recall]),
  },
  "segments-to-tags": {
    before: () => save("ada"),
    happens: () => save("ada", { tags: ["promoter", "segment: unhappy customers"] }),
    then: () => expect(sandbox.state.contacts.get("ada")!.tags).toEqual(["promoter", "segment: big fans"]),
  },
  "segment-to-workflow-every-morning": {
    choices: { segment: "unhappy-customers", workflow: "Recall after six months", mark: "Asked back" },
    before: () => save("ada", { tags: ["unhappy"] }),
    after: day + minute,
    then() {
      expect(sandbox.state.contacts.get("ada")).toMatchObject({
        tags: ["unhappy", "asked back"],
        workflows: [sandboxDefaults.workflows.recall],
      });
      expect(sandbox.state.contacts.all().filter(({ tags }) => tags.includes("asked back"))).toHaveLength(1);
    },
  },
  "user-segments-to-your-app": {
    choices: toApp,
    happens: () => {
      const user = sandbox.state.users.get(users.owner)!;
      sandbox.state.users.put({ ...user, firstName: "Dana-Marie" });
    },
    then: () => expect(received()).toMatchObject([{ userId: users.owner, segments: ["Admins"] }]),
  },
  "tags-to-your-app": {
    choices: toApp,
    happens: () => sandbox.state.tags.put({ id: "tagBrandNew", locationId: acmeDental, name: "brand new" }),
    then: () => expect(received()).toMatchObject([{ tagName: "brand new", locationId: acmeDental, change: "new" }]),
  },
  "no-show-to-task-and-tag": {
    before: () => appointment("confirmed"),
    happens: () => appointment("noshow"),
    then() {
      expect(sandbox.state.contacts.get("ada")!.tags).toEqual(["no-show"]);
      expect(tasksOf("ada")).toMatchObject([{ title: "Rebook Ada Byron" }]);
    },
  },
  "won-deal-to-your-app": {
    choices: toApp,
    before: () => deal(),
    happens: () => deal({ status: "won", monetaryValue: 1800 }),
    then: () => expect(received()).toMatchObject([{ opportunityId: "deal", value: 1800, email: "ada@mill.example" }]),
  },
  "stage-moved-to-your-app": {
    choices: toApp,
    before: () => deal(),
    happens: () => deal({ pipelineStageId: sandboxDefaults.pipelines.acme.stages[3] }),
    then: () => expect(received()).toMatchObject([{ opportunityId: "deal", toStageId: sandboxDefaults.pipelines.acme.stages[3] }]),
  },
  "statistics-every-morning": {
    choices: toApp,
    after: day + minute,
    then() {
      const totals = { posts: expect.any(Number) };
      expect(received()[0]).toMatchObject({
        date: expect.stringMatching(/^2026-/),
        locationId: acmeDental,
        userCount: 2,
        totals,
        statistics: totals,
      });
    },
  },
  "social-tags-every-morning": {
    choices: toApp,
    after: day + minute,
    then: () => expect(received()[0]).toMatchObject({ count: 3, tags: expect.arrayContaining([expect.objectContaining({ tag: "tips" })]) }),
  },
  "open-deals-every-week": {
    choices: { ...toApp, when: "30 6 * * *" },
    before: () => deal(),
    after: day + minute,
    then() {
      expect(app.received[0]).toMatchObject({ type: "text/csv", text: expect.stringMatching(/^id,name,status,/) });
      expect(app.received[0]!.text).toContain("Implants for Ada");
    },
  },
  "posted-tag-to-highlevel": {
    event: { tagName: "Gold Member", tagId: "sm_1", locationId: acmeDental, colour: "#b45309", description: "Spends the most" },
    then: () => expect(tagNamed("gold member")).toHaveLength(1),
  },
  "posted-task-kept-in-step": {
    event: { email: "ada@mill.example", firstname: "Ada", taskId: "sm-7", title: "Call Ada", dueDate: "2026-12-24" },
    then: () =>
      expect(tasksOf(contactOf("ada@mill.example")!.id)).toMatchObject([{ title: "Call Ada", body: expect.stringContaining("[sm-7]") }]),
  },
  "tag-in-segment-to-message": {
    before: () => save("ada", { tags: ["promoter"] }),
    happens: () => save("ada", { tags: ["promoter", "spring offer"] }),
    then: () => expect(sandbox.state.messages.all().filter(({ contactId }) => contactId === "ada")).toHaveLength(1),
  },
  "newest-tags-to-your-app": {
    choices: toApp,
    happens: () => sandbox.state.tags.put({ id: "tagBrandNewest", locationId: acmeDental, name: "brand newest" }),
    then: () =>
      expect(received().at(-1)).toMatchObject({
        locationId: acmeDental,
        tags: expect.arrayContaining([expect.objectContaining({ name: "brand newest" })]),
      }),
  },
  "tag-details-from-your-app": {
    choices: toApp,
    event: { event: "tagDetail.changed", tagDetail: { id: "ytag_1", locationId: acmeDental, name: "Silver", colour: "#c0c0c0" } },
    then() {
      expect(tagNamed("silver")).toHaveLength(1);
      expect(received()).toEqual([{ tagDetailId: "ytag_1", locationId: acmeDental }]);
    },
  },
  "statistics-on-request": {
    choices: toApp,
    event: { event: "statistics.requested", locationId: acmeDental },
    then: () => expect(received()).toMatchObject([{ locationId: acmeDental, statistics: { posts: expect.any(Number) } }]),
  },
  "tags-to-flocksy": {
    happens: () => sandbox.state.tags.put({ id: "tagVipOfAcmeDental1", locationId: acmeDental, name: "vip" }),
    then() {
      expect(sandbox.flocksy.mappings.all()).toMatchObject([{ tagId: "tagVipOfAcmeDental1", tagName: "vip", locationId: acmeDental }]);
      expect(sandbox.flocksy.tags.all().filter(({ externalId }) => externalId === "tagVipOfAcmeDental1")).toMatchObject([{ name: "vip" }]);
      expect(refreshed()).toEqual(["Spring visits"]);
    },
  },
  "social-tags-to-flocksy": {
    happens: () => socialTag("vip"),
    then() {
      expect(sandbox.flocksy.mappings.all()).toMatchObject([{ tagName: "vip", details: expect.stringMatching(/made 20/) }]);
      expect(refreshed()).toEqual(["Spring visits"]);
    },
  },
  "flocksy-tag-to-highlevel": {
    sample: flocksyTold.tag,
    happens: () => sandbox.flocksy.hooks.tell("tag.changed", flocksyTold.tag),
    after: 0,
    then() {
      const [made] = tagNamed("platinum");
      expect(sandbox.flocksy.mappings.all()).toMatchObject([{ tagId: made!.id, details: "Rare", flocksyTagId: flocksyTag("vip")!.id }]);
    },
  },
  "statistics-to-flocksy": {
    choices: { metrics: "posts, likes" },
    after: day + minute,
    then: () => expect(flocksyMetrics()).toEqual([`posts ${acmeDental}`, `likes ${acmeDental}`]),
  },
  "wanted-metric-to-flocksy": {
    sample: flocksyTold.metric,
    happens: () => sandbox.flocksy.hooks.tell("metric.wanted", flocksyTold.metric),
    after: 0,
    then: () => expect(sandbox.flocksy.metrics.all()).toMatchObject([{ metricId: "likes", date: "2026-11-29", value: expect.any(Number) }]),
  },
  "users-to-flocksy": {
    happens: () => sandbox.state.users.put({ ...sandbox.state.users.get(users.desk)!, firstName: "Marc" }),
    then() {
      expect(sandbox.flocksy.profiles.all()).toMatchObject([{ userId: users.desk, name: "Marc Reyes", segments: ["Team"] }]);
      expect(refreshed()).toEqual(["Monthly letter"]);
    },
  },
};

test("every template has its drive here", () => {
  expect(Object.keys(drives).sort()).toEqual(Object.keys(builtInTemplates).sort());
});

/** What a template leaves behind must not reach the next. */
function clean(): void {
  for (const { id, email } of sandbox.state.contacts.all())
    if (email?.endsWith("@mill.example")) sandbox.state.buryContact(sandbox.state.contacts.get(id)!);
  sandbox.state.opportunities.delete("deal");
  const visit = sandbox.state.appointments.get("visit");
  if (visit) sandbox.state.endAppointment(visit);
  sandbox.sightmill.clear();
  sandbox.flocksy.clear();
  app.received.splice(0);
}

describe.each(Object.entries(drives))("the template %s", (id, drive) => {
  test("is installed, checked, tried without a write, published, and does what it says", async () => {
    clean();
    drive.before?.();
    const choices = { ...drive.choices, ...(drive.choices?.["address"] === "" && { address: `${app.origin}/in` }) };
    const draft = await ask<FlowDetail>("POST", `/templates/${id}/install`, { choices });
    expect([draft.status, draft.setup, draft.problems]).toEqual(["draft", 1, []]);
    const { setup } = await ask<{ setup: SetupView }>("GET", `/flows/${draft.id}/setup`);
    expect(setup.choices.map(({ name }) => name)).toEqual(builtInTemplates[id]!.choices.map(({ name }) => name));

    const { findings } = await ask<LintView>("POST", `/flows/${draft.id}/lint`);
    // A sub-account's login can read no other list of users than the one that the vendor calls deprecated.
    const found = findings.filter(({ problem }) => !problem.includes("has deprecated List Users by Location"));
    expect(found.map(({ at, problem }) => `${at}: ${problem}`)).toEqual([]);
    const tried = await ask<DryRunReply>("POST", `/flows/${draft.id}/dry-run`, { payload: drive.event ?? drive.sample });
    expect(tried.error).toBeNull();
    expect(app.received).toEqual([]);

    const flow = await ask<FlowDetail>("POST", `/flows/${draft.id}/publish`);
    expect([flow.status, flow.setup]).toEqual(["on", null]);
    if (flow.trigger.kind === "poll")
      await until(
        "the first look",
        () => ask<FlowDetail>("GET", `/flows/${flow.id}`),
        (each) => each.trigger.lastAt !== null,
      );
    if (flow.trigger.app === "flocksy")
      await until(
        "Flocksy knows the address",
        async () => sandbox.flocksy.hooks.list(),
        (all) => all.some(({ url }) => url === flow.trigger.hookUrl),
      );
    if (drive.event) expect((await post(flow.trigger.hookUrl!, JSON.stringify(drive.event))).status).toBe(202);
    drive.happens?.();
    if (drive.after !== undefined) await clock.advance(drive.after);
    const runs = await until(
      "the run",
      async () => (await ask<RunList>("GET", `/runs?flow=${flow.id}`)).runs,
      (all) => all.length > 0 && all.every(({ finishedAt }) => finishedAt !== null),
      30_000,
    );
    const { steps } = await ask<RunDetail>("GET", `/runs/${runs[0]!.id}`);
    expect(steps.filter(({ error }) => error).map(({ path, error }) => `${path}: ${error!.message}`)).toEqual([]);
    expect(runs.map(({ state }) => state)).toEqual(["succeeded"]);
    drive.then();
    await ask("DELETE", `/flows/${flow.id}`);
  });
});

describe("the workspace's own templates", () => {
  test("a flow is saved as one, exported, imported, installed with another account, changed and deleted", async () => {
    const made = await ask<FlowDetail>("POST", "/templates/tag-added-to-your-app/install", {
      choices: { address: `${app.origin}/in`, tag: "silver" },
    });
    const { template, suggested } = await ask<{ template: TemplateDetail["definition"]; suggested: string[] }>(
      "GET",
      `/flows/${made.id}/template`,
    );
    expect(suggested).toEqual(["trigger-tag", "send-url"]);
    const own = {
      ...template,
      choices: template.choices.filter(({ name }) => suggested.includes(name)),
      title: "When silver, then tell",
      category: "Mine",
    };
    const saved = await ask<TemplateDetail>("POST", "/templates", own);
    expect(saved).toMatchObject({
      builtIn: false,
      apps: ["highlevel", "http"],
      connections: [{ name: "highlevel", scopes: expect.arrayContaining(["contacts.readonly"]) }],
    });
    expect(JSON.stringify(saved.definition)).not.toContain(app.origin);
    const [first] = (await ask<{ templates: TemplateView[] }>("GET", "/templates")).templates;
    expect(first).toMatchObject({ id: saved.id, title: "When silver, then tell" });

    const again = await ask<TemplateDetail>("POST", "/templates", saved.definition); // as from a file of another Millrace
    expect(again.definition).toEqual(saved.definition);
    const flow = await ask<FlowDetail>("POST", `/templates/${again.id}/install`, {
      name: "Silver",
      choices: { "send-url": `${app.origin}/x` },
    });
    expect(flow).toMatchObject({ name: "Silver", setup: 1, problems: [] });
    expect(flow.definition.trigger).toMatchObject({ connection: "acme", input: { tag: "silver" } });

    await ask("PUT", `/templates/${again.id}`, { ...own, title: "When gold, then tell" });
    expect((await ask<TemplateDetail>("GET", `/templates/${again.id}`)).title).toBe("When gold, then tell");
    await ask("DELETE", `/templates/${again.id}`);
    expect((await house.api("GET", `/templates/${again.id}`)).status).toBe(404);
    expect((await ask<FlowDetail>("GET", `/flows/${flow.id}`)).name).toBe("Silver");
  });

  test.each([
    ["a built-in one stays", "DELETE", "/templates/tag-added-to-your-app", undefined, 409, "comes with Millrace"],
    ["one that is not there", "GET", "/templates/toString", undefined, 404, "no template 'toString'"],
    ["a file that is none", "POST", "/templates", { name: "A flow" }, 400, "millraceTemplate"],
    [
      "a connection of another app",
      "POST",
      "/templates/tag-to-workflow/install",
      { connections: { highlevel: "sightmill-main" } },
      400,
      "connections.highlevel",
    ],
    ["a choice that is not asked", "POST", "/templates/tag-to-workflow/install", { choices: { colour: "red" } }, 400, "choices.colour"],
    ["a step that there is not", "PUT", "/flows/flow_1/setup", { step: 4 }, 400, "step"],
  ])("%s is refused in words", async (_, method, path, body, status, words) => {
    const reply = await house.api<{ error: { message: string } }>(method, path, body);
    expect([reply.status, reply.body.error.message]).toEqual([status, expect.stringContaining(words)]);
  });

  test("a template whose questions are not about its flow is refused", async () => {
    const { definition } = await ask<TemplateDetail>("GET", "/templates/tag-to-workflow");
    const choice = definition.choices[0]!;
    for (const [change, words] of [
      [{ choices: [{ ...choice, at: [["gone", "input", "tag"]] }] }, "choices.0.at"],
      [{ choices: [choice, choice] }, "choices.1.name"],
      [{ connections: [...definition.connections, { name: "other", app: "http" }] }, "connections.1.name"],
      [
        { flow: { ...definition.flow, steps: [{ id: "x", app: "highlevel", operation: "contacts.gone", connection: "highlevel" }] } },
        "contacts.gone",
      ],
    ] as const) {
      const reply = await house.api<{ error: { message: string } }>("POST", "/templates", { ...definition, ...change });
      expect([reply.status, reply.body.error.message]).toEqual([expect.any(Number), expect.stringContaining(words)]);
      expect(reply.status).toBeGreaterThanOrEqual(400);
    }
  });
});

describe("a flow that uses a rule", () => {
  const loud = { title: "Loud", kind: "format", filters: "upcase" };
  const withRule = async (): Promise<Record<string, unknown>> => {
    const { definition } = await ask<TemplateDetail>("GET", "/templates/tag-added-to-your-app");
    return JSON.parse(JSON.stringify(definition).replace("trigger.email | downcase", "trigger.email | rule: 'loud'"));
  };

  test("is refused as a template without the rule, by the step and the name of the rule", async () => {
    const { status, body } = await house.api<{ error: { message: string } }>("POST", "/templates", await withRule());
    expect([status, body.error.message]).toEqual([422, expect.stringMatching(/step 2 .*there is no rule 'loud'/)]);
    await ask("PUT", "/rules/loud", loud);
    const here = await house.api<{ error: { message: string } }>("POST", "/templates", await withRule());
    expect([here.status, here.body.error.message]).toEqual([400, expect.stringMatching(/^flow\.steps\[1\]\.input.*uses the rule 'loud'/)]);
    await ask("DELETE", "/rules/loud");
    const wrong = { ...(await withRule()), rules: { loud: { ...loud, filters: "upcas" } } };
    const refusal = await house.api<{ error: { message: string } }>("POST", "/templates", wrong);
    expect([refusal.status, refusal.body.error.message]).toEqual([400, expect.stringContaining("rules.loud.filters")]);
  });

  test("becomes a template that brings the rule, to where there is none and never over another without being asked", async () => {
    await ask("PUT", "/rules/loud", loud);
    const made = await ask<FlowDetail>("POST", "/flows", (await withRule())["flow"]);
    const { template } = await ask<TemplateOffer>("GET", `/flows/${made.id}/template`);
    expect(template.rules).toEqual({ loud });
    const { id } = await ask<TemplateDetail>("POST", "/templates", template);
    await ask("DELETE", `/flows/${made.id}`);
    await ask("DELETE", "/rules/loud");

    await ask("POST", `/templates/${id}/install`);
    expect((await ask<RuleDetail>("GET", "/rules/loud")).definition).toEqual(loud);

    await ask("PUT", "/rules/loud", { ...loud, filters: "strip | upcase" });
    const { flows } = await ask<{ flows: unknown[] }>("GET", "/flows");
    const { status, body } = await house.api<{ error: { message: string } }>("POST", `/templates/${id}/install`);
    expect([status, body.error.message]).toEqual([409, expect.stringContaining("'Loud' is here already, and different")]);
    expect((await ask<{ flows: unknown[] }>("GET", "/flows")).flows).toHaveLength(flows.length);
    await ask("POST", `/templates/${id}/install`, { existing: "keep" });
    expect((await ask<RuleDetail>("GET", "/rules/loud")).definition).toMatchObject({ filters: "strip | upcase" });
    await ask("POST", `/templates/${id}/install`, { existing: "replace" });
    expect((await ask<RuleDetail>("GET", "/rules/loud")).definition).toEqual(loud);
  });
});

test("the set-up keeps its step, also where there is no connection yet, and ends when somebody ends it", async () => {
  const { connections } = await ask<{ connections: ConnectionView[] }>("GET", "/connections");
  expect(connections.map(({ name }) => name)).toContain("acme");
  const { id } = await ask<FlowDetail>("POST", "/templates/survey-comment-to-note/install");
  expect((await ask<{ setup: SetupView }>("PUT", `/flows/${id}/setup`, { step: 2 })).setup.step).toBe(2);
  expect((await ask<FlowDetail>("GET", `/flows/${id}`)).setup).toBe(2);
  await ask("DELETE", `/flows/${id}/setup`);
  expect((await ask<{ setup: null }>("GET", `/flows/${id}/setup`)).setup).toBeNull();
  expect((await house.api("DELETE", `/flows/${id}/setup`)).status).toBe(404);
  expect((await ask<FlowDetail>("GET", `/flows/${id}`)).status).toBe("draft");
});
