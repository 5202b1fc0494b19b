import type { TagFacts } from "#catalog/types.ts";

const bulk = { ids: "contactIds", tags: "tags", result: "contactId", atOnce: 50 } as const;

/** The tags of contacts, and those of social posts, which the API only reads. */
export const tags: readonly TagFacts[] = [
  {
    id: "contact",
    title: "Contact tags",
    has: "locationId",
    list: { operation: "locations.list_tags", id: "id", name: "name" },
    change: {
      carriers: "contacts",
      names: "small letters",
      search: {
        operation: "contacts.search",
        input: { filters: [{ field: "tags", operator: "eq", value: "$tag" }] },
        id: "id",
        tags: "tags",
      },
      add: { operation: "contacts.add_tags_bulk", ...bulk },
      remove: { operation: "contacts.remove_tags_bulk", ...bulk },
      create: { operation: "locations.create_tag", input: "name" },
      delete: { operation: "locations/delete-tag", input: "tagId", place: "locationId" },
    },
  },
  {
    id: "social",
    title: "Social planner tags",
    has: "locationId",
    list: { operation: "social.list_tags", id: "_id", name: "tag" },
    readOnly: "HighLevel's API reads the tags of posts and changes none. Change them in HighLevel, under Marketing, Social planner.",
  },
];
