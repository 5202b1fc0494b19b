/** Tools that say what happened, and what is wrong. */
import { z } from "zod";
import type { HealthFinding, RunView } from "#api/schemas.ts";
import { defined } from "#kernel/defined.ts";
import { parseDuration } from "#kernel/durations.ts";
import { runWho } from "#surfaces/run-who.ts";
import { outageSentence } from "#surfaces/waiting.ts";
import { plural } from "#kernel/words.ts";
import { stateWords } from "../decision.ts";
import { cursorMember } from "../page.ts";
import { grouped, runLine, runStory, stepFacts, whyOf } from "../run-words.ts";
import type { McpSide } from "../side.ts";
import { iso } from "../time.ts";
import { hints, tool } from "../tool.ts";
import { flowId, flowLine } from "./flows.ts";

const states = ["queued", "running", "waiting", "succeeded", "filtered", "failed", "held", "cancelled"] as const;
const sinceMember = z.string().max(20).optional().describe("Begun within this time: 30m, 2h, 7d");
const person = z.string().trim().min(1).max(200).describe("An e-mail address, phone number, name or id of the person");

const startOf = (since: string | undefined): number | undefined =>
  since === undefined ? undefined : Date.now() - parseDuration(since, "since");

export const listRunsTool = tool({
  name: "list_runs",
  title: "List runs",
  about: "Runs of flows, newest first: about whom, how each ended, and why.",
  needs: ["runs:read"],
  hints: hints.read,
  input: z.object({
    flow: flowId.optional(),
    states: z.array(z.enum(states)).max(8).optional(),
    attention: z.boolean().optional().describe("True: only those that need attention"),
    person: person.optional(),
    since: sinceMember,
    limit: z.int().min(1).max(100).default(25),
    cursor: cursorMember,
  }),
  run: async ({ flow, states: wanted, attention, person: who, since, limit, cursor }, { side }) => {
    const { runs, next } = await side.client.runs.list({
      query: {
        limit,
        ...defined({
          flow,
          person: who,
          before: cursor,
          from: startOf(since),
          state: wanted?.join(","),
          attention: attention === undefined ? undefined : attention ? ("true" as const) : ("false" as const),
        }),
      },
    });
    return {
      says: runs.length === 0 ? "No run matches." : `${plural(runs.length, "run")}, newest first.`,
      data: { runs: runs.map((run) => runLine(run, Date.now())), ...(next !== null && { cursor: next }) },
      next: ["explain_run says what happened in one."],
    };
  },
});

export const explainRunTool = tool({
  name: "explain_run",
  title: "Explain a run",
  about:
    "What happened in one run, in words first: what started it, each step, why it ended so and what to do; then the data of the event and of the steps.",
  needs: ["runs:read"],
  hints: hints.read,
  input: z.object({
    run: z.string().min(1).max(64).describe("The id of a run"),
    afterStep: z.int().min(0).optional().describe("Of a long run: steps that follow the one of this number"),
  }),
  run: async ({ run: id, afterStep }, { side }) => {
    if (afterStep !== undefined) {
      const { steps, next } = await side.client.runs.steps({ id, query: { after: afterStep, limit: 50 } });
      return { says: "These are further steps.", data: { steps: steps.map(stepFacts), nextStep: next } };
    }
    const run = await side.client.runs.get({ id });
    return {
      says: "The story of the run is in `story`; what went in and came out follows.",
      data: {
        story: runStory(run, Date.now()),
        flow: run.flow,
        error: run.error,
        event: { id: run.event.id, receivedAt: iso(run.event.receivedAt), payload: run.event.payload },
        steps: run.steps.map(stepFacts),
        nextStep: run.nextStep,
      },
      next: [
        ...(run.error === null ? [] : ["propose_fix with this `run` changes the draft and tries it with the same event."]),
        `A person sees it here: ${side.pageUrl(`/runs/${run.id}`)}`,
      ],
    };
  },
});

