import type { FastifyRequest } from "fastify";
import { describe, expect, test } from "vitest";
import { ownerOf, type Principal, type Scope } from "#api/principal.ts";
import { MillraceError } from "#kernel/errors.ts";
import { admit } from "./serve.ts";

const requestTo = (allow: Scope | "anyone" | undefined) =>
  ({ routeOptions: { config: { ...(allow && { allow }) } }, principal: null }) as unknown as FastifyRequest;
const reader: Principal = { ...ownerOf("w", "key:k"), scopes: new Set<Scope>(["flows:read"]) };

describe("a route of the table", () => {
  test("lets in who has its scope, and keeps who that is", async () => {
    const request = requestTo("flows:read");
    await admit(() => reader)(request);
    expect(request.principal).toBe(reader);
    await admit(() => ownerOf("w", "key:k"))(requestTo("access:write"));
  });

  test("refuses who lacks its scope, with the scope's name", async () => {
    const refusal = await admit(() => reader)(requestTo("flows:write")).catch((thrown: unknown) => thrown as MillraceError);
    expect(refusal).toMatchObject({ code: "FORBIDDEN", message: "This needs the scope flows:write, which you do not have." });
  });

  test("asks nobody who they are where anyone may come in, and everybody else", async () => {
    const nobody = () => {
      throw new MillraceError("NOT_SIGNED_IN");
    };
    await admit(nobody)(requestTo("anyone"));
    await expect(admit(nobody)(requestTo("flows:read"))).rejects.toMatchObject({ code: "NOT_SIGNED_IN" });
    await expect(admit(nobody)(requestTo(undefined))).rejects.toMatchObject({ code: "NOT_SIGNED_IN" });
  });
});
