import type { ExampleReport } from "./example-report.ts";
import { linkMinutes } from "../auth/sign-in-links.ts";

/** Pure: what a start says, in words. */

/** The result of the samples, and what to do next. The command can be pasted as it is, quotes included. */
export function reportText(report: ExampleReport, url: string): string {
  const rows: (readonly [number, string])[] = [
    [report.accepted, "survey answers accepted and kept"],
    [report.created, "contacts created"],
    [report.updated, "contacts updated"],
    [report.tagged, "tags added"],
    [report.notes, "notes written"],
    [report.tasks, "tasks made: call somebody unhappy"],
    [report.filtered, "filtered: no e-mail address"],
    [report.repeats, "repeats recognised and ignored"],
  ];
  const failed = [report.failed, report.failed === 0 ? "failed" : "failed; see Needs attention"] as const;
  const all = [...[...rows, [report.open, "still on their way"] as const].filter(([n]) => n > 0), failed];
  // An id of its own for each paste: the same answer twice would be a repeat, and rightly ignored.
  const body = JSON.stringify({
    response_id: "try-'$(date +%s)'",
    firstname: "Ada",
    surname: "Byron",
    email: "ada@example.com",
    score: 3,
    comment: "Nobody called me back.",
  });
  return `

The flow '${report.flowName}' has processed them:
${all.map(([n, what]) => `${String(n).padStart(6)}  ${what}`).join("\n")}

Look at them:

  ${url}

Send one more:

  curl -i '${report.hookUrl}' -H 'content-type: application/json' -d '${body}'

Stop with Ctrl-C. Everything is kept, and what was not finished goes on at the next start.
`;
}

export interface Address {
  url: string;
  sandboxUrl: string | null;
  /** A one-time link; null where an account is required. */
  link: string | null;
  /** Whether people have accounts. */
  hasAccounts: boolean;
  apiKeyFile: string;
  /** Whether this start made the API key. */
  isNewKey: boolean;
  /** Whether the file holds it. */
  isKeyThere: boolean;
  /** The database that keeps the rows; null where that is a file in the data folder. */
  database: string | null;
}

/** Where Millrace is and how one gets in. The API key itself is never printed: what is printed ends up in logs. */
export function addressText({ url, sandboxUrl, link, hasAccounts, apiKeyFile, isNewKey, isKeyThere, database }: Address): string {
  const rows = database === null ? "" : `It keeps its rows in ${database}\n`;
  const where = `Millrace is at ${url}${sandboxUrl === null ? "" : `, its sandbox at ${sandboxUrl}`}\n${rows}`;
  if (hasAccounts) return `${where}Sign in there with your account ('millrace open' helps an owner who forgot the password)\n`;
  if (link === null)
    return `${where}'millrace open' prints a link that makes the owner's account. Programs use the API key${isKeyThere ? `; it is in ${apiKeyFile}` : ""}\n`;
  const key = isNewKey ? `The API key, for programs and other machines, is in ${apiKeyFile}\n` : "";
  return `${where}
Open it with this link, which signs one browser in, once, within ${linkMinutes} minutes ('millrace open' prints another):

  ${link}

${key}`;
}

export interface RunTotals {
  runs: number;
  open: number;
  attention: number;
}

/** The line that a later start prints, or a hint where there is nothing yet. */
export function runTotalsText({ runs, open, attention }: RunTotals, hasSandbox: boolean): string {
  if (runs === 0 && !hasSandbox) return emptyText;
  const going = open === 0 ? "nothing waiting" : `going on with ${open} that ${open === 1 ? "was" : "were"} not finished`;
  return `${runs} ${runs === 1 ? "run" : "runs"}, ${going}${attention > 0 ? `, ${attention} in Needs attention` : ""}.\n`;
}

const emptyText = `
Nothing has run yet. First connect HighLevel: on the page under Connections, or with

  millrace connect add acme --app highlevel --location <id of the sub-account>

then make a flow on the page, or from a file: millrace flow save flow.json
`;
