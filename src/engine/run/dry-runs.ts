import type { Clock } from "#kernel/clock.ts";
import { defined } from "#kernel/defined.ts";
import { MillraceError } from "#kernel/errors.ts";
import type { Pace } from "#kernel/pace.ts";
import { withAliases } from "../accept/events.ts";
import type { DryRun, FlowToTry } from "../api.ts";
import { readDraft, type FlowKnowledge } from "../flow/flow.ts";
import type { RunnerParts } from "./parts.ts";
import type { StepCaller } from "../ports/caller.ts";
import type { Scripts } from "../ports/scripts.ts";
import type { TriggerFacts } from "../triggers/trigger-facts.ts";
import { withStandIns } from "./stand-ins.ts";
import { CallMemory } from "./call-memory.ts";
import { dryRun, toTheMinute, unreadySteps, withoutFaults } from "./dry-run.ts";

interface Parts {
  caller: StepCaller;
  messages?: RunnerParts["messages"];
  scripts: Scripts;
  facts: TriggerFacts;
  knowledge: (workspaceId: string) => FlowKnowledge;
  clock: Clock;
  pace: Pace;
}

/** Dry runs at a time. Each holds its payload and all its results. */
const mostDryRuns = 16;

/** Dry runs of flows, a limited number at a time. */
export class DryRuns {
  readonly #parts: Parts;
  readonly #memory: CallMemory;
  #running = 0;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#memory = new CallMemory(parts.clock);
  }

  readonly run = async (
    workspaceId: string,
    { definition, triggerId = "flow_dry", remember, madeUp = false, lane, cause }: FlowToTry,
    payload: unknown,
  ): Promise<DryRun> => {
    const { caller, messages, scripts, facts, knowledge, clock, pace } = this.#parts;
    const flowKnowledge = knowledge(workspaceId);
    const { definition: read, problems } = readDraft(definition, flowKnowledge);
    const hook = facts.webhook(workspaceId, read.trigger.app, read.trigger.operation);
    if (this.#running >= mostDryRuns) throw new MillraceError("TOO_MANY_REQUESTS", { details: { seconds: 5 } });
    this.#running++;
    try {
      const tools = {
        caller,
        ...(!madeUp && { messages }), // nobody can ask what made-up people want
        scripts,
        clock,
        pace,
        knowledge: flowKnowledge,
        unready: unreadySteps(read, problems),
        ...defined({ lane, cause }),
      };
      const remembering = remember === undefined ? {} : this.#remembering(workspaceId, remember);
      const trying = { ...tools, ...remembering };
      const event = withAliases(hook?.aliases, payload);
      const toTry = madeUp ? { ...trying, caller: withStandIns(trying.caller, facts.exampleOf) } : trying;
      const result = await dryRun(toTry, workspaceId, triggerId, withoutFaults(read, problems), event);
      return { ...result, definition: read, problems };
    } finally {
      this.#running--;
    }
  };

  /** Something of the flow was really written: what dry runs read before is old. */
  readonly forget = (workspaceId: string, flowId: string): void => this.#memory.forget(roomOf(workspaceId, flowId));

  #remembering(workspaceId: string, flowId: string): Pick<Parts, "caller" | "clock"> {
    const { caller, clock } = this.#parts;
    return { caller: this.#memory.around(caller, roomOf(workspaceId, flowId)), clock: toTheMinute(clock) };
  }
}

/** Under what the dry calls of a flow are remembered. */
const roomOf = (workspaceId: string, flowId: string): string => `${workspaceId} ${flowId}`;
