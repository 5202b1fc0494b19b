/** Tools that read, write and try flows. Nothing here changes what runs. */
import { z } from "zod";
import type { DryRunReply, FlowDefinition, FlowDetail, FlowView, LintFinding } from "#api/schemas.ts";
import { badInput, MillraceError } from "#kernel/errors.ts";
import { defined } from "#kernel/defined.ts";
import type { Answer } from "../answer.ts";
import { plural } from "#kernel/words.ts";
import { effectLines } from "../effects.ts";
import { flowFormat } from "../flow-format.ts";
import { findTemplates } from "../find-templates.ts";
import { cursorMember, pageOf } from "../page.ts";
import type { McpSide } from "../side.ts";
import { iso, isoOrNull } from "../time.ts";
import { hints, tool } from "../tool.ts";

export const flowId = z.string().min(1).max(64).describe("The id of a flow, from list_flows");
const definition = z.record(z.string().max(100), z.unknown()).describe("The whole flow as JSON; read_flow_format says how it is written");
/** Only the engine checks it: it names the place of every mistake. */
const asDefinition = (given: Record<string, unknown>) => given as unknown as FlowDefinition;

export const listFlowsTool = tool({
  name: "list_flows",
  title: "List flows",
  about:
    "The flows of the workspace: what each does in a sentence, whether it is on, its runs of the last day, and what the last check found.",
  needs: ["flows:read"],
  hints: hints.read,
  input: z.object({
    words: z.string().max(200).optional().describe("Only flows with all of these words in name, sentence, folder or trigger"),
    status: z.enum(["draft", "on", "off"]).optional(),
    limit: z.int().min(1).max(100).default(25),
    cursor: cursorMember,
  }),
  run: async ({ words, status, ...page }, { side }) => {
    const { items, next } = await pageOf(page, async () => {
      const { flows } = await side.client.flows.list({ query: defined({ q: words }) });
      return flows.filter((flow) => status === undefined || flow.status === status);
    });
    return {
      says: items.length === 0 ? "No flow matches." : `${plural(items.length, "flow")}.`,
      data: { flows: items.map(flowLine), ...(next !== null && { cursor: next }) },
    };
  },
});

/** A line of the list of flows. */
export const flowLine = ({ id, name, status, reason, version, changed, sentence, trigger, counts, lastRunAt, lint }: FlowView) => ({
  id,
  name,
  status,
  ...(reason !== undefined && { reason }),
  sentence,
  version,
  draftDiffers: changed,
  starts: trigger.kind,
  ...(trigger.lastError !== null && { triggerError: trigger.lastError.message }),
  runsOfTheLastDay: counts,
  lastRunAt: isoOrNull(lastRunAt),
  found: lint === null ? null : { errors: lint.errors, warnings: lint.warnings },
});

export const getFlowTool = tool({
  name: "get_flow",
  title: "Read a flow",
  about: "One flow with its definition (the draft, or a published version), its problems, its trigger and its address.",
  needs: ["flows:read"],
  hints: hints.read,
  input: z.object({ flow: flowId, version: z.union([z.literal("draft"), z.int().min(1)]).default("draft") }),
  run: async ({ flow, version }, { side }) => {
    const detail = await side.client.flows.get({ id: flow });
    const published = version === "draft" ? null : await side.client.flows.version({ id: flow, version: String(version) });
    return {
      says: published === null ? `This is the draft, revision ${detail.revision}.` : `This is version ${published.version}.`,
      data: { ...flowFacts(detail), definition: published?.definition ?? detail.definition },
      next: [`A person sees it here: ${side.pageUrl(`/flows/${detail.id}`)}`],
    };
  },
});

const flowFacts = (detail: FlowDetail) => ({
  ...flowLine(detail),
  revision: detail.revision,
  problems: detail.problems,
  notices: detail.notices,
  hookUrl: detail.trigger.hookUrl,
  versions: detail.versions.slice(0, 10).map(({ version, publishedAt, note }) => ({ version, publishedAt: iso(publishedAt), note })),
});

