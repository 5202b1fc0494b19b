import { expect, test } from "vitest";
import { keyLabels } from "./key-labels.ts";

const label = keyLabels([{ name: "assignedTo", label: "Owner" }, { name: "tags" }]);

test.each<[path: string[], label: string | undefined]>([
  [["firstName"], "First name"],
  [["assignedTo"], "Owner"],
  [["contact", "assignedTo"], "Owner"],
  [["tags"], "Tags"],
  [["date_added"], "Date added"],
  [["customFields"], "Custom fields"],
  [["customFields", "lead"], undefined],
  [["customFields", "0", "fieldKey"], "Field key"],
  [["headers", "content-type"], undefined],
  [["$more"], "Further fields"],
  [["$more", "anyName"], undefined],
  [["tags", "0"], undefined],
  [["Net promoter score"], undefined],
  [["q8ZkT1VbN5mYcPd2"], undefined],
])("the member at %j is called %j", (path, words) => {
  expect(label(path)).toBe(words);
});

test("the data that a person sends to a web address keeps the names they gave it, and so does its answer", () => {
  const fields = [
    { name: "url", label: "Address", text: "address", schema: { type: "string" } },
    { name: "body", label: "Data to send", control: "json", schema: {} },
  ] as const;
  expect(keyLabels(fields)(["url"])).toBe("Address");
  expect(keyLabels(fields)(["body", "email"])).toBeUndefined();
  expect(keyLabels(fields)(["body", "lead", "email"])).toBeUndefined();
  expect(keyLabels(fields, "result")(["email"])).toBeUndefined();
});
