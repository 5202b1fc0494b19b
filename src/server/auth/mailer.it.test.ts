import type { AddressInfo } from "node:net";
import { SMTPServer } from "smtp-server";
import { expect, test } from "vitest";
import { silentLog } from "#kernel/log.ts";
import { createMailer, trySend } from "./mailer.ts";

/** A real SMTP server on this machine, and what came to it. */
async function smtp({ refuses = false } = {}) {
  const mails: string[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS"],
    onData(stream, _, done) {
      let text = "";
      stream.on("data", (chunk: Buffer) => void (text += chunk.toString()));
      stream.on("end", () => {
        mails.push(text);
        done(refuses ? new Error("not today") : null);
      });
    },
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
  const { port } = server.server.address() as AddressInfo;
  const close = () => new Promise<void>((resolve) => server.close(() => resolve()));
  return { mails, mailer: createMailer(`smtp://127.0.0.1:${port}`, "Millrace <millrace@example.com>"), close };
}

test("a message reaches the server with its sender, and no line of a name becomes a header of its own", async () => {
  const { mails, mailer, close } = await smtp();
  await mailer.send({
    to: "bob@example.com",
    subject: "Join\r\nBcc: eve@example.com",
    text: "Open https://mill.example.com/#invitation=t",
  });
  await close();
  expect(mails[0]).toContain("From: Millrace <millrace@example.com>");
  expect(mails[0]).toContain("#invitation=t");
  expect(mails[0]).not.toMatch(/^Bcc:/m);
});

test("a server that refuses, or is not there, is said to have taken nothing, and the reason is logged", async () => {
  const { mailer, close } = await smtp({ refuses: true });
  const logged: unknown[] = [];
  const log = { ...silentLog, error: (about: object) => void logged.push(about) };
  const mail = { to: "bob@example.com", subject: "s", text: "t" };
  expect(await trySend(mailer, mail, log)).toBe(false);
  await close();
  expect(await trySend(mailer, mail, log)).toBe(false);
  expect([logged.length, await trySend(null, mail, log)]).toEqual([2, false]);
});
