import { badRequest, noSuch } from "../refusal.ts";
import type { Association, Relation } from "../rows/others.ts";
import { type Call, type Endpoints, locationOf, pageOf, rowOf, textOf, type World } from "./call.ts";

/** Kinds of bonds between records, and the bonds. */
export const associationEndpoints: Endpoints = {
  "associations/find-associations"(world, call) {
    const rows = world.state.associations.inLocation(locationOf(world, call, call.query.locationId));
    return { associations: pageOf(rows, call).map(associationView), total: rows.length };
  },

  "associations/get-association-by-ID": (world, call) => associationView(associationOf(world, call, call.params.associationId)),

  "associations/get-association-key-by-key-name": (world, call) =>
    associationView(firstWhere(world, call, call.params.key_name!, (row) => row.key === call.params.key_name)),

  "associations/get-association-by-object-keys": (world, call) =>
    associationView(
      firstWhere(world, call, call.params.objectKey!, (row) => [row.firstObjectKey, row.secondObjectKey].includes(call.params.objectKey!)),
    ),

  "associations/create-association"(world, call) {
    const { body } = call;
    const locationId = locationOf(world, call, body.locationId);
    const key = String(body.key);
    if (world.state.associations.inLocation(locationId).some((row) => row.key === key))
      throw badRequest(`Association with key ${key} already exists`);
    const association = world.state.associations.put({
      ...labels(call),
      id: world.state.newHexId(),
      locationId,
      key,
      firstObjectKey: String(body.firstObjectKey),
      secondObjectKey: String(body.secondObjectKey),
      associationType: "USER_DEFINED",
    });
    world.emit("AssociationCreate", association);
    return associationView(association);
  },

  "associations/update-association"(world, call) {
    const association = world.state.associations.put({ ...associationOf(world, call, call.params.associationId), ...labels(call) });
    world.emit("AssociationUpdate", association);
    return associationView(association);
  },

  "associations/delete-association"(world, call) {
    const association = associationOf(world, call, call.params.associationId);
    for (const relation of world.state.relations.inLocation(association.locationId))
      if (relation.associationId === association.id) world.state.relations.delete(relation.id);
    world.state.associations.delete(association.id);
    world.emit("AssociationDelete", association);
    return { deleted: true, id: association.id, message: "Association deleted" };
  },

  "associations/get-relations-by-record-id"(world, call) {
    const locationId = locationOf(world, call, call.query.locationId);
    const wanted = call.query.associationIds?.split(",");
    const rows = world.state.relations
      .find("record", call.params.recordId!)
      .filter((row) => row.locationId === locationId && (!wanted || wanted.includes(row.associationId)));
    return { relations: pageOf(rows, call).map((row) => relationView(world, row)), total: rows.length };
  },

  "associations/create-relation"(world, call) {
    const locationId = locationOf(world, call, call.body.locationId);
    const association = associationOf(world, call, call.body.associationId);
    if (association.locationId !== locationId) throw noSuch("Association", association.id);
    const [firstRecordId, secondRecordId] = [String(call.body.firstRecordId), String(call.body.secondRecordId)];
    requireRecord(world, locationId, association.firstObjectKey, firstRecordId);
    requireRecord(world, locationId, association.secondObjectKey, secondRecordId);
    const same = (row: Relation) =>
      row.associationId === association.id && row.firstRecordId === firstRecordId && row.secondRecordId === secondRecordId;
    if (world.state.relations.find("record", firstRecordId).some(same)) throw badRequest("Relation already exists");
    checkRoom(world, association, firstRecordId, secondRecordId);
    const relation = world.state.relations.put({
      id: world.state.newHexId(),
      locationId,
      associationId: association.id,
      firstRecordId,
      secondRecordId,
    });
    world.emit("RelationCreate", relation);
    return relationView(world, relation);
  },

  "associations/delete-relation"(world, call) {
    const locationId = locationOf(world, call, call.query.locationId);
    const relation = rowOf(world, call, world.state.relations, "Relation", call.params.relationId);
    if (relation.locationId !== locationId) throw noSuch("Relation", relation.id);
    const view = relationView(world, relation);
    world.emit("RelationDelete", relation);
    world.state.relations.delete(relation.id);
    return view;
  },
};

const associationOf = (world: World, call: Call, id: unknown): Association =>
  rowOf(world, call, world.state.associations, "Association", id);

/** Where the location is left out, the token's own. */
function firstWhere(world: World, call: Call, name: string, fits: (row: Association) => boolean): Association {
  const locationId = locationOf(world, call, call.query.locationId ?? call.grant.locationId);
  const row = world.state.associations.inLocation(locationId).find(fits);
  if (!row) throw badRequest(`Association with key ${name} not found`);
  return row;
}

/** Records of the sandbox's own families must be there; those of custom objects it does not keep. */
function requireRecord({ state }: World, locationId: string, objectKey: string, id: string): void {
  const tables: Record<string, { get(id: string): { locationId: string } | undefined }> = {
    contact: state.contacts,
    opportunity: state.opportunities,
    business: state.businesses,
  };
  const table = Object.hasOwn(tables, objectKey) ? tables[objectKey] : undefined;
  if (table && table.get(id)?.locationId !== locationId) throw noSuch("Record", id);
}

/** Where an association is to one record, a second bond is refused. */
function checkRoom({ state }: World, { id, cardinality }: Association, firstRecordId: string, secondRecordId: string): void {
  const bonds = (recordId: string) => state.relations.find("record", recordId).filter((row) => row.associationId === id);
  const full =
    (cardinality?.second === "ONE" && bonds(firstRecordId).some((row) => row.firstRecordId === firstRecordId)) ||
    (cardinality?.first === "ONE" && bonds(secondRecordId).some((row) => row.secondRecordId === secondRecordId));
  if (full) throw badRequest("Cardinality of the association does not allow another relation");
}

const labels = ({ body }: Call) => ({
  firstObjectLabel: textOf(body.firstObjectLabel) ?? "",
  secondObjectLabel: textOf(body.secondObjectLabel) ?? "",
});
const associationView = ({ id, cardinality: _, ...association }: Association) => ({ id, ...association });

/** A relation with what its association says, as the description has it. */
function relationView({ state }: World, { id, locationId, associationId, firstRecordId, secondRecordId }: Relation) {
  const { id: _, cardinality: __, ...association } = state.associations.get(associationId)!;
  return { ...association, id, locationId, associationId, firstRecordId, secondRecordId };
}