export const explainPersonTool = tool({
  name: "explain_person",
  title: "Explain what happened to a person",
  about:
    "Everything that flows did about one person, and why something did not happen: every run with its reason, and the flows that never ran for them.",
  needs: ["runs:read", "flows:read"],
  hints: hints.read,
  input: z.object({ person, flow: flowId.optional().describe("Only this flow: why did it not do its work?"), since: sinceMember }),
  run: async ({ person: who, flow, since }, { side }) => {
    const query = { person: who, limit: 100, ...defined({ flow, from: startOf(since) }) };
    const [{ runs, searching, next }, { flows }] = await Promise.all([side.client.runs.list({ query }), side.client.flows.list()]);
    const others = flows.filter(
      ({ id, status }) => status === "on" && (flow === undefined || id === flow) && !runs.some((run) => run.flow.id === id),
    );
    return {
      says:
        runs.length === 0
          ? "No run is about this person. Either no event came for them, or it names them otherwise: try another e-mail address, phone number, name or id."
          : `${plural(runs.length, "run")}${next === null ? "" : " or more"} about this person, newest first.`,
      data: {
        byFlow: byFlow(runs),
        flowsThatNeverRan: others
          .slice(0, 30)
          .map(({ id, name, sentence, trigger }) => ({ id, name, sentence, triggerError: trigger.lastError?.message ?? null })),
        ...(searching && { stillReading: `${searching.done} of ${searching.total} older runs; some may be missing here` }),
      },
      next: [
        "Filtered means that a condition of the flow did not hold: `why` names it. explain_run shows the values.",
        "A flow that never ran got no event for the person: look at its trigger with get_flow, and at the app.",
      ],
    };
  },
});

function byFlow(runs: readonly RunView[]) {
  const flows = new Map<string, RunView[]>();
  for (const run of runs) flows.set(run.flow.id, [...(flows.get(run.flow.id) ?? []), run]);
  return [...flows.values()].map((all) => ({
    flow: { id: all[0]!.flow.id, name: all[0]!.flow.name },
    runs: all.slice(0, 20).map((run) => ({
      run: run.id,
      at: iso(run.createdAt),
      who: runWho(run),
      state: run.label,
      why: whyOf(run, Date.now()),
      match: run.match?.text,
    })),
    more: Math.max(0, all.length - 20),
  }));
}

export const needsAttentionTool = tool({
  name: "needs_attention",
  title: "What needs attention",
  about:
    "What is wrong now, and what waits for a person: runs that failed or are held, grouped by reason; approvals that nobody decided, or whose outcome is unknown; apps that do not answer; logins that are refused; flows whose check found errors; warnings about this Millrace.",
  needs: ["overview:read", "runs:read", "flows:read"],
  hints: hints.read,
  input: z.object({}),
  run: async (_, { side }) => {
    const wrong = await whatIsWrong(side);
    const isCalm = Object.values(wrong).every((part) => part.length === 0);
    return {
      says: isCalm ? "Nothing needs attention." : "This needs attention, the most frequent first.",
      data: wrong,
      next: isCalm
        ? []
        : [
            "Correct the cause before runs are replayed: propose_fix for flows, a person for logins. Then request_replay.",
            `A person sees it here: ${side.pageUrl("/attention")}`,
          ],
    };
  },
});

async function whatIsWrong({ client }: McpSide) {
  const [overview, { runs, next }, { flows }, health, { approvals }] = await Promise.all([
    client.overview.get(),
    client.runs.list({ query: { attention: "true", limit: 200 } }),
    client.flows.list(),
    client.health.get(),
    client.approvals.list({ query: { attention: "true" } }),
  ]);
  const now = Date.now();
  const isWrong = ({ state }: HealthFinding) => state === "warn" || state === "bad";
  return {
    runs: grouped(runs, now),
    ...(next !== null && { moreRuns: `${overview.attention} in all` }),
    approvals: approvals.map(({ id, state, title, who }) => ({ id, request: `${who} asks to ${title}`, state: stateWords[state] })),
    outages: overview.outages.map((outage) => outageSentence(outage, now, "UTC")),
    flows: flows
      .filter(({ lint, trigger, status }) => status === "on" && ((lint?.errors ?? 0) > 0 || trigger.lastError !== null))
      .map((flow) => ({
        ...flowLine(flow),
        troubles: flow.lint?.troubles.map(({ where, problem, fix }) => `${where}: ${problem} ${fix}`) ?? [],
      })),
    findings: [...health.workspace, ...health.machine].filter(isWrong).map(({ what, says }) => `${what}: ${says}`),
    warnings: [
      ...overview.warnings,
      ...(overview.held ? ["Millrace was started on hold: nothing is executed until a person resumes it."] : []),
    ],
  };
}

export const runTools = [listRunsTool, explainRunTool, explainPersonTool, needsAttentionTool];
