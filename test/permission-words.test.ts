import { expect, test } from "vitest";
import { permissionsOf } from "#surfaces/permission-words.ts";
import { apps } from "#test/support/built-in.ts";

const scopes = new Set([...apps.values()].flatMap((app) => [...app.operations, ...app.triggers].flatMap((one) => one.scopes ?? [])));

test.each([...scopes])("the scope %s is said without its code", (scope) => {
  const [permission] = permissionsOf([scope]);
  expect(permission!.words).toMatch(/^(Read|Change) [a-zA-Z -]+$/);
});
