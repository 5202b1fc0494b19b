import { describe, expect, test } from "vitest";
import { decodeRefusal } from "#catalog/decode.ts";
import { findOperation } from "#test/support/built-in.ts";
import { highlevel } from "./app.ts";

const upsert = findOperation("highlevel", "contacts.upsert")!;
const create = findOperation("highlevel", "contacts.create")!;
const get = findOperation("highlevel", "contacts.get")!;
const refusal = (status: number, body: unknown, operation = upsert) =>
  decodeRefusal(highlevel, operation, status, body, { "x-request-id": "req_1" }, "acme");

describe("what HighLevel's refusals mean", () => {
  test.each([
    [401, "Invalid token: access token is invalid", "CONNECTION_EXPIRED", true],
    [401, "Invalid JWT", "CONNECTION_EXPIRED", true],
    [401, "The token is not authorized for this scope.", "SCOPE_MISSING", undefined],
    [401, "Token's user type mismatch!", "CONNECTION_WRONG_KIND", undefined],
    [401, "This authClass type is not allowed to access this scope.", "CONNECTION_WRONG_KIND", undefined],
    [401, "version header was not found.", "OUTBOUND_REFUSED", undefined],
    [401, "This route is not yet supported by the IAM Service. Please update your IAM config.", "OUTBOUND_REFUSED", undefined],
    [400, "version header is invalid", "OUTBOUND_REFUSED", undefined],
    [403, "The token does not have access to this location.", "WRONG_LOCATION", undefined],
    [403, "Forbidden resource", "OUTBOUND_REFUSED", undefined],
    [400, "Location is not active", "CONNECTION_PAUSED", undefined],
    [400, "Contact with id zzz not found", "OUTBOUND_NOT_FOUND", undefined],
    [404, "Not Found", "OUTBOUND_NOT_FOUND", undefined],
    [404, "Cannot GET /contactz/", "OUTBOUND_REFUSED", undefined],
    [400, "Invalid field firstname", "OUTBOUND_REFUSED", undefined],
    [400, "The slot you have selected is no longer available.", "SLOT_TAKEN", undefined],
    [429, "Too many requests", "RATE_LIMITED", undefined],
    [500, "Internal server error", "OUTBOUND_FAILED", undefined],
    [502, "", "OUTBOUND_FAILED", undefined],
  ])("%i '%s' is %s", (status, message, code, refresh) => {
    const error = refusal(status, { statusCode: status, message });
    expect([error.code, error.details["refresh"], error.details["status"]]).toEqual([code, refresh, status]);
  });

  test.each([
    ["contacts", { message: "This location does not allow duplicated contacts.", meta: { contactId: "c1", matchingField: "email" } }, "c1"],
    [
      "opportunities",
      { message: "Can not create duplicate opportunity for the contact.", code: "OPPORTUNITY_NO_DUPLICATE", meta: { existingId: "o1" } },
      "o1",
    ],
    ["flat", { message: "Duplicate record", contactId: "c2" }, "c2"],
    ["nameless", { message: "This location does not allow duplicated contacts." }, undefined],
  ])("a duplicate as %s tell it names what exists", (_, body, existingId) => {
    const error = refusal(400, body, create);
    expect([error.code, error.details["existingId"]]).toEqual(["DUPLICATE_RECORD", existingId]);
  });

  test("a message that has not reached its provider is tried again, with the login it has", () => {
    const update = findOperation("highlevel", "conversations.update_message_status")!;
    for (const status of [401, 403]) {
      const error = refusal(status, { statusCode: status, message: "No conversation provider found for this message" }, update);
      expect([error.code, error.details["refresh"]]).toEqual(["OUTBOUND_FAILED", undefined]);
    }
    expect(refusal(401, { message: "Invalid JWT" }, update).code).toBe("CONNECTION_EXPIRED");
  });

  test("a missing scope is reported with its name, the connection and what to do", () => {
    expect(refusal(401, { message: "The token is not authorized for this scope." }).message).toBe(
      "The connection 'acme' lacks the scope contacts.write. Add it in HighLevel and reconnect.",
    );
  });

  test("the wrong class of login is reported with the right one", () => {
    expect(refusal(401, { message: "Token's user type mismatch!" }).message).toBe(
      "'acme' is the wrong kind of login for Upsert Contact, which needs a sub-account login. Connect that and choose it here.",
    );
  });

  test("a 401 about the address leaves the login alone, and is said in words of our own", () => {
    const message = "This route is not yet supported by the IAM Service. Please update your IAM config.";
    const error = refusal(401, { statusCode: 401, message }, get);
    expect(error.message).toContain("HighLevel does not open this address to such logins");
    expect(error.message).not.toContain("IAM");
    expect([error.code, error.details["refresh"], error.details["outcome"]]).toEqual(["OUTBOUND_REFUSED", undefined, "refused"]);
  });

  test("a list of messages is one sentence, and each stands beside its field", () => {
    const error = refusal(422, {
      message: ["property nickname should not exist", "email must be an email", "customFields.0.id must be a string"],
      error: "Unprocessable Entity",
    });
    expect(error.message).toContain("HighLevel refused Upsert Contact: property nickname should not exist; email must be an email");
    expect(error.details["fields"]).toEqual({
      nickname: "property nickname should not exist",
      email: "email must be an email",
      customFields: "customFields.0.id must be a string",
    });
  });

  test("a message that is one text names its field only where the operation has it", () => {
    expect(refusal(422, { message: "email must be an email" }).details["fields"]).toEqual({ email: "email must be an email" });
    expect(refusal(422, { message: "something must be wrong" }).details["fields"]).toBeUndefined();
  });

  test("after a refused create the contact may be there all the same; after a refused read nothing is in doubt", () => {
    expect(refusal(422, { message: ["x must be a string"] }, create).details["outcome"]).toBe("unknown");
    expect(refusal(422, { message: ["x must be a string"] }, findOperation("highlevel", "contacts.update")!).details["outcome"]).toBe(
      "refused",
    );
    expect(refusal(500, {}, create).details["outcome"]).toBe("unknown");
    expect(refusal(500, {}, get).details["outcome"]).toBe("refused");
    expect(refusal(400, {}, create).details["outcome"]).toBe("refused");
  });

  test("the trace is kept for the vendor's support", () => {
    expect(refusal(400, { message: "no", traceId: "t1" }).details["traceId"]).toBe("t1");
    expect(refusal(400, { message: "no" }).details["traceId"]).toBe("req_1");
  });

  test.each([
    ["<html>502</html>", "the answer was a web page"],
    ["plain words", "plain words"],
    [{ error: { message: "nested" } }, "nested"],
    [{ error: "unauthorized_client", error_description: "described" }, "described"],
    [null, "status 503"],
  ])("the sentence of %j is '%s'", (body, message) => {
    expect(refusal(503, body).details["message"]).toBe(message);
  });
});