export const draftFlowTool = tool({
  name: "draft_flow",
  title: "Draft a flow",
  about:
    "Create a flow as a draft, or save the draft of one. Nothing runs by it. A draft may be incomplete; the answer names each place that lacks something. Read read_flow_format first.",
  needs: ["flows:write"],
  hints: hints.draft,
  input: z.object({
    flow: flowId.optional().describe("The flow whose draft to replace; left out, a new flow is made"),
    revision: z.int().min(1).optional().describe("Of the draft that you changed, from get_flow: refused where somebody saved since"),
    definition,
  }),
  run: async ({ flow, revision, definition: given }, { side }) => {
    if (flow !== undefined && revision === undefined)
      throw badInput("revision", "is needed: the one of the draft that you read with get_flow");
    const body = asDefinition(given);
    const saved =
      flow === undefined
        ? await side.client.flows.create({ body })
        : await side.client.flows.save({ id: flow, query: defined({ revision }), body });
    return draftAnswer(saved, side);
  },
});

/** A draft as it is after a change. */
export function draftAnswer(saved: FlowDetail, side: McpSide): Answer {
  const { id, name, revision, sentence, draftSentence, problems, notices, version } = saved;
  return {
    says:
      problems.length === 0
        ? `The draft is saved as revision ${revision}, and it is complete.`
        : `The draft is saved as revision ${revision}. It has ${plural(problems.length, "problem")}, so it cannot run yet.`,
    data: { flow: id, name, revision, does: draftSentence ?? sentence, problems, notices, published: version },
    next: [
      problems.length === 0
        ? "Try it with dry_run_flow, then check it with validate_flow."
        : "Correct each place that `problems` names (`at` is its path), and save the whole definition again with this revision.",
      `A person sees it here: ${side.pageUrl(`/flows/${id}`)}`,
    ],
  };
}

export const validateFlowTool = tool({
  name: "validate_flow",
  title: "Validate a flow",
  about:
    "Check a draft now for what would make its runs fail: names and ids that are gone, logins, scopes, values of the wrong type. Each finding says what to do.",
  needs: ["flows:try"],
  hints: hints.readOutside,
  input: z.object({ flow: flowId }),
  run: async ({ flow }, { side }) => {
    const [{ findings }, { problems }] = await Promise.all([side.client.flows.lintNow({ id: flow }), side.client.flows.get({ id: flow })]);
    const errors = findings.filter(({ level }) => level === "error").length;
    const isClean = findings.length + problems.length === 0;
    return {
      says: isClean
        ? "Nothing is wrong with it."
        : `${plural(problems.length, "problem")} of the draft, ${plural(errors, "error")} and ${plural(findings.length - errors, "warning")} of the check.`,
      data: { problems, findings: findings.map(findingLine) },
      next: isClean
        ? ["request_publish puts it to a person."]
        : ["propose_fix replaces names that are gone; correct the rest with draft_flow."],
    };
  },
});

export const findingLine = ({ level, at, where, problem, fix, repair }: LintFinding) => ({
  level,
  at,
  where,
  problem,
  fix,
  ...(repair !== undefined && { replace: { from: repair.from, choices: repair.choices.slice(0, 20), isNear: repair.near } }),
});

export const samplesTool = tool({
  name: "samples",
  title: "Samples",
  about:
    "Events to try a flow with: received ones, those of other flows with the same trigger, or made up ones. With a step: samples of what that step gives.",
  needs: ["flows:try"],
  hints: hints.readOutside,
  input: z.object({
    flow: flowId,
    step: z.string().max(64).optional().describe("The id of a step, for samples of its result"),
    limit: z.int().min(1).max(20).default(5),
  }),
  run: async ({ flow, step, limit }, { side }) => {
    const { samples } =
      step === undefined ? await side.client.flows.samples({ id: flow }) : await side.client.flows.samplesFor({ id: flow, body: { step } });
    return {
      says: samples.length === 0 ? "There is no sample." : `${plural(Math.min(limit, samples.length), "sample")} of ${samples.length}.`,
      data: samples.slice(0, limit).map(({ event, at, person, from, payload, filtered }) => ({
        event,
        at: iso(at),
        from,
        person,
        ...(filtered && { filtered }),
        payload,
      })),
      next: ["`from` says where each comes from: `example` and `schema` are made up. Pass `event`, or `payload`, to dry_run_flow."],
    };
  },
});

