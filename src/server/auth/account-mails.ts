import type { Mail } from "./mailer.ts";

/** Pure: what people are mailed about their accounts. */

export const invitationMail = ({ to, url, workspace }: { to: string; url: string; workspace: string }): Mail => ({
  to,
  subject: `You are invited to ${oneLine(workspace)} on Millrace`,
  text: `You are invited to the workspace "${oneLine(workspace)}" on Millrace.

Open this link to choose a password and come in. It works once, within 7 days:

${url}

If you did not expect this, do nothing: without the link nobody gets an account for you.
`,
});

export const resetMail = ({ to, url }: { to: string; url: string }): Mail => ({
  to,
  subject: "A new password for Millrace",
  text: `Somebody, most likely you, asked for a new password for your Millrace account.

Open this link to choose one. It works once, within 24 hours:

${url}

If it was not you, do nothing: your password stays as it is.
`,
});

/** A name that somebody typed must not become a line of its own. */
const oneLine = (text: string) => text.replace(/\s+/g, " ").trim();
