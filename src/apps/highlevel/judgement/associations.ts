import { judge, type FieldJudgement, type Judgement } from "../judge.ts";
import { associationLookup, type LookupId } from "./lookups.ts";

const locationId = "ve9EPM428h8vShlRW1KT";
const association = {
  id: "67ade73d2c3b4d5e6f708192",
  locationId,
  key: "dentist_patient",
  firstObjectLabel: "Dentist",
  firstObjectKey: "contact",
  secondObjectLabel: "Patient",
  secondObjectKey: "contact",
  associationType: "USER_DEFINED",
};
const relation = {
  id: "67ade73d2c3b4d5e6f708193",
  associationId: association.id,
  firstObjectKey: "contact",
  firstRecordId: "dNt3St4Ma5Ry6So7Me8R",
  secondObjectKey: "contact",
  secondRecordId: "ocQHyuzHvysMo5N5VsXc",
  locationId,
};
const show = ["key", "firstObjectLabel", "secondObjectLabel", "associationType"];
const events = ["AssociationCreate", "AssociationUpdate", "AssociationDelete"];
const associationId = { associationId: { label: "Association", required: true, lookup: associationLookup, help: "Its key or id." } };
const byId = { operation: "associations.get", input: { associationId: "input.associationId" } };
/** The largest page is not documented; one of ten or more may have been cut short. */
const pages = { style: "offset", in: "query", offset: "skip", size: "limit", max: 100, floor: 10 } as const;
const fromTheStart = { limit: { fill: { value: 100 } }, skip: { fill: { value: 0 } } } as const;
const labels: Record<string, FieldJudgement<LookupId>> = {
  firstObjectLabel: { label: "Name of the first side" },
  secondObjectLabel: { label: "Name of the second side" },
};

const table = {
  "associations.list": {
    endpoint: "associations/find-associations",
    kind: "trigger",
    title: "Find Associations",
    effect: "read",
    result: "associations",
    resultOr: ["data", ""],
    list: true,
    identity: "id",
    show,
    events,
    paging: pages,
    fields: fromTheStart,
    example: { input: {}, output: [association] },
  },
  "associations.get": {
    endpoint: "associations/get-association-by-ID",
    kind: "trigger",
    title: "Get Association",
    effect: "read",
    result: "association",
    resultOr: [""],
    identity: "id",
    show,
    volatile: ["traceId"],
    events: ["AssociationUpdate", "AssociationDelete"],
    fields: associationId,
    example: { input: { associationId: association.id }, output: association },
  },
  "associations.get_by_key": {
    endpoint: "associations/get-association-key-by-key-name",
    kind: "trigger",
    title: "Get Association Key",
    effect: "read",
    result: "association",
    resultOr: [""],
    identity: "id",
    show,
    volatile: ["traceId"],
    events: ["AssociationUpdate"],
    fields: { key_name: { label: "Key", help: "Like dentist_patient." } },
    example: { input: { key_name: association.key }, output: association },
  },
  "associations.get_by_object_key": {
    endpoint: "associations/get-association-by-object-keys",
    kind: "trigger",
    title: "Get Association by Keys",
    effect: "read",
    result: "associations",
    resultOr: ["data", ""],
    list: true,
    lone: true,
    output: { type: "array", items: { type: "object", properties: { id: { type: "string" }, key: { type: "string" } } } },
    identity: "id",
    show,
    volatile: ["traceId"],
    events,
    fields: { objectKey: { label: "Object", help: "Like contact, or custom_objects.pets." } },
    example: { input: { objectKey: "contact" }, output: [association] },
    note: "Takes one object's key, whatever its name says, and gives every association of it.",
  },
  "associations.list_relations": {
    endpoint: "associations/get-relations-by-record-id",
    kind: "trigger",
    title: "Get Relations by Record",
    effect: "read",
    result: "relations",
    resultOr: ["data", ""],
    list: true,
    identity: "id",
    show: ["associationId", "firstRecordId", "secondRecordId"],
    events: ["RelationCreate", "RelationDelete"],
    paging: pages,
    fields: {
      recordId: { label: "Record", required: true },
      associationIds: { label: "Associations", control: "tags", lookup: associationLookup, help: "Keys or ids." },
      ...fromTheStart,
    },
    example: { input: { recordId: relation.firstRecordId }, output: [relation] },
    note: "A relation never changes: it comes, and it goes.",
  },
  "associations.create": {
    endpoint: "associations/create-association",
    kind: "action",
    title: "Create Association",
    effect: "create",
    identity: "id",
    show,
    fields: {
      key: { help: "Like dentist_patient: by it the association is found." },
      firstObjectKey: { label: "First object", help: "Like contact, or custom_objects.pets." },
      ...labels,
      secondObjectKey: { label: "Second object", help: "Like contact, or custom_objects.pets." },
    },
    confirm: { operation: "associations.get_by_key", input: { key_name: "input.key" }, match: { key: "input.key" } },
    example: {
      input: {
        key: association.key,
        firstObjectKey: "contact",
        firstObjectLabel: "Dentist",
        secondObjectKey: "contact",
        secondObjectLabel: "Patient",
      },
      output: association,
    },
  },
  "associations.update": {
    endpoint: "associations/update-association",
    kind: "action",
    title: "Update Association",
    effect: "update",
    identity: "id",
    show,
    fields: { ...associationId, ...labels },
    before: { ...byId, ignore: ["associationId"] },
    example: {
      input: { associationId: association.id, firstObjectLabel: "Doctor", secondObjectLabel: "Patient" },
      output: { ...association, firstObjectLabel: "Doctor" },
    },
  },
  "associations.delete": {
    endpoint: "associations/delete-association",
    kind: "action",
    title: "Delete Association",
    effect: "delete",
    fields: associationId,
    before: byId,
    example: { input: { associationId: association.id }, output: { deleted: true, id: association.id, message: "deleted" } },
    note: "Its relations go with it.",
  },
  "associations.create_relation": {
    endpoint: "associations/create-relation",
    kind: "action",
    title: "Create Relation",
    effect: "create",
    identity: "id",
    show: ["associationId", "firstRecordId", "secondRecordId"],
    fields: {
      ...associationId,
      firstRecordId: { label: "First record", help: "Of the association's first object." },
      secondRecordId: { label: "Second record", help: "Of the association's second object." },
    },
    confirm: {
      operation: "associations.list_relations",
      input: { recordId: "input.firstRecordId" },
      match: { associationId: "input.associationId", firstRecordId: "input.firstRecordId", secondRecordId: "input.secondRecordId" },
    },
    example: {
      input: { associationId: association.id, firstRecordId: relation.firstRecordId, secondRecordId: relation.secondRecordId },
      output: relation,
    },
  },
  "associations.delete_relation": {
    endpoint: "associations/delete-relation",
    kind: "action",
    title: "Delete Relation",
    effect: "delete",
    fields: { relationId: { label: "Relation", required: true } },
    example: { input: { relationId: relation.id }, output: { id: relation.id } },
  },
} as const satisfies Record<string, Judgement<LookupId>>;

export const associations = judge("Other Operations", table);
