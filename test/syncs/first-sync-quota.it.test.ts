/** A first sync of a sub-account's contacts keeps to the quota and uses it, although Millrace is stopped ten times. Measured in simulated time. */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { SyncView } from "#api/schemas/syncs.ts";
import { sandboxDefaults } from "#sandbox/index.ts";
import { seedContacts } from "#sandbox/seed.ts";
import { TestClock } from "#kernel/clock.ts";
import { connectAcme, inboxFolder, openHouse, until, type House } from "#test/support/inbox.ts";

const contacts = Number(process.env["MILLRACE_TRIAL_CONTACTS"] ?? 300);
const stops = Number(process.env["MILLRACE_TRIAL_STOPS"] ?? 10);
/** What HighLevel allows. A contact is read before its profile is written, and once more when Flocksy's webhook tells of the profile. */
const readsASecond = 10;
/** Until what was under way is taken up again. */
const secondsOfAStop = 2.5;
const { acmeDental } = sandboxDefaults;
const clock = new TestClock(Date.now());
const { folder, remove } = inboxFolder();
let house: House;
const port = 45_871;
const open = () => openHouse(folder, true, clock, { env: { MILLRACE_SANDBOX_PORT: String(port) } });

beforeAll(async () => {
  house = await open();
  await connectAcme(house.millrace);
  const { systems, url } = house.millrace.sandbox!;
  systems.state.search.lagMs = 0;
  seedContacts(systems.state, contacts, acmeDental);
  const secret = { token: systems.flocksy.logins.key };
  await house.millrace.vault.connect("ws_main", { name: "flocksy", app: "flocksy", auth: "header", baseUrl: `${url}/flocksy`, secret });
});
afterAll(async () => {
  await house.millrace.close();
  remove();
});

/** Work takes real time: time goes on once nothing more comes of what has begun. Else calls time out that were never slow. */
async function workDone(): Promise<void> {
  for (let before = -1, quiet = 0; quiet < 3;) {
    await new Promise((resolve) => setTimeout(resolve, 5));
    const { size } = systems().flocksy.profiles;
    quiet = size === before ? quiet + 1 : 0;
    before = size;
  }
}

const systems = () => house.millrace.sandbox!.systems;

test("each contact gets one profile with two reads at most, although Millrace is stopped ten times", async () => {
  const sides = {
    a: { app: "highlevel", type: "contact", connection: "acme" },
    b: { app: "flocksy", type: "profile", connection: "flocksy" },
  };
  const { body: suggested } = await house.api<{ definition: SyncView["definition"] }>("POST", "/syncs/suggest", sides);
  const { body: made } = await house.api<SyncView>("POST", "/syncs", suggested);
  const view = async () => (await house.api<SyncView>("GET", `/syncs/${made.id}`)).body;
  const written = () => systems().flocksy.profiles.size;
  const all = systems().state.contacts.inLocation(acmeDental).length;
  await house.api("POST", `/syncs/${made.id}/start`, { first: true });
  await until(
    "writing begins",
    () => clock.advance(1_000).then(async () => written()),
    (size) => size > 0,
  );

  const [began, before] = [clock.now(), written()];
  let stopped = 0;
  for (let turn = 0; written() < all && turn < 10 * all; turn++) {
    await clock.advance(100);
    await workDone();
    if (stopped < stops && written() > ((stopped + 1) * all) / (stops + 1)) {
      stopped++;
      await house.millrace.close();
      house = await open();
    }
  }
  const seconds = (clock.now() - began) / 1_000;
  const rate = (all - before) / (seconds - stopped * secondsOfAStop);
  process.stdout.write(`${all} contacts in ${seconds.toFixed(1)} s, ${stopped} stops: ${rate.toFixed(2)} a second\n`);
  expect(stopped).toBe(stops);
  expect(rate).toBeGreaterThan((0.9 * readsASecond) / 2);
  await until(
    "it is over",
    () => clock.advance(1_000).then(view),
    ({ status }) => status === "on",
  );
  expect((await view()).job).toMatchObject({ kind: "first", state: "done", done: all, failed: 0 });
  expect((await view()).counts).toMatchObject({ linked: all, conflicts: 0, problems: 0 });
  expect(written()).toBe(all);
});
