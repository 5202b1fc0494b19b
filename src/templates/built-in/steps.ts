import type { FlowTemplate } from "../format.ts";

/** Steps that templates of several apps share. */

/** The social planner's figures of the connected sub-account: `statistics.totals`. */
export const socialStatistics = [
  {
    id: "accounts",
    title: "Look up the social accounts",
    app: "highlevel",
    operation: "social-media-posting/get-account",
    connection: "highlevel",
  },
  { id: "some", title: "Only if there are social accounts", filter: "accounts.results.accounts != empty" },
  {
    id: "statistics",
    app: "highlevel",
    operation: "social.statistics",
    connection: "highlevel",
    input: { profileIds: "{{ accounts.results.accounts | map: 'profileId' | unique }}" },
  },
];

export const subAccount = {
  id: "place",
  title: "Look up the sub-account",
  app: "highlevel",
  operation: "locations.get",
  connection: "highlevel",
};

const tags = (id: string, title: string) => ({ id, title, app: "highlevel", operation: "locations.list_tags", connection: "highlevel" });

/** The tag of this name in the connected sub-account, made where there is none: `tag.id`, `tag.name`, `tag.locationId`. */
export const tagOfName = (name: string): FlowTemplate["flow"]["steps"] => [
  { id: "wanted", title: "Write the tag as HighLevel does", format: { name } },
  { id: "named", title: "Only with a name", filter: "wanted.name != blank" },
  tags("before", "Look up the tags"),
  { id: "present", title: "Look whether it is there", format: { id: "{{ before | where: 'name', wanted.name | map: 'id' | first }}" } },
  {
    id: "missing",
    title: "If there is no such tag yet",
    if: "present.id == blank",
    then: [
      {
        id: "create",
        app: "highlevel",
        operation: "locations.create_tag",
        connection: "highlevel",
        input: { name: "{{ wanted.name }}" },
      },
    ],
  },
  tags("after", "Look up the tags with it"),
  {
    id: "tag",
    title: "Take the tag",
    format: {
      id: "{{ after | where: 'name', wanted.name | map: 'id' | first }}",
      name: "{{ wanted.name }}",
      locationId: "{{ after | where: 'name', wanted.name | map: 'locationId' | first }}",
    },
  },
];
