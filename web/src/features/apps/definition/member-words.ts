/** What a member of a definition is called in a sentence. */
export const memberWords = (member: string): string => words[member] ?? member;

const words: Readonly<Record<string, string>> = {
  title: "the name",
  baseUrl: "the address",
  path: "the path",
  effect: "what it does",
  input: "the fields",
  "lookup.operation": "the list of the look-up",
  result: "where the records are",
  list: "whether it is a list",
  identity: "the id of a record",
  changed: "the time of the last change",
  paging: "the pages",
  probe: "how a login is tested",
  "webhooks.verify": "how events are verified",
  "webhooks.challenges": "how it tests an address",
  "webhooks.subscribe": "how it learns the address of a flow",
};
