import type { ZapierParts } from "./shapes.ts";

/** What somebody needs who opens the folder of a project. */
export const readmeOf = ({ triggers, searches, creates }: ZapierParts): string => `# Millrace for Zapier

A private Zapier app with ${triggers.length} triggers, ${searches.length} searches and ${creates.length} actions. It was exported by a Millrace and works with every
Millrace that has the same apps: the address and the API key are asked for when somebody connects in Zapier.

## Put it into your Zapier account

You need Node.js and a Zapier account. In this folder:

\`\`\`sh
npm install
npx zapier-platform-cli login
npx zapier-platform-cli register "Millrace"
npx zapier-platform-cli push
\`\`\`

Then open Zapier, make a Zap, and choose your app. It is yours alone until you invite others.

Connect it with the public address of your Millrace and an API key. Make the key in Millrace under People, API keys, with the role Builder,
and let it do this only:

- See connections, without their secrets
- See apps and operations
- Call operations of the connected apps
- Send events to other tools

## After a change of the catalog

Export again over this folder, raise the \`version\` in \`package.json\`, and push. Zaps stay on their version until you migrate or promote the
new one (\`npx zapier-platform-cli promote\`, \`migrate\`).

## Limits of Zapier

- A step has 30 seconds. What takes longer (a bulk action over many records) belongs into a flow of Millrace.
- A poll sees the newest 100 records. Triggers by webhook have no such limit.
- An event may have 10 MB, the input of a step 6 MB, an answer 20 MB.
- How often Zapier polls depends on your plan there, from 1 to 15 minutes. Triggers by webhook come at once.

## What errors mean

| in Zapier | in Millrace |
| --- | --- |
| the connection has expired | the API key was deleted, has expired, or is not accepted from Zapier's addresses |
| throttled, tried again later | the quota of the account is used up, or the app asked to slow down |
| halted | nothing that trying again would heal: a wrong value, a missing scope, a login that must be renewed |
| any other error | the app failed or did not answer; Zapier's autoreplay tries again |

A Zap that waits for events has a flow in Millrace, in the folder Zapier. There you see each delivery, and what could not be delivered.
Turning the Zap off removes the flow; where its address was entered in an app by hand, the flow is paused and keeps the address.
`;
