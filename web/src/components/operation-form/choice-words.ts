import type { InputField } from "#catalog/types.ts";
import { fieldLabel } from "#kernel/field-words.ts";

/** What a choice is called: as the catalog says, or by its own name, made readable where it is a computer's word. */
export const choiceWords = (choice: unknown, { words }: InputField): string => {
  const name = String(choice);
  return words?.[name] ?? (/^[a-z][a-z\d]*(?:[_A-Z][a-zA-Z\d]*)+$/.test(name) ? fieldLabel(name) : name);
};
