import { createTransport } from "nodemailer";
import type { Log } from "#kernel/log.ts";

/** A message of plain text to one person. */
export interface Mail {
  to: string;
  subject: string;
  text: string;
}

/** Sends mail by the SMTP server of the settings. */
export interface Mailer {
  /** Throws what the server answered. */
  send(mail: Mail): Promise<void>;
}

/** How long the server has to take a message. */
const patienceMs = 20_000;

/** `url`: of the SMTP server, with its login. `from`: the sender that people see. */
export function createMailer(url: string, from: string): Mailer {
  const transport = createTransport({
    url,
    connectionTimeout: patienceMs,
    greetingTimeout: patienceMs,
    socketTimeout: patienceMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    async send(mail) {
      await transport.sendMail({ from, ...mail });
    },
  };
}

/** Sends where there is a server; says whether it was taken. What went wrong is logged: the person can still be given the link. */
export async function trySend(mailer: Mailer | null, mail: Mail, log: Log): Promise<boolean> {
  if (!mailer) return false;
  try {
    await mailer.send(mail);
    return true;
  } catch (err) {
    log.error({ err }, "Could not send mail");
    return false;
  }
}
