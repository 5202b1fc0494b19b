import type { Catalog } from "#catalog/registry.ts";
import { plainHttp } from "#catalog/plain-http.ts";
import { isEnteredByHand } from "#catalog/webhooks.ts";
import type { WebhookTarget, TargetTrigger } from "#api/schemas.ts";
import type { Engine, RunChange } from "#engine/api.ts";
import type { Flow, FlowDefinition } from "#engine/types/flows.ts";
import { defined } from "#kernel/defined.ts";
import { sleep, type Clock } from "#kernel/clock.ts";
import { badInput, MillraceError, notFound, type StoredError } from "#kernel/errors.ts";
import { canonicalJson } from "#kernel/json.ts";
import type { Log } from "#kernel/log.ts";
import type { LintService } from "../lint/lint-service.ts";

interface Parts {
  engine: Pick<Engine, "flows" | "samplesOf" | "run" | "dismiss" | "onChange">;
  catalog: Catalog;
  connection(workspaceId: string, name: string): Promise<unknown>;
  /** Throws for an address that may not be called. */
  checkAddress(url: string): Promise<void>;
  lint: Pick<LintService, "soon">;
  clock: Clock;
  log: Log;
}

/** The id of the only step of a target's flow; it marks the flow as a target. */
export const targetStepId = "to_target";
const gone = 410;
const mostLooks = 40;
const lookEveryMs = 250;
const mostSamples = 3;

/**
 * Addresses of other tools that get each event of a trigger (REST hooks). Each is a flow with one step, in the folder of its tool, so that
 * deliveries are as durable as any run, are tried again, and can be looked at.
 */
export class WebhookTargets {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Adds an address and turns its flow on. Gives the id by which it is removed. Throws HOST_NOT_ALLOWED for one that may not be called. */
  async add(workspaceId: string, target: WebhookTarget, by: string): Promise<{ id: string }> {
    const { flows } = this.#parts.engine;
    const definition = this.#definitionOf(workspaceId, target);
    await this.#checkConnection(workspaceId, target.connection);
    await this.#parts.checkAddress(target.url);
    const paused = await this.#pausedFlowFor(workspaceId, definition);
    const flow = paused ? await flows.save(workspaceId, paused.id, definition, { by }) : await flows.create(workspaceId, definition, by);
    try {
      if (!paused) await flows.move(workspaceId, flow.id, target.tool, by);
      this.#parts.lint.soon(await flows.publish(workspaceId, flow.id, { by }));
    } catch (thrown) {
      if (!paused) await flows.delete(workspaceId, flow.id, by);
      throw thrown;
    }
    return { id: flow.id };
  }

  /** Up to three events of the trigger: received, read from its list now, or the example. */
  async samples(workspaceId: string, { app, trigger, connection, input }: TargetTrigger, by: string): Promise<unknown[]> {
    const definition = this.#definitionOf(workspaceId, { app, trigger, connection, input, url: "https://example.com/", tool: "" });
    await this.#checkConnection(workspaceId, connection);
    const samples = await this.#parts.engine.samplesOf(workspaceId, definition, mostSamples, by);
    return samples.map(({ payload }) => payload);
  }

  /**
   * Ends the deliveries. A flow whose own address somebody entered in the app is turned off and kept: the tool may come back, and the
   * address must be the same then.
   */
  async remove(workspaceId: string, id: string, by: string): Promise<void> {
    const { flows } = this.#parts.engine;
    const flow = await flows.get(workspaceId, id).catch(() => null);
    if (!flow || !isTarget(flow.draft)) throw notFound("webhook target", id);
    if (this.#keepsAddress(flow)) await flows.pause(workspaceId, id, undefined, by);
    else await flows.delete(workspaceId, id, by);
  }

  /** Ends the deliveries to an address that answers 410, Gone: the other side has forgotten it. Returns the way to stop looking. */
  endThoseGone(): () => void {
    const { engine, log } = this.#parts;
    return engine.onChange((change) => {
      if (change.state !== "failed") return;
      this.#endIfGone(change).catch((err: unknown) =>
        log.error({ err, flowId: change.flowId }, "A flow whose receiver may be gone could not be looked at; its next failed run will be"),
      );
    });
  }

  async #endIfGone({ workspaceId, flowId, id: runId }: RunChange): Promise<void> {
    const { engine } = this.#parts;
    const flow = await engine.flows.get(workspaceId, flowId).catch(() => null); // deleted meanwhile
    if (!flow || !isTarget(flow.draft)) return;
    const error = await this.#errorOf(workspaceId, runId);
    if (error?.details["status"] !== gone) return;
    await engine.dismiss(workspaceId, runId);
    if (this.#keepsAddress(flow))
      await engine.flows.pause(workspaceId, flowId, "The receiver answered that it no longer wants these events.");
    else await engine.flows.delete(workspaceId, flowId);
  }

  /** Why a run failed. The end of a run is reported a moment before its row is written. */
  async #errorOf(workspaceId: string, runId: string): Promise<StoredError | null> {
    const { engine, clock } = this.#parts;
    for (let attempt = 0; attempt < mostLooks; attempt++) {
      const { run } = await engine.run(workspaceId, runId);
      if (run.finishedAt !== null) return run.error;
      await sleep(clock, lookEveryMs);
    }
    return null;
  }

  #definitionOf(workspaceId: string, { app: appId, trigger, connection, input, url, tool }: WebhookTarget): FlowDefinition {
    const catalog = this.#parts.catalog.of(workspaceId);
    const app = catalog.app(appId);
    const match = catalog.trigger(appId, trigger);
    if (!app) throw badInput("app", `there is no app '${appId}'`);
    if (!match) throw badInput("trigger", `${app.title} has no trigger '${trigger}'`);
    return {
      name: `${tool}: ${match.title}`.slice(0, 120),
      trigger: { app: appId, operation: trigger, ...defined({ connection }), ...(Object.keys(input).length > 0 && { input }) },
      steps: [{ id: targetStepId, app: plainHttp.app, operation: plainHttp.post, input: { url, body: "{{ trigger }}", idempotent: true } }],
    };
  }

  async #checkConnection(workspaceId: string, connection: string | undefined): Promise<void> {
    if (connection === undefined || (await this.#parts.connection(workspaceId, connection))) return;
    throw new MillraceError("CONNECTION_UNKNOWN", { details: { connection } });
  }

  /** One that was turned off because its tool went away, with the same trigger: it is taken up again, at its address. */
  async #pausedFlowFor(workspaceId: string, { trigger }: FlowDefinition): Promise<Flow | undefined> {
    const flows = await this.#parts.engine.flows.list(workspaceId);
    const same = canonicalJson(trigger);
    return flows.find(({ status, draft }) => status === "off" && isTarget(draft) && canonicalJson(draft.trigger) === same);
  }

  /** Whether a person entered the flow's address in the app: it came to no inbox, and Millrace did not register it. */
  #keepsAddress({ workspaceId, draft: { trigger } }: Flow): boolean {
    const app = this.#parts.catalog.of(workspaceId).app(trigger.app);
    const hook = app?.triggers.find(({ id }) => id === trigger.operation);
    return app !== undefined && hook !== undefined && isEnteredByHand(app, hook);
  }
}

/** Whether a flow sends the events of its trigger to a tool and is nothing else. One that somebody has given more steps is theirs. */
function isTarget({ steps }: FlowDefinition): boolean {
  const [step, ...others] = steps;
  return others.length === 0 && step?.id === targetStepId;
}
