/** Tools that change a draft to fix it, and those that ask a person to decide. */
import { z } from "zod";
import type { FlowDefinition, FlowDetail, LintFinding, RunDetail } from "#api/schemas.ts";
import { defined } from "#kernel/defined.ts";
import { badInput, conflict, MillraceError } from "#kernel/errors.ts";
import { canonicalJson } from "#kernel/json.ts";
import { runWho } from "#surfaces/run-who.ts";
import type { Answer } from "../answer.ts";
import { plural } from "#kernel/words.ts";
import { partOf, plain } from "../data.ts";
import { byPerson, decisionOn } from "../decision.ts";
import { partLines } from "../flow-lines.ts";
import { withName, withValue } from "../patch.ts";
import { whyOf } from "../run-words.ts";
import type { McpSide } from "../side.ts";
import { hints, tool } from "../tool.ts";
import { completeFlow, dryRunFacts, findingLine, flowId } from "./flows.ts";

const reason = z.string().trim().min(1).max(1_000).describe("Why, in a sentence for the person who decides");
const at = z.string().min(1).max(300).describe("The path of a place in the definition: steps[1].input.email");
const runId = z.string().min(1).max(64);

const fixInput = z.object({
  flow: flowId,
  run: runId.optional().describe("A run that failed: its event is tried with the changed draft"),
  replace: z
    .array(z.object({ at, to: z.string().max(300).describe("One of the finding's choices") }))
    .max(50)
    .optional()
    .describe("Findings of validate_flow to mend, each with a choice. Without it, those with one near choice are mended"),
  changes: z
    .array(z.object({ at, value: z.unknown().optional().describe("The new value; left out, the member is removed") }))
    .max(50)
    .optional()
    .describe("Further changes of the draft"),
});
type FixInput = z.output<typeof fixInput>;

export const proposeFixTool = tool({
  name: "propose_fix",
  title: "Propose a fix",
  about:
    "Mend the draft of a flow and try it: replaces names that are gone (from validate_flow), makes further changes that you name, saves the draft and dry runs it, with the event of a failed run where you name one. It never publishes.",
  needs: ["flows:write", "flows:try", "runs:read"],
  hints: hints.redraft,
  input: fixInput,
  run: async (input, { side }) => {
    const { client } = side;
    const run = input.run === undefined ? null : await client.runs.get({ id: input.run });
    if (run !== null && run.flow.id !== input.flow) throw badInput("run", "is of another flow");
    const [flow, { findings }] = await Promise.all([client.flows.get({ id: input.flow }), client.flows.lintNow({ id: input.flow })]);
    const mended = mendedDefinition(flow.definition, findings, input);
    if (canonicalJson(mended) === canonicalJson(flow.definition)) return nothingToMend(findings, run);
    const saved = await client.flows.save({ id: flow.id, query: { revision: flow.revision }, body: mended });
    return await triedFix(side, saved, run);
  },
});

function mendedDefinition(
  definition: FlowDefinition,
  findings: readonly LintFinding[],
  { replace, changes = [] }: FixInput,
): FlowDefinition {
  // The check also looks at the version that runs, and the draft may not have the place any more.
  const inDraft = findings.filter((finding) => partOf(definition, { part: finding.at }) !== undefined);
  const chosen = replace ?? inDraft.flatMap((finding) => nearChoice(finding));
  let mended: unknown = definition;
  for (const { at: place, to } of chosen) {
    const from = findings.find((finding) => finding.at === place && finding.repair !== undefined)?.repair?.from;
    if (from === undefined) throw badInput("replace", `names ${place}, where the check found no name to replace`);
    mended = withName(mended, place, from, to);
  }
  for (const { at: place, value } of changes) mended = withValue(mended, place, value);
  return mended as FlowDefinition;
}

/** What one near name may stand for is no guess. */
function nearChoice({ at: place, repair }: LintFinding): { at: string; to: string }[] {
  const [first] = repair?.near === true ? repair.choices : [];
  return first === undefined ? [] : [{ at: place, to: first }];
}

