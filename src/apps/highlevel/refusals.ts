import type { Refusal } from "#catalog/types.ts";

/**
 * What HighLevel's refusals mean; the first row that fits decides. One status carries many meanings here: a 401 may be an
 * expired token, a missing scope or the wrong class of token, and a 400 may be "not found" or "there already".
 */
export const refusals: Refusal[] = [
  // Asked with the agency's login, which is well: it is about the sub-account that a login was wanted for.
  { status: [400, 401, 403], operations: ["oauth/get-location-access-token"], message: "location is not active", code: "OUTBOUND_REFUSED" },
  { status: [400, 401, 403], message: "location is not active", code: "CONNECTION_PAUSED" },
  { status: [400, 401], message: "version header", code: "OUTBOUND_REFUSED" },
  // About the address, not the login: the vendor expects this of private tokens at some addresses, and of a path that does not exist.
  {
    status: [401],
    message: "not yet supported by the iam service",
    code: "OUTBOUND_REFUSED",
    say: "HighLevel does not open this address to such logins. Use another operation, or another kind of login.",
  },
  { status: [401, 403], message: "not authorized for this scope", code: "SCOPE_MISSING" },
  { status: [401, 403], message: "user type mismatch|auth ?class", code: "CONNECTION_WRONG_KIND" },
  { status: [401, 403], message: "does not have access to this location", code: "WRONG_LOCATION" },
  { status: [401], message: "private integration token", code: "CONNECTION_REVOKED" },
  // A message that has not reached its provider yet: some seconds later it has. The login is fine.
  {
    status: [401, 403],
    operations: ["conversations.update_message_status"],
    message: "no conversation provider",
    code: "OUTBOUND_FAILED",
  },
  { status: [401], code: "CONNECTION_EXPIRED", refresh: true },

  { status: [400, 409], has: "meta.contactId", code: "DUPLICATE_RECORD", existing: "meta.contactId" },
  { status: [400, 409], has: "meta.existingId", code: "DUPLICATE_RECORD", existing: "meta.existingId" },
  { status: [400, 409], has: "meta.contact.id", code: "DUPLICATE_RECORD", existing: "meta.contact.id" },
  { status: [400, 409], message: "duplicate", has: "contactId", code: "DUPLICATE_RECORD", existing: "contactId" },
  { status: [400, 409], message: "duplicate|already exists", code: "DUPLICATE_RECORD" },
  { status: [400, 409, 422], message: "slot .*(no longer|not) available", code: "SLOT_TAKEN" },

  { status: [404], message: "^cannot (get|post|put|patch|delete) /", code: "OUTBOUND_REFUSED" },
  // A call that has no recording, or none yet: there is nothing, and a poll waits for it.
  {
    status: [400, 404, 422],
    operations: ["conversations.get_recording", "conversations.get_transcription", "conversations.download_transcription"],
    code: "OUTBOUND_NOT_FOUND",
  },
  { status: [404], code: "OUTBOUND_NOT_FOUND" },
  { status: [400, 422], message: "not found|does not exist|could not be found|no .{1,40} found", code: "OUTBOUND_NOT_FOUND" },

  // The validator has refused a contact and left it created: look before creating again.
  { status: [422], operations: ["contacts.create", "contacts.upsert"], code: "OUTBOUND_REFUSED", doubtful: true },
];
