/** What the driver says without a code is explained as well, and never with the password. */
import { expect, test } from "vitest";
import { explainPostgresFault } from "./faults.ts";

test.each([
  ["SASL: SCRAM-SERVER-FIRST-MESSAGE: client password must be a string", /asks for a password, and DATABASE_URL has none/],
  ["SASL: SCRAM-SERVER-FIRST-MESSAGE: client password must be a non-empty string", /asks for a password, and DATABASE_URL has none/],
  ["The server does not support SSL connections", /takes no encrypted connections/],
  ["There was an error establishing an SSL connection", /takes no encrypted connections/],
])("%s", (words, sentence) => {
  const error = explainPostgresFault(new Error(words), "postgres://ada:s3cret@db.example.com:5432/millrace");
  expect(error).toMatchObject({ code: "STORE_UNUSABLE", message: expect.stringMatching(sentence) });
  expect((error as Error).message).not.toContain("s3cret");
});
