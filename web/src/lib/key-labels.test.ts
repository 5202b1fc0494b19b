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
