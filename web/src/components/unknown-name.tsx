import { isTemplate } from "#engine/mapping/is-template.ts";
import type { NamedChoice } from "../lib/named-choices.ts";

interface UnknownNameProps {
  /** What it is: "tag". */
  what: string;
  name: string;
  /** Those there are; undefined as long as they are not looked up. */
  choices: readonly NamedChoice[] | undefined;
}

/** Says that the account has nothing of a name, which may be a slip or something that comes later. */
export function UnknownName({ what, name, choices }: UnknownNameProps) {
  if (!isUnknownName(name, choices)) return null;
  return (
    <p role="status" className="text-meta text-warning">
      No {what} '<bdi>{name}</bdi>' in this account yet. It is used as it is written.
    </p>
  );
}

/** Whether a name is none of those there are. What comes from data is not known here. */
export function isUnknownName(name: string, choices: readonly NamedChoice[] | undefined): boolean {
  const wanted = name.trim().toLowerCase();
  if (choices === undefined || wanted === "" || isTemplate(name)) return false;
  return !choices.some(({ value, label }) => value.toLowerCase() === wanted || label.toLowerCase() === wanted);
}
