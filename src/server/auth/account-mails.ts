import type { Mail } from "./mailer.ts";

/** Pure: what people are mailed about their accounts. */

/** How long the link of an invitation works. */
export const invitationDays = 7;
/** How long a link for a new password works. */
export const resetHours = 24;

/** The mail with the link of an invitation. */
export const invitationMail = ({ to, url, workspace }: { to: string; url: string; workspace: string }): Mail => ({
  to,
  subject: `You are invited to ${oneLine(workspace)} on Millrace`,
  text: `You are invited to the workspace "${oneLine(workspace)}" on Millrace.

Open this link to choose a password and join. It works once, within ${invitationDays} days:

${url}

If you did not expect this invitation, you can ignore this message. No account is created unless the link is used.
`,
});

/** The mail with a link for a new password. */
export const resetMail = ({ to, url }: { to: string; url: string }): Mail => ({
  to,
  subject: "Reset your Millrace password",
  text: `Someone, probably you, asked to reset the password of your Millrace account.

Open this link to choose a new password. It works once, within ${resetHours} hours:

${url}

If it was not you, you can ignore this message. Your password has not been changed.
`,
});

/** A name that somebody typed must not become a line of its own. */
const oneLine = (text: string) => text.replace(/\s+/g, " ").trim();