export const dryRunFlowTool = tool({
  name: "dry_run_flow",
  title: "Dry run a flow",
  about:
    "What a draft would do with one event: each step, and each write with the old and the new values. Look-ups are made for real, except at an address that the flow itself names: an agent may not call those. Writes are not made.",
  needs: ["flows:try"],
  hints: hints.readOutside,
  input: z.object({
    flow: flowId,
    event: z.string().max(64).optional().describe("The id of a received event, from samples. Left out: the newest sample"),
    payload: z.unknown().optional().describe("An event to try with, in place of a received one"),
    madeUp: z.boolean().default(false).describe("The payload is made up: where a look-up finds nothing, the catalog's example stands in"),
    definition: definition.optional().describe("Try this definition in place of the draft; it is not saved"),
  }),
  run: async ({ flow, event, payload, madeUp, definition: given }, { side }) => {
    const reply = await side.client.flows.dryRun({
      id: flow,
      body: {
        ...defined({ event, payload }),
        ...(given !== undefined && { definition: asDefinition(given) }),
        madeUp,
      },
    });
    return dryRunAnswer(reply);
  },
});

const outcomes = {
  succeeded: "It would succeed.",
  filtered: "It would end at a filter.",
  failed: "It would fail.",
  waiting: "It would wait for the budget of calls.",
} as const;

function dryRunAnswer(reply: DryRunReply): Answer {
  const { problems, outcome } = reply;
  const isLacking =
    problems.length > 0 ? ` The definition has ${plural(problems.length, "problem")}; steps that lack something were passed over.` : "";
  return {
    says: `${outcomes[outcome]} Nothing was written.${isLacking}`,
    data: dryRunFacts(reply),
    next: outcome === "failed" ? ["`error` and the step's `why` say what to correct."] : [],
  };
}

/** What a dry run found, without the requests themselves. */
export function dryRunFacts({ outcome, summary, effects, outline, error, problems, notices, sample, steps }: DryRunReply) {
  return {
    outcome,
    summary,
    writes: effects.map((effect) => ({ step: effect.step, lines: effectLines(effect) })),
    steps: outline.map(({ at, step, state, why }) => ({ at, step, state, ...(why !== undefined && { why }) })),
    error: error && { code: error.code, message: error.message },
    problems,
    notices,
    triedWith: sample && { event: sample.event, from: sample.from, person: sample.person },
    results: Object.fromEntries(steps.map(({ path, output }) => [path, output])),
  };
}

const waitsMs = 15_000;
const looksEveryMs = 400;

export const backtestFlowTool = tool({
  name: "backtest_flow",
  title: "Backtest a flow",
  about:
    "Try a draft on the newest events that came, beside the published version, without a write: how many would succeed, fail or end otherwise than now.",
  needs: ["flows:write"],
  hints: { ...hints.readOutside, readOnlyHint: false },
  input: z.object({
    flow: flowId,
    events: z.int().min(1).max(100).default(50),
    backtest: z.string().max(64).optional().describe("One that was begun before, to read its result; none is begun then"),
  }),
  run: async ({ flow, events, backtest }, { side, context }) => {
    const { flows } = side.client;
    const begun =
      backtest === undefined ? await flows.backtest({ id: flow, body: { events } }) : await flows.backtestResult({ id: flow, backtest });
    let result = begun;
    for (let waited = 0; result.state === "running" && waited < waitsMs && !context.mcpReq.signal.aborted; waited += looksEveryMs) {
      await new Promise((resolve) => setTimeout(resolve, looksEveryMs));
      result = await flows.backtestResult({ id: flow, backtest: begun.id });
    }
    const { id, state, done, total, draft, published, different, rows, stopped } = result;
    const others = rows.filter((row) => row.published !== null && row.published.outcome !== row.draft.outcome);
    return {
      says: state === "running" ? `It is still running: ${done} of ${total} events are tried.` : `It tried ${done} of ${total} events.`,
      data: {
        backtest: id,
        state,
        stopped,
        draft: countsOf(draft),
        published: published && countsOf(published),
        endOtherwise: different,
        rowsThatEndOtherwise: others.slice(0, 10),
      },
      next: state === "running" ? ["Call again with `backtest` for the rest."] : [],
    };
  },
});

