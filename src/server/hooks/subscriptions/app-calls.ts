import { repeatable, type App, type Operation } from "#catalog/types.ts";
import type { SecretPlace, SubscribeRule } from "#catalog/webhook-rules.ts";
import { secretPlaceOf, subscribeInput, webhookRules } from "#catalog/webhooks.ts";
import { textOf } from "#catalog/text.ts";
import { defined } from "#kernel/defined.ts";
import { MillraceError, toMillraceError } from "#kernel/errors.ts";
import { getPath, type JsonObject } from "#kernel/json.ts";
import type { Caller } from "#outbound/caller.ts";
import { redacted, redactorOf } from "#outbound/redact.ts";
import type { HookSubscription } from "#storage/hook-subscription-store.ts";
import { subscribeRuleOf } from "./wanted.ts";

/** What an app has to do with one subscription, with everything that is known of it. */
export interface SubscriptionCalls {
  app: App;
  rule: SubscribeRule;
  /** Where the secret of its events comes from. */
  secretPlace: SecretPlace | null;
  /** Whether telling the address twice does no harm. */
  isRepeatable: boolean;
  /** Tells the address. Gives what the app calls it, and the secret that came with it. */
  subscribe(secret: string | undefined): Promise<{ remoteId: string | null; secret: string | undefined }>;
  /** Tells that the address is no longer used. One that the app does not know any more is fine. */
  unsubscribe(remoteId: string): Promise<void>;
  /** The id under which the app has it: by `remoteId`, else by the address. Null: it has none. Undefined: there is no list to look at. */
  findRemoteId(remoteId: string | null): Promise<string | null | undefined>;
}

type Calling = Pick<Caller, "call" | "pages">;

/** More registrations than any app keeps. */
const mostListed = 5_000;

/** The calls for one subscription; null where the app or its rule is gone. */
export function callsFor(subscription: HookSubscription, app: App | undefined, caller: Calling): SubscriptionCalls | null {
  const found = subscribeRuleOf(app, subscription.operation);
  if (!app || !found) return null;
  const { rule, trigger } = found;
  const secretPlace = secretPlaceOf(webhookRules(app, trigger).verify);
  const operation = app.operations.find(({ id }) => id === rule.operation);
  const call = callWith(subscription, caller);
  return {
    app,
    rule,
    secretPlace,
    isRepeatable: operation !== undefined && isSafe(operation),
    async subscribe(secret) {
      const given = secretPlace !== null && "input" in secretPlace && secret !== undefined ? { [secretPlace.input]: secret } : {};
      const input = { ...subscribeInput(rule, trigger), ...given, [rule.address]: subscription.address };
      const output = await call(rule.operation, input).catch((thrown: unknown) => Promise.reject(withoutSecret(thrown, secret)));
      return { remoteId: textAt(output, rule.id), ...readSecret(output, secretPlace, secret) };
    },
    async unsubscribe(remoteId) {
      if (!rule.unsubscribe) return;
      const { operation: id, input, id: name } = rule.unsubscribe;
      await call(id, { ...input, [name]: remoteId }).catch(unlessGone);
    },
    findRemoteId: (remoteId) => findIn(subscription, rule, caller, remoteId),
  };
}

const isSafe = ({ effect, idempotencyKey }: Operation): boolean => repeatable.has(effect) || idempotencyKey === true;

function readSecret(output: unknown, place: SecretPlace | null, made: string | undefined): { secret: string | undefined } {
  if (place === null || !("answer" in place)) return { secret: made };
  return { secret: textAt(output, place.answer) ?? undefined };
}

function textAt(value: unknown, path: string): string | null {
  const found = getPath(value, path);
  return found === undefined || found === null || found === "" ? null : textOf(found);
}

const gone = new Set(["OUTBOUND_NOT_FOUND"]);

/** The other side may have removed it by itself. */
function unlessGone(thrown: unknown): void {
  const error = toMillraceError(thrown);
  if (!gone.has(error.code) && error.details["status"] !== 410) throw error;
}

const requestOf = ({ workspaceId, app, connectionId, flowId }: HookSubscription) =>
  ({ workspaceId, app, connection: connectionId, lane: "live", cause: { purpose: "subscription", flowId } }) as const;

const callWith =
  (subscription: HookSubscription, caller: Calling) =>
  async (operation: string, input: JsonObject): Promise<unknown> => {
    const idempotencyKey = `${subscription.id} ${operation}`;
    const { output } = await caller.call({ ...requestOf(subscription), operation, input, dry: false, idempotencyKey });
    return output;
  };

async function findIn(
  subscription: HookSubscription,
  { list }: SubscribeRule,
  caller: Calling,
  remoteId: string | null,
): Promise<string | null | undefined> {
  if (!list) return undefined;
  const request = { ...requestOf(subscription), operation: list.operation, input: { ...list.input } };
  let byAddress: string | null = null;
  let read = 0;
  for await (const { rows } of caller.pages(request)) {
    for (const row of rows) {
      const id = textAt(row, list.id);
      if (id !== null && id === remoteId) return id;
      if (id !== null && byAddress === null && textAt(row, list.address) === subscription.address) byAddress = id;
    }
    read += rows.length;
    if (read >= mostListed) break;
  }
  return byAddress;
}

/** The app may say a secret back that only this call knows. */
function withoutSecret(thrown: unknown, secret: string | undefined): unknown {
  if (secret === undefined || !(thrown instanceof MillraceError)) return thrown;
  const details = redacted(thrown.details, redactorOf([secret])) as MillraceError["details"];
  return new MillraceError(thrown.code, { cause: thrown.cause, details });
}

/** The answer lacks something that the app's definition expects in it. */
export const answerLacks = (app: string, what: string, path: string): MillraceError =>
  new MillraceError("HOOK_SUBSCRIBE_ANSWER", { details: { app, what, ...defined({ path }) } });
