/** Prompts for common jobs: a person picks one, and the agent gets a way to do it. */
import type { McpServer } from "@modelcontextprotocol/server";
import { z } from "zod";
import type { Scope } from "#api/principal.ts";
import { plain } from "./data.ts";
import type { McpSide } from "./side.ts";

interface Prompt {
  name: string;
  title: string;
  about: string;
  needs: readonly Scope[];
  /** What the person fills in; a client shows the descriptions. */
  asks: Record<string, z.ZodType<string | undefined>>;
  says(given: Record<string, string | undefined>): string;
}

const words = z.string().min(1).max(2_000);

const prompts: readonly Prompt[] = [
  {
    name: "build_flow",
    title: "Build a flow",
    about: "Build a flow from a sentence, try it, and ask to publish it.",
    needs: ["flows:write", "flows:try", "catalog:read"],
    asks: { goal: words.describe("What should happen, and when: when a form is sent, create a contact and tell the team") },
    says: ({ goal }) => `Build a flow in Millrace that does this: ${plain(goal, 2_000)}

Read read_flow_format. Look with find_templates whether one is near; else find the trigger and each step with find_operations and read describe_operation for each. Look at list_connections: if a login is missing, say which and stop. Write the draft with draft_flow, correct every problem, take an event from samples, and try it with dry_run_flow. Show me in words what it would write. Check it with validate_flow, then ask with request_publish. Ask me where the sentence leaves open which field, list or person is meant; do not guess.`,
  },
  {
    name: "why_not",
    title: "Why did this person not get …?",
    about: "Find out why something did not happen for one person.",
    needs: ["runs:read", "flows:read"],
    asks: {
      person: words.describe("Their e-mail address, phone number or name"),
      what: words.optional().describe("What they should have got: the welcome message"),
    },
    says: ({
      person,
      what,
    }) => `Find out why ${plain(person)} did not get ${what === undefined ? "what they should have got" : plain(what, 500)}.

Start with explain_person. If no run is about them, look for another e-mail address, phone number or id. Read the runs with explain_run: a filter that did not hold, an error, a wait, or a value that was missing. If a flow never ran for them, look at its trigger. Answer in three sentences: what happened, why, and what to do. Change nothing.`,
  },
  {
    name: "what_is_wrong",
    title: "What is wrong tonight?",
    about: "Look at what needs attention, find the causes, and propose what to do.",
    needs: ["overview:read", "runs:read", "flows:read"],
    asks: {},
    says: () =>
      `Look with needs_attention at what is wrong in Millrace now. Read one run of each group with explain_run. Say for each cause in a sentence what happened, how many runs it concerns, and whether it heals by itself. Then propose what to do: propose_fix for a flow that has to change (it changes only the draft), a person for a login, request_replay once the cause is gone. Ask me before you propose a fix.`,
  },
  {
    name: "connect_app",
    title: "Connect my app from its document",
    about: "Define an app from its OpenAPI document, so that flows can use it.",
    needs: ["catalog:write", "catalog:read"],
    asks: {
      document: words.describe("The address of the OpenAPI document"),
      app: words.describe("What to call the app: small letters, digits and dashes"),
    },
    says: ({ document, app }) => `Define the app '${plain(app, 60)}' in Millrace from its document at ${plain(document, 2_000)}.

Look at it first with import_app (save: false). Tell me which operations there are, and everything that was guessed, most of all which operations write and what was left out. Keep the operations I choose (only), then save it. A person connects it afterwards on the page of connections: never ask me for a key or a password.`,
  },
];

/** Registers the prompts whose tools the caller may use. */
export function registerPrompts(server: McpServer, { scopes }: McpSide): void {
  for (const { name, title, about, needs, asks, says } of prompts) {
    if (!needs.every((scope) => scopes.includes(scope))) continue;
    server.registerPrompt(name, { title, description: about, argsSchema: z.object(asks) }, (given) => ({
      messages: [{ role: "user", content: { type: "text", text: says(given) } }],
    }));
  }
}
