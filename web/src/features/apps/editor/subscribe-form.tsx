import { Section } from "../../../components/page.tsx";
import {
  newSubscribe,
  registering,
  secretWayOf,
  secretWays,
  type SecretWay,
  subscribeOf,
  withSecretWay,
  withSubscribe,
} from "../definition/subscriptions.ts";
import { proofOf, withProof } from "../definition/proofs.ts";
import { fieldsOf, operationsOf, type SubscribeRule } from "../definition/types.ts";
import { useEditing, useProblem } from "./editing.ts";
import { ChoiceLine, TextLine } from "./line.tsx";

const byHand = "";

/** How the app is told the address of a flow: by a person, or by one of its operations. */
export function SubscribeForm() {
  const { draft, edit, mayWrite } = useEditing();
  const { definition } = draft;
  const rule = subscribeOf(definition);
  const problem = useProblem("webhooks.subscribe", true);
  const put = (next: SubscribeRule | undefined) => edit((old) => ({ ...old, definition: withSubscribe(old.definition, next) }));
  const choose = (id: string) => {
    const operation = operationsOf(definition).find((each) => each.id === id);
    put(operation && newSubscribe(definition, operation));
  };
  return (
    <Section title="How it learns the address of a flow" className="max-w-2xl">
      <fieldset disabled={!mayWrite} className="flex min-w-0 flex-col gap-4">
        <ChoiceLine
          label="Registered by"
          hint="With an operation, Millrace tells the app the address when a flow goes live, and takes it back when the flow ends."
          at="webhooks.subscribe.operation"
          value={rule?.operation ?? byHand}
          options={[[byHand, "A person enters it at the app"], ...registering(definition).map(({ id, title }) => [id, title] as const)]}
          onChange={choose}
        />
        {rule !== undefined && <RuleLines rule={rule} onChange={put} />}
        {rule !== undefined && <SecretLines />}
        {problem !== undefined && <p className="text-meta text-failure">{problem}</p>}
      </fieldset>
    </Section>
  );
}

interface RuleLinesProps {
  rule: SubscribeRule;
  onChange: (rule: SubscribeRule) => void;
}

/** Which of its inputs takes the address and the event, and how a registration is removed. */
function RuleLines({ rule, onChange }: RuleLinesProps) {
  const { definition } = useEditing().draft;
  const operation = operationsOf(definition).find(({ id }) => id === rule.operation);
  const names = (operation ? fieldsOf(operation) : []).map(({ name, label = name }) => [name, label] as const);
  const [event = ""] = Object.keys(rule.input ?? {});
  const isList = (field: string) =>
    operation !== undefined && fieldsOf(operation).some(({ name, schema }) => name === field && schema?.type === "array");
  const removals = operationsOf(definition).filter(({ effect }) => effect === "delete");
  const { input: _, unsubscribe, ...rest } = rule;
  const kept = { ...rest, ...(rule.input && { input: rule.input }) };
  const putEvent = (name: string) =>
    onChange({
      ...rest,
      ...(unsubscribe && { unsubscribe }),
      ...(name !== "" && { input: { [name]: isList(name) ? ["{event}"] : "{event}" } }),
    });
  const putRemoval = (id: string) => {
    const named = removals
      .filter((each) => each.id === id)
      .flatMap(fieldsOf)
      .find((field) => field.in === "path");
    onChange(named ? { ...kept, unsubscribe: { operation: id, id: named.name } } : kept);
  };
  return (
    <div className="grid grid-cols-1 gap-4 sm:grid-cols-2">
      <ChoiceLine
        label="Field for the address"
        at="webhooks.subscribe.address"
        value={rule.address}
        options={names}
        onChange={(address) => onChange({ ...rule, address })}
      />
      <ChoiceLine
        label="Field for the event"
        at="webhooks.subscribe.input"
        value={event}
        options={[["", "None: it sends all events"], ...names]}
        onChange={putEvent}
      />
      <TextLine
        label="Where the answer has its id"
        at="webhooks.subscribe.id"
        mono
        value={rule.id}
        onChange={(id) => onChange({ ...rule, id })}
      />
      <ChoiceLine
        label="Removed by"
        at="webhooks.subscribe.unsubscribe.operation"
        value={unsubscribe?.operation ?? ""}
        options={[["", "Nothing: it stays registered"], ...removals.map(({ id, title }) => [id, title] as const)]}
        onChange={putRemoval}
      />
    </div>
  );
}

/** Where the secret of the proof comes from, once Millrace registers addresses by itself. */
function SecretLines() {
  const { draft, edit } = useEditing();
  const proof = proofOf(draft.definition);
  if (proof.kind === "address") return null;
  const { secret } = proof;
  const put = (name: string) =>
    edit((old) => ({
      ...old,
      definition: withProof(old.definition, { ...proof, secret: "answer" in secret ? { answer: name } : { input: name } }),
    }));
  return (
    <div className="grid grid-cols-1 gap-4 sm:grid-cols-2">
      <ChoiceLine
        label="Where the secret comes from"
        at="webhooks.verify.secret"
        value={secretWayOf(secret)}
        options={Object.entries(secretWays)}
        onChange={(way) => edit((old) => ({ ...old, definition: withSecretWay(old.definition, way as SecretWay) }))}
      />
      {!("login" in secret) && (
        <TextLine
          label={"answer" in secret ? "Where the answer has the secret" : "Field for the secret"}
          at="webhooks.verify.secret.name"
          mono
          value={"answer" in secret ? secret.answer : secret.input}
          onChange={put}
        />
      )}
    </div>
  );
}
