import type { CustomField } from "../types.ts";
import { type Call, contactOf, type Endpoints, locationOf, objectOf, type Upload, type World } from "./call.ts";
import { writtenView } from "./contact-views.ts";

/** Files put into the custom fields of a contact. */
export const uploadEndpoints: Endpoints = {
  // Each part is named `<field>_<id of one's own>`. What is no file, or of no field that takes files, is left aside without a word.
  "forms/upload-to-custom-fields"(world, call) {
    locationOf(world, call, call.query.locationId);
    const contact = contactOf(world, call, call.query.contactId);
    const files = placed(world, call, contact.locationId);
    if (files.length === 0) return { contact: writtenView(contact) };
    const values = new Map(contact.customFields.map(({ id, value }) => [id, value]));
    for (const { field, fileId, file } of files)
      values.set(field.id, { ...objectOf(values.get(field.id)), [fileId]: stored(world, field, fileId, file) });
    const customFields = [...values].map(([id, value]) => ({ id, value }));
    const saved = world.state.saveContact({ ...contact, customFields, dateUpdated: world.state.clock.now() });
    world.emit("ContactUpdate", saved);
    return { contact: writtenView(saved) };
  },
};

/** The files with the field each is meant for. */
function placed({ state }: World, { files }: Call, locationId: string) {
  return files.flatMap((file) => {
    const [fieldId = "", ...rest] = file.name.split("_");
    const field = state.customFields.get(fieldId);
    const takesFiles = field?.locationId === locationId && field.dataType === "FILE_UPLOAD";
    return takesFiles ? [{ field, fileId: rest.join("_") || state.newId(), file }] : [];
  });
}

/** A file as the value of a custom field has it. Its bytes are kept nowhere. */
function stored({ state }: World, field: CustomField, uuid: string, { filename, type, size }: Upload) {
  const documentId = state.newId();
  return {
    meta: { fieldname: field.id, originalname: filename, encoding: "7bit", mimetype: type, size, uuid },
    url: `https://services.leadconnectorhq.com/documents/download/${documentId}`,
    documentId,
  };
}
