/** Logins and polls through crashes: one renewal, no lost login, nothing fired twice. */
import { setTimeout as sleep } from "node:timers/promises";
import { connect, installFlow, millraceProcess, runsOf, type MillraceProcess } from "#test/support/millrace.ts";
import { localSandbox, type LocalSandbox } from "#test/support/sandbox.ts";
import { Promises, type Trial } from "./trial.ts";

const polls: Trial = {
  title: "kill -9 while 60 flows poll",
  async run() {
    const promises = new Promises();
    const local = await localSandbox();
    const millrace = await millraceProcess({ allow: [local.host] });
    try {
      await millrace.start();
      await connect(millrace, local.connection);
      for (let i = 0; i < 60; i++) {
        await installFlow(millrace, {
          name: `Poll ${i}`,
          trigger: { app: "highlevel", operation: "contacts.search", connection: "acme", every: "1m" },
          steps: [{ id: "kept", format: { id: "{{ trigger.id }}" } }],
        });
      }
      for (let i = 0; i < 3; i++) {
        await sleep(1000 + Math.random() * 1500);
        await millrace.kill();
        await millrace.start();
      }
      await sleep(3000);
      const { flows } = await millrace.api<{ flows: { status: string }[] }>("GET", "/flows");
      const on = flows.filter(({ status }) => status === "on").length;
      const fired = (await runsOf(millrace)).length;
      promises.expect(on === 60, `${60 - on} flows are off after the kills`);
      promises.expect(fired === 0, `${fired} runs although nothing had changed`);
      return { figures: { kills: 3, "flows on": on, "fired wrongly": fired }, broken: promises.broken };
    } finally {
      await millrace.remove();
      await local.close();
    }
  },
};

const day = 86_400_000;

const renewals: Trial = {
  title: "kill -9 while 12 calls meet an expired token",
  async run() {
    const promises = new Promises();
    const local = await localSandbox();
    const millrace = await millraceProcess({ allow: [local.host] });
    const rounds = 6;
    try {
      await millrace.start();
      for (let round = 0; round < rounds; round++) {
        const connection = await expiredLogin(millrace, local, `round-${round}`);
        const calls = Array.from({ length: 12 }, () => ask(millrace, connection).catch(() => undefined));
        await sleep(Math.random() * 120);
        await millrace.kill();
        await Promise.all(calls);
        await millrace.start();
        await ask(millrace, connection).catch((error: Error) =>
          promises.expect(false, `the call after kill ${round + 1}: ${error.message}`),
        );
      }
      return { figures: { kills: rounds, "next call good": rounds - promises.broken.length }, broken: promises.broken };
    } finally {
      await millrace.remove();
      await local.close();
    }
  },
};

const ask = (millrace: MillraceProcess, connection: string) =>
  millrace.api("POST", "/operations/contacts.search", { connection, input: {} });

/** An OAuth login whose access token has run out: the first call renews it. */
async function expiredLogin(millrace: MillraceProcess, { sandbox, connection }: LocalSandbox, name: string): Promise<string> {
  const { accessToken, refreshToken, clientId, clientSecret } = sandbox.issueToken({
    kind: "oauth",
    locationId: String(connection["locationId"]),
  });
  const secret = { accessToken, refreshToken, clientId, clientSecret, expiresAt: Date.now() - day };
  await connect(millrace, { ...connection, name, title: name, auth: "oauth2", secret });
  return name;
}

export const logins = [polls, renewals];
