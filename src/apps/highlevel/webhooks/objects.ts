import { contactId, family, locationId, madeAt, userId } from "./event.ts";

const category = "Objects & Associations";
const typeless = "Its payload names no type: give the portal this event's own address.";
const ofBusinesses = `Tells of businesses (companies) too: they have no events of their own. ${typeless}`;
const associationId = "65a4f46fc9b1e25d70a3c8f2";

/** Custom objects, their records, and what ties records together. */
export const objectEvents = [
  ...family(
    {
      category,
      scopes: ["associations.readonly"],
      record: "id",
      person: ["key"],
      shape: ["associationType", "firstObjectKey", "secondObjectKey"],
      sample: {
        id: associationId,
        locationId,
        key: "patient_dentist",
        associationType: "USER_DEFINED",
        firstObjectKey: "contact",
        firstObjectLabel: "Patient",
        secondObjectKey: "custom_objects.dentist",
        secondObjectLabel: "Dentist",
      },
    },
    {
      AssociationCreate: { title: "Association Created", note: typeless },
      AssociationUpdate: { title: "Association Updated", note: typeless },
      AssociationDelete: { title: "Association Deleted", note: typeless },
    },
  ),
  ...family(
    {
      category,
      scopes: ["associations/relation.readonly"],
      record: "id",
      person: ["firstRecordId", "secondRecordId"],
      shape: ["associationId", "firstRecordId", "secondRecordId"],
      sample: {
        id: "65a4f52bd8e3a1906c4f7b25",
        locationId,
        associationId,
        firstObjectKey: "contact",
        firstRecordId: contactId,
        secondObjectKey: "custom_objects.dentist",
        secondRecordId: "65a4f5c8a7f2d0e13b9c6a48",
      },
    },
    {
      RelationCreate: { title: "Records Linked", note: typeless },
      RelationDelete: { title: "Records Unlinked", note: typeless },
    },
  ),
  ...family(
    {
      category,
      scopes: ["objects/record.readonly"],
      record: "id",
      person: ["properties.name", "id"],
      shape: ["followers", "id", "owners", "properties"],
      sample: {
        id: "65a4f5c8a7f2d0e13b9c6a48",
        locationId,
        owners: [userId],
        followers: [],
        properties: { name: "Dr Grace Hopper", room: "2" },
      },
    },
    {
      RecordCreate: { title: "Record or Business Created", note: ofBusinesses },
      RecordUpdate: { title: "Record or Business Updated", note: ofBusinesses },
      RecordDelete: { title: "Record or Business Deleted", note: ofBusinesses },
    },
  ),
  ...family(
    {
      category,
      scopes: ["objects/schema.readonly"],
      record: "id",
      person: ["labels.singular", "key"],
      shape: ["labels", "primaryDisplayProperty", "searchableProperties"],
      sample: {
        id: "65a4f6e1b0c9d84f25a7e3b6",
        locationId,
        key: "custom_objects.dentist",
        objectType: "USER_DEFINED",
        labels: { singular: "Dentist", plural: "Dentists" },
        description: "Who treats",
        primaryDisplayProperty: "custom_objects.dentist.name",
        searchableProperties: ["custom_objects.dentist.name"],
        createdBy: userId,
        updatedBy: userId,
        createdAt: madeAt,
        updatedAt: madeAt,
      },
    },
    {
      ObjectSchemaCreate: { title: "Custom Object Created", note: typeless },
      ObjectSchemaUpdate: { title: "Custom Object Updated", note: typeless },
    },
  ),
];
