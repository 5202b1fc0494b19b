import type { AppDefinition } from "#api/schemas.ts";
import { fieldsOf } from "#catalog/login.ts";
import { readSigning } from "#catalog/signing.ts";
import type { SecretPlace, SubscribeRule, WebhookProof, WebhookRules } from "#catalog/webhook-rules.ts";
import { secretPlaceOf } from "#catalog/webhooks.ts";
import type { DefinitionProblem } from "./definition-problem.ts";

/** What does not fit together in how the webhooks of an app come in. */
export function webhookProblems(app: AppDefinition): DefinitionProblem[] {
  const ofTriggers = app.triggers.flatMap(({ webhooks }, i): [string, WebhookRules][] =>
    webhooks ? [[`triggers.${i}.webhooks`, { ...app.webhooks, ...webhooks }]] : [],
  );
  const all: [string, WebhookRules][] = [...(app.webhooks ? [["webhooks", app.webhooks] as [string, WebhookRules]] : []), ...ofTriggers];
  return all.flatMap(([at, rules]) => [
    ...verifyProblems(app, rules, `${at}.verify`),
    ...challengeProblems(rules, `${at}.challenges`),
    ...(rules.subscribe ? subscribeProblems(app, rules.subscribe, `${at}.subscribe`) : []),
  ]);
}

/** The fields of logins that are there for webhooks alone, and are not sent with calls. */
export function webhookSecretFields({ webhooks, triggers }: Pick<AppDefinition, "webhooks" | "triggers">): string[] {
  const proofs: (WebhookProof | undefined)[] = [webhooks?.verify, ...triggers.map((trigger) => trigger.webhooks?.verify)];
  return proofs.flatMap((proof) => {
    const place = secretPlaceOf(proof);
    return place !== null && "login" in place ? [place.login] : [];
  });
}

function verifyProblems(app: AppDefinition, { verify, subscribe }: WebhookRules, at: string): DefinitionProblem[] {
  const place = secretPlaceOf(verify);
  if (!verify || !place) return [];
  const problems: DefinitionProblem[] = [];
  if (verify.kind === "signature") {
    const signing = readSigning(verify.signature);
    if (typeof signing === "string") problems.push({ field: `${at}.signature`, problem: signing });
  }
  const problem = secretProblem(app, place, subscribe);
  return problem === null ? problems : [...problems, { field: `${at}.secret`, problem }];
}

function secretProblem(app: AppDefinition, place: SecretPlace, subscribe: SubscribeRule | undefined): string | null {
  if ("login" in place) {
    const fields = app.auth.flatMap((scheme) => fieldsOf(scheme).filter((field) => field.in === "secret"));
    const isThere = fields.some(({ name }) => name === place.login);
    return isThere ? null : `no login has a secret field '${place.login}'; add it to the fields of the login`;
  }
  if (!subscribe) return "comes with subscribing, and nothing says how Millrace subscribes (subscribe)";
  if ("answer" in place) return null;
  const operation = app.operations.find(({ id }) => id === subscribe.operation);
  const isThere = operation === undefined || operation.input.some(({ name }) => name === place.input);
  return isThere ? null : `'${subscribe.operation}' has no input '${place.input}'`;
}

function challengeProblems({ challenges = [], verify }: WebhookRules, at: string): DefinitionProblem[] {
  return challenges.flatMap(({ answer }, i) => {
    const isSigned = answer.as === "json" && answer.signature !== undefined;
    if (!isSigned || secretPlaceOf(verify) !== null) return [];
    return [{ field: `${at}.${i}.answer.signature`, problem: "needs a secret: say in verify where that is" }];
  });
}

function subscribeProblems(app: AppDefinition, rule: SubscribeRule, at: string): DefinitionProblem[] {
  const { operation, address, input = {}, unsubscribe, list } = rule;
  const problems = inputProblems(app, operation, [address, ...Object.keys(input)], `${at}.operation`);
  const registering = app.operations.find(({ id }) => id === operation);
  if (registering?.effect === "read")
    problems.push({ field: `${at}.operation`, problem: `'${operation}' is a read and registers nothing` });
  if (unsubscribe)
    problems.push(
      ...inputProblems(
        app,
        unsubscribe.operation,
        [unsubscribe.id, ...Object.keys(unsubscribe.input ?? {})],
        `${at}.unsubscribe.operation`,
      ),
    );
  if (!list) return problems;
  problems.push(...inputProblems(app, list.operation, Object.keys(list.input ?? {}), `${at}.list.operation`));
  const read = app.operations.find(({ id }) => id === list.operation);
  if (read && !(read.effect === "read" && read.list))
    problems.push({ field: `${at}.list.operation`, problem: `'${list.operation}' does not return a list` });
  return problems;
}

function inputProblems(app: AppDefinition, id: string, names: readonly string[], field: string): DefinitionProblem[] {
  const operation = app.operations.find((each) => each.id === id);
  if (!operation) return [{ field, problem: `the app has no operation '${id}'` }];
  const missing = names.find((name) => !operation.input.some((each) => each.name === name));
  return missing === undefined ? [] : [{ field, problem: `'${id}' has no input '${missing}'` }];
}
