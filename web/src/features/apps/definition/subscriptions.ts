import { withoutSecretField } from "./logins.ts";
import { usualSecretField, withProof, withProofKind, withWebhooks, proofOf } from "./proofs.ts";
import { type Definition, fieldsOf, loginsOf, type Operation, operationsOf, type SecretPlace, type SubscribeRule } from "./types.ts";

/** How Millrace tells the app the address of a flow, as a definition has it. */
export const subscribeOf = ({ webhooks }: Definition): SubscribeRule | undefined => webhooks?.subscribe;

/** The operations that may register an address: the writes, but for those that delete. */
export const registering = (definition: Definition): Operation[] =>
  operationsOf(definition).filter(({ effect, input = [] }) => effect !== "read" && effect !== "delete" && input.length > 0);

/** The definition with another rule; undefined: a person enters addresses at the app. What else it says of webhooks stays. */
export const withSubscribe = (definition: Definition, subscribe: SubscribeRule | undefined): Definition =>
  withWebhooks(definition, { subscribe });

/** A first guess at how an operation registers addresses, from the names of its inputs and of the operations beside it. */
export function newSubscribe(definition: Definition, operation: Operation): SubscribeRule {
  const fields = fieldsOf(operation);
  const like = (pattern: RegExp) => fields.find(({ name }) => pattern.test(name));
  const address = like(/url|uri|address|callback|endpoint|target/i)?.name ?? fields[0]?.name ?? "url";
  const events = like(/^(events?|topics?|types?|triggers?)$/i);
  const id = operation.identity ?? "id";
  const beside = operationsOf(definition).filter(({ path }) => path === operation.path || path.startsWith(`${operation.path}/{`));
  const list = beside.find((each) => each.effect === "read" && each.list === true);
  const removal = beside.find(({ effect }) => effect === "delete");
  const named = removal && fieldsOf(removal).find((field) => field.in === "path");
  return {
    operation: operation.id,
    ...(events && { input: { [events.name]: events.schema?.type === "array" ? ["{event}"] : "{event}" } }),
    address,
    id,
    ...(removal && named && { unsubscribe: { operation: removal.id, id: named.name } }),
    ...(list && { list: { operation: list.id, id: list.identity ?? "id", address } }),
  };
}

export type SecretWay = "login" | "answer" | "input";

/** Where the secret of webhooks may come from, in words. */
export const secretWays: Readonly<Record<SecretWay, string>> = {
  login: "Whoever connects the app enters it",
  answer: "The app gives it when the address is registered",
  input: "Millrace makes it, and gives it along with the address",
};

export const secretWayOf = (place: SecretPlace): SecretWay => ("login" in place ? "login" : "answer" in place ? "answer" : "input");

/** The definition with its secret from elsewhere. Only where a person enters it, the logins ask for it. */
export function withSecretWay(definition: Definition, way: SecretWay): Definition {
  const proof = proofOf(definition);
  if (proof.kind === "address") return definition;
  const place: SecretPlace = way === "login" ? { login: usualSecretField } : way === "answer" ? { answer: "secret" } : { input: "secret" };
  if (way === "login") return withProof(withProofKind(definition, proof.kind), { ...proof, secret: place });
  const auth = loginsOf(definition).map((login) => withoutSecretField(login, usualSecretField));
  return { ...withProof(definition, { ...proof, secret: place }), ...(definition.auth && { auth }) };
}
