import { fieldLabel } from "#kernel/field-words.ts";

/** What a sentence on the effect of an operation is made of. */
interface Effective {
  effect?: string | null | undefined;
  inputs: readonly { name: string; in: string; required?: boolean | undefined; label?: string | undefined }[];
  /** The lists among its fields that take the place of what is there. */
  replaces: readonly string[];
}

const sentences: Readonly<Record<string, string>> = {
  create: "Makes a new one each time.",
  upsert: "Changes the one that is there, or makes a new one.",
  link: "Adds to what is there and keeps the rest.",
  unlink: "Takes away what you name and keeps the rest.",
  send: "Sends each time. What was sent cannot be taken back.",
};

/** Pure. What an operation does to what is there already, which tells it from others with nearly its name; null where there is nothing to say. */
export function effectWords({ effect, inputs, replaces }: Effective): string | null {
  const sentence = effect === "update" ? updateWords(inputs) : sentences[effect ?? ""];
  if (sentence === undefined) return null;
  const lists = listLabels(replaces, inputs);
  const isOverwriting = (effect === "update" || effect === "upsert") && lists.length > 0 && lists.length <= mostNamed;
  return isOverwriting ? `${sentence} ${replacedWords(lists)}` : sentence;
}

const listLabels = (names: readonly string[], inputs: Effective["inputs"]): string[] =>
  names.flatMap((name) => {
    const field = inputs.find((one) => one.name === name && one.in === "body");
    return field === undefined ? [] : (field.label ?? fieldLabel(name)).toLowerCase();
  });

/** The lists that a step with this input replaces, by their labels: those that are filled in. */
export const replacedBy = (
  { inputs, replaces }: Pick<Effective, "inputs" | "replaces">,
  input: Readonly<Record<string, unknown>>,
): string[] =>
  listLabels(
    replaces.filter((name) => input[name] !== undefined && input[name] !== null && input[name] !== ""),
    inputs,
  );

/** With more lists than that the sentence says less than it has words. */
const mostNamed = 2;

const replacedWords = (lists: readonly string[]): string => `Its ${lists.join(" and ")} are replaced, not added to.`;

const updateWords = (inputs: Effective["inputs"]): string =>
  inputs.some((input) => input.in === "path" && input.required) ? "Changes one that an earlier step found." : "Changes what is there.";
