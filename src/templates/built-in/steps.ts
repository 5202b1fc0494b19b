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

type Steps = FlowTemplate["flow"]["steps"];

/**
 * Makes the tag of this name in the connected sub-account where there is none: `wanted.name`, `place.id`. `use`: what is done with its id, which
 * is another step's where it is new.
 */
export const tagOfName = (name: string, use: (tagId: string, id: string) => Steps = () => []): Steps => [
  { id: "wanted", title: "Write the tag as HighLevel does", format: { name } },
  { id: "named", title: "Only with a name", filter: "wanted.name != blank" },
  subAccount,
  { id: "tags", title: "Look up the tags", app: "highlevel", operation: "locations.list_tags", connection: "highlevel" },
  { id: "present", title: "Look whether it is there", format: { id: "{{ tags | where: 'name', wanted.name | map: 'id' | first }}" } },
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
      ...use("{{ create.id }}", "new"),
    ],
    ...(use("", "").length > 0 && { else: use("{{ present.id }}", "known") }),
  },
];
