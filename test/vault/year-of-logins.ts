import { expect, test } from "vitest";
import { MillraceError, toMillraceError } from "#kernel/errors.ts";
import type { Connection, Credentials, VaultStore } from "#vault/types.ts";
import {
  Asking,
  day,
  hour,
  insertLogin,
  LoginServer,
  Process,
  randomOf,
  second,
  SimulatedClock,
  troublesOf,
  Watch,
  type VendorWorld,
} from "./year.ts";

interface Wish {
  store: VaultStore;
  connections: number;
  processes: number;
  days: number;
  seed: number;
}

/** What came of a year. */
interface Outcome {
  server: LoginServer;
  asking: Asking;
  kills: number;
  calls: number;
  /** Credentials that the vendor does not accept, though the login is not lost. */
  stale: string[];
  /** Calls that failed as if a login were lost, though it is not. */
  wronglyBroken: string[];
  logins: Connection[];
}

/** Lets the time pass, with calls at random by random processes; a third of the logins is called by nobody. */
export async function liveOn({ store, connections, processes, days, seed }: Wish): Promise<Outcome> {
  const random = randomOf(seed);
  const clock = new SimulatedClock();
  const kills: number[] = [];
  const troubles = troublesOf(random, clock.now() + hour, days * day);
  const watch = new Watch(clock);
  const asking = new Asking();
  const world: VendorWorld = { clock, random, kills, troubles, watch, asking };
  const server = new LoginServer(world);
  watch.soonestEnd = () => server.soonestEnd();
  const outcome: Outcome = { server, asking, kills: 0, calls: 0, stale: [], wronglyBroken: [], logins: [] };
  const running: (Process | null)[] = [];
  const start = (slot: number): void => {
    const onKilled = () => {
      kills.push(clock.now());
      watch.killed();
      running[slot] = null;
      clock.after(2 * second + random() * 30 * second, () => start(slot));
    };
    running[slot] = new Process(world, store, server, onKilled);
  };
  const logins = [];
  for (let i = 0; i < connections; i++) logins.push(await insertLogin(store, server, world, `con_${seed}_${i}`));
  for (let slot = 0; slot < processes; slot++) start(slot);
  const end = clock.now() + days * day;

  const call = async (login: Connection, slot: number): Promise<void> => {
    const process = running[slot % processes];
    if (!process) return;
    outcome.calls++;
    try {
      const accepts = ({ headers }: Credentials) => server.accepts(login.id, headers?.["authorization"]?.replace("Bearer ", ""));
      const first = await process.authorizer.authorize(login);
      const used = accepts(first) ? first : await process.authorizer.renew(login, first);
      if (!accepts(used) && !server.ended.has(login.id)) outcome.stale.push(login.id);
    } catch (thrown) {
      const { code } = toMillraceError(thrown);
      if (!(thrown instanceof MillraceError)) throw thrown;
      const isLost = ["CONNECTION_REVOKED", "CONNECTION_EXPIRED", "CONNECTION_PAUSED"].includes(code);
      if (isLost && !server.ended.has(login.id)) outcome.wronglyBroken.push(`${login.id}: ${thrown.message}`);
    }
  };
  const keepCalling = (login: Connection, everyMs: number): void => {
    clock.after(random() * 2 * everyMs, () => {
      const slot = Math.floor(random() * processes);
      for (let n = 0; n <= random() * 3; n++) void call(login, slot + n);
      keepCalling(login, everyMs);
    });
  };
  logins.forEach((login, i) => {
    if (i % 3 !== 0) keepCalling(login, i % 3 === 1 ? 7 * hour : 5 * day);
    if (i % 50 === 7) clock.after(random() * days * day, () => server.revoke(login.id));
  });
  await clock.run(end);
  for (const process of running) process?.stop();
  outcome.kills = kills.length;
  outcome.logins = await store.list("w");
  return outcome;
}

/** What a year did not keep of what it promises, one sentence each. `days`: how many it had. */
export function brokenPromises({ server, asking, logins, stale, wronglyBroken }: Outcome, days: number): string[] {
  const each = (sentence: string, cases: readonly string[]) => cases.map((one) => `${sentence}: ${one}`);
  const kept = logins.filter(({ id }) => !server.ended.has(id));
  const unconnected = kept.filter(({ status }) => status !== "connected").map(({ id, status }) => `${id} is ${status}`);
  const unrenewed = kept.filter(({ id }) => server.mints.get(id)! <= days * 0.9).map(({ id }) => `${id}: ${server.mints.get(id)} times`);
  return [
    ...each("a login was lost that the vendor's rules allow to keep", server.lostNeedlessly),
    ...each("a login was renewed without need", server.superfluous),
    ...each("two processes asked for one token at once", asking.twice),
    ...each("a call got a token that is not accepted", stale),
    ...each("a call failed as if the login were lost", wronglyBroken),
    ...each("a login that works is not shown as connected", unconnected), // whether it is called or not
    ...each("a login was not renewed each day", unrenewed),
  ];
}

/** As a run of the suite has time for. `npm run year` has two hundred logins and a whole year. */
export const ofUsualSize = { connections: 6, processes: 4, days: 40 };

/** The suite of a store: `open` gives it with empty tables. */
export function yearOfLogins(name: string, size: Omit<Wish, "store" | "seed">, open: () => Promise<VaultStore>): void {
  test(`a year of logins on ${name}: none is lost that the vendor's rules allow to keep, and each is renewed once per need`, async () => {
    const seed = Math.floor(Math.random() * 2 ** 31);
    const outcome = await liveOn({ ...size, store: await open(), seed });
    expect({ seed, broken: brokenPromises(outcome, size.days) }).toEqual({ seed, broken: [] });
    expect(outcome.server.ended.size, `seed ${seed}`).toBeLessThan(size.connections / 2 + 1);
  });
}
