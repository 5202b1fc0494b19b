import { recordField as field, type RecordType } from "#catalog/record-types.ts";

const readOnly = { write: null } as const;
const place = field("locationId", "Sub-account id", "text", { once: true });
const changedAt = field("updatedAt", "Changed", "moment", readOnly);

const profile: RecordType = {
  id: "profile",
  title: "profile",
  many: "profiles",
  called: [["name"], ["email"], ["phone"]],
  list: { operation: "profiles.list" },
  changed: "updatedAt",
  events: [
    { id: "profile.changed", wrap: "profile" },
    { id: "profile.deleted", wrap: "profile", gone: true },
  ],
  one: { operation: "profiles.get", id: "userId" },
  create: { operation: "profiles.upsert", key: "userId" },
  update: { operation: "profiles.upsert", id: "userId" },
  remove: { operation: "profiles.delete", id: "userId" },
  fields: [
    field("name", "Name"),
    field("email", "E-mail", "email"),
    field("phone", "Phone", "phone"),
    field("segments", "Segments", "tags"),
    field("tagIds", "Ids of tags", "list", { refers: "tag" }),
    field("userId", "User id", "text", readOnly),
    place,
    changedAt,
  ],
};

const tag: RecordType = {
  id: "tag",
  title: "tag",
  many: "tags",
  called: [["name"]],
  list: { operation: "tags.list" },
  changed: "updatedAt",
  events: [
    { id: "tag.changed", wrap: "tag" },
    { id: "tag.deleted", wrap: "tag", gone: true },
  ],
  one: { operation: "tags.get", id: "tagId" },
  create: { operation: "tags.upsert", key: "externalId" },
  update: { operation: "tags.update", id: "tagId" },
  remove: { operation: "tags.delete", id: "tagId" },
  fields: [
    field("name", "Name"),
    field("colour", "Colour"),
    field("description", "Description", "longtext"),
    field("externalId", "Id at the other side"),
    place,
    changedAt,
  ],
};

const mapping: RecordType = {
  id: "mapping",
  title: "tag mapping",
  many: "tag mappings",
  called: [["tagName"], ["tagId"]],
  list: { operation: "mappings.list" },
  changed: "updatedAt",
  one: { operation: "mappings.get", id: "mappingId" },
  create: { operation: "mappings.upsert", key: "tagId" },
  update: { operation: "mappings.update", id: "mappingId" },
  remove: { operation: "mappings.delete", id: "mappingId" },
  fields: [
    field("tagName", "Name of the tag"),
    field("details", "Details", "longtext"),
    field("tagId", "Id of the tag in HighLevel", "text", { once: true }),
    field("flocksyTagId", "Tag in Flocksy", "text", { refers: "tag" }),
    place,
    changedAt,
  ],
};

/** What Flocksy keeps that a sync can keep in step. */
export const records: RecordType[] = [profile, tag, mapping];