const countsOf = ({ outcomes: ended, effects, failures }: { outcomes: unknown; effects: unknown; failures: readonly unknown[] }) => ({
  outcomes: ended,
  effects,
  failures: failures.slice(0, 10),
});

export const readFlowFormatTool = tool({
  name: "read_flow_format",
  title: "Read how flows are written",
  about: "How a flow is written as JSON: the guide and the complete JSON Schema. Read it before you write a definition.",
  needs: ["flows:read"],
  hints: hints.read,
  input: z.object({}),
  run: async () => ({ says: flowFormat }),
});

export const findTemplatesTool = tool({
  name: "find_templates",
  title: "Find templates",
  about:
    "Ready-made flows: what each does, line by line, and what is chosen when it is installed. With `template`: its whole definition, which is a good example.",
  needs: ["flows:read"],
  hints: hints.read,
  input: z.object({
    words: z.string().max(200).optional().describe("What the flow should do, in a few words"),
    app: z.string().max(60).optional().describe("Only those with this app"),
    template: z.string().max(64).optional().describe("The id of one, to read all of it"),
    limit: z.int().min(1).max(50).default(10),
    cursor: cursorMember,
  }),
  run: async ({ words = "", app, template, ...page }, { side }) => {
    if (template !== undefined) return { says: "This is the template.", data: await side.client.templates.get({ id: template }) };
    const { items, next } = await pageOf(page, async () => {
      const { templates } = await side.client.templates.list();
      return findTemplates(
        templates.filter(({ apps }) => app === undefined || apps.includes(app)),
        words,
      );
    });
    return {
      says: items.length === 0 ? "No template matches." : `${plural(items.length, "template")}.`,
      data: {
        templates: items.map(({ id, title, about, starts, does, connections, choices }) => ({
          id,
          title,
          about,
          starts,
          does: does.map(({ depth, text }) => "  ".repeat(depth) + text),
          connections: connections.map(({ name, app: of }) => ({ name, app: of })),
          choices: choices.map(({ name, label }) => ({ name, label })),
        })),
        ...(next !== null && { cursor: next }),
      },
      next: ["install_template makes a draft of one."],
    };
  },
});

export const installTemplateTool = tool({
  name: "install_template",
  title: "Install a template",
  about: "Make a flow from a template, as a draft that a person sets up or that you complete with draft_flow. Nothing runs by it.",
  needs: ["flows:write"],
  hints: hints.draft,
  input: z.object({
    template: z.string().min(1).max(64).describe("The id of a template, from find_templates"),
    name: z.string().max(120).optional().describe("What the flow is called"),
    connections: z
      .record(z.string().max(60), z.string().max(60))
      .default({})
      .describe("The names of connections, by what the template calls them"),
    choices: z
      .record(z.string().max(60), z.union([z.string().max(10_000), z.number()]))
      .default({})
      .describe("What is chosen, by the names of the template's choices"),
  }),
  run: async ({ template, name, connections, choices }, { side }) => {
    const made = await side.client.templates.install({ id: template, body: { connections, choices, ...defined({ name }) } });
    return draftAnswer(made, side);
  },
});

/** The flow, once it is sure that its draft can be published. */
export async function completeFlow(side: McpSide, id: string): Promise<FlowDetail> {
  const flow = await side.client.flows.get({ id });
  if (flow.problems.length === 0) return flow;
  throw new MillraceError("FLOW_NOT_READY", {
    details: { flow: flow.name, problem: `It has ${plural(flow.problems.length, "problem")}`, problems: flow.problems },
  });
}

export const flowTools = [
  listFlowsTool,
  getFlowTool,
  readFlowFormatTool,
  findTemplatesTool,
  installTemplateTool,
  draftFlowTool,
  samplesTool,
  dryRunFlowTool,
  validateFlowTool,
  backtestFlowTool,
];