function nothingToMend(findings: readonly LintFinding[], run: RunDetail | null): Answer {
  return {
    says: "Nothing was changed: no finding has one name that is surely meant, and no change was named.",
    data: { findings: findings.map(findingLine), ...(run !== null && { failure: failureOfRun(run) }) },
    next: [
      'Choose from `replace.choices` of a finding (`replace`), or name what to change (`changes`), such as {"at": "steps[1].input.email", "value": "{{ trigger.email }}"}.',
      "A login or a permission is mended by a person, not in the flow.",
    ],
  };
}

function failureOfRun(run: RunDetail) {
  const step = run.steps.findLast(({ error }) => error !== null);
  return { error: run.error, step: step?.path, operation: step?.operation, input: step?.input };
}

async function triedFix({ client }: McpSide, saved: FlowDetail, run: RunDetail | null): Promise<Answer> {
  const [tried, { changes }] = await Promise.all([
    client.flows.dryRun({ id: saved.id, body: run === null ? {} : { event: run.event.id } }),
    saved.version === null ? { changes: [] } : client.flows.compare({ id: saved.id }),
  ]);
  return {
    says: `The draft is changed, as revision ${saved.revision}, and not published. A dry run ${tried.outcome === "failed" ? "still fails" : "does not fail"}.`,
    data: {
      flow: saved.id,
      revision: saved.revision,
      differsFromPublished: changes.map(({ text }) => text),
      problems: saved.problems,
      dryRun: dryRunFacts(tried),
    },
    next:
      tried.outcome === "failed"
        ? ["Read `dryRun.error`, and change the draft again."]
        : ["request_publish puts it to a person; then request_replay does the failed runs again."],
  };
}

export const requestPublishTool = tool({
  name: "request_publish",
  title: "Ask to publish a flow",
  about: "Put the draft of a flow to a person, with what it changes: they decide whether it is published and turned on.",
  needs: ["flows:try"],
  hints: hints.deed,
  input: z.object({
    flow: flowId,
    reason,
    revision: z.int().min(1).optional().describe("Of the draft that you tried: refused where somebody saved since"),
    note: z.string().trim().max(500).optional().describe("What to say of the version"),
  }),
  run: async ({ flow: id, reason: why, revision: seen, note }, call) => {
    const { side } = call;
    const flow = await completeFlow(side, id);
    const { revision, name, version } = flow;
    if (seen !== undefined && seen !== revision) throw savedMeanwhile(name);
    if (version !== null && !flow.changed)
      throw conflict(`'${name}' is published as it is; the draft changes nothing. To turn it on, use request_switch_on`);
    return await byPerson(
      {
        question: () => publishQuestion(flow, why, side),
        approval: { kind: "publish", flow: id, revision, reason: why, ...defined({ note }) },
        next: ["get_flow has the address that events are posted to, where the flow has one."],
      },
      call,
    );
  },
});

const savedMeanwhile = (flow: string) =>
  new MillraceError("FLOW_CHANGED", { details: { flow, who: "somebody else", what: "it was not put to a person" } });

/** What the person sees: what it does, all of a new flow, what changes in another, and what the check found. */
async function publishQuestion(
  { id, name, version, sentence, draftSentence }: FlowDetail,
  why: string,
  { client, pageUrl }: McpSide,
): Promise<string> {
  const [{ changes, parts }, { findings }, { connections }] = await Promise.all([
    client.flows.compare({ id, query: version === null ? { from: "nothing" } : {} }),
    client.flows.lintNow({ id }),
    client.connections.list(),
  ]);
  return [
    version === null ? `Publish the new flow '${plain(name)}' and turn it on?` : `Publish the changed flow '${plain(name)}'?`,
    `Why: ${plain(why, 1_000)}`,
    `It does: ${plain(draftSentence ?? sentence, 1_000)}`,
    ...changes.map(({ text }) => `- ${plain(text)}`),
    ...partLines(parts, connections),
    ...findings.map(({ level, where, problem }) => `The check found (${level}): ${plain(where)}: ${plain(problem)}`),
    `See it: ${pageUrl(`/flows/${id}`)}`,
  ].join("\n");
}

export const requestSwitchOnTool = tool({
  name: "request_switch_on",
  title: "Ask to turn a flow on",
  about: "Put a published flow that is off to a person, to be turned on again.",
  needs: ["flows:try"],
  hints: hints.deed,
  input: z.object({ flow: flowId, reason }),
  run: async ({ flow: id, reason: why }, call) => {
    const { name, status, version, sentence } = await call.side.client.flows.get({ id });
    if (status !== "off") throw conflict(`'${name}' is ${status === "on" ? "on already" : "a draft: use request_publish"}`);
    return await byPerson(
      {
        question: async () =>
          [
            `Turn the flow '${plain(name)}' on, in version ${version}?`,
            `Why: ${plain(why, 1_000)}`,
            `It does: ${plain(sentence, 1_000)}`,
            ...(await publishedLines(id, call.side)),
          ].join("\n"),
        approval: { kind: "switch_on", flow: id, reason: why },
      },
      call,
    );
  },
});

async function publishedLines(id: string, { client }: McpSide): Promise<string[]> {
  const [{ parts }, { connections }] = await Promise.all([
    client.flows.compare({ id, query: { from: "nothing", to: "published" } }),
    client.connections.list(),
  ]);
  return partLines(parts, connections);
}

const mostReplayed = 100;
const shownRuns = 10;

export const requestReplayTool = tool({
  name: "request_replay",
  title: "Ask to replay runs",
  about:
    "Put runs to a person to be done again: from the step that failed, keeping what was done, or from the start. Correct the cause first.",
  needs: ["runs:read", "flows:try"],
  hints: hints.deed,
  input: z.object({
    runs: z.array(runId).min(1).max(mostReplayed),
    from: z.enum(["failed", "start"]).default("failed").describe("`start` does everything again, also what was done"),
    version: z.enum(["same", "published"]).default("published").describe("With the version they ran on, or the one published now"),
    reason,
  }),
  run: async ({ runs: given, from, version, reason: why }, call) => {
    const { client } = call.side;
    const ids = [...new Set(given)];
    const found = await Promise.all(ids.map((id) => client.runs.get({ id })));
    return await byPerson(
      {
        question: () => replayQuestion(found, { from, version, why }, call.side),
        approval: { kind: "replay", runs: ids, from, version, reason: why },
        next: ["explain_run of the new run says how it went."],
      },
      call,
    );
  },
});

interface Replay {
  from: "failed" | "start";
  version: "same" | "published";
}

async function replayQuestion(
  found: readonly RunDetail[],
  { from, version, why }: Replay & { why: string },
  { client }: McpSide,
): Promise<string> {
  const ids = found.map(({ id }) => id);
  const shown = found.slice(0, shownRuns);
  const flows = version === "same" ? [] : [...new Set(found.map(({ flow }) => flow.id))];
  const [{ blocked }, ...published] = await Promise.all([
    client.runs.replayCheck({ body: { ids, from, version } }),
    ...flows.map((id) => client.flows.get({ id })),
  ]);
  return [
    `Replay ${plural(ids.length, "run")}, ${from === "failed" ? "from the step that failed" : "from the start: what was done is done again"}?`,
    `Why: ${plain(why, 1_000)}`,
    ...published.map((flow) => `They follow version ${flow.version ?? "none"} of '${plain(flow.name)}'.`),
    ...shown.map((run) => `- ${plain(run.flow.name)}, ${plain(runWho(run))}, ${run.label}: ${plain(whyOf(run, Date.now()))}`),
    ...(ids.length > shown.length ? [`- and ${ids.length - shown.length} more`] : []),
    ...blocked.map(({ connection, runs }) => `${runs} of them need '${plain(connection.title)}', which does not work.`),
  ].join("\n");
}

export const readApprovalTool = tool({
  name: "read_approval",
  title: "Read an approval",
  about: "What a person decided about a request of yours, and the result.",
  needs: ["runs:read"],
  hints: hints.read,
  input: z.object({ approval: z.string().min(1).max(64).describe("The id that request_publish, request_replay or call_operation gave") }),
  run: ({ approval }, { side }) => decisionOn(approval, side),
});

export const deedTools = [proposeFixTool, requestPublishTool, requestSwitchOnTool, requestReplayTool, readApprovalTool];
