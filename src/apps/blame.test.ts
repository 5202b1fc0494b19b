import { expect, test } from "vitest";
import { blame } from "#catalog/blame.ts";
import { decodeRefusal } from "#catalog/decode.ts";
import { http } from "./http/app.ts";

test.each(http.operations.map((operation) => [operation.id, operation] as const))(
  "what %s did not find at an address is reported with that address, without naming a record or a sub-account",
  (_, operation) => {
    const refusal = decodeRefusal(http, operation, 404, "no such order");
    const { message } = blame(refusal, operation, { url: "https://shop.example.com/orders/7?key=s3cret", body: { id: "7" } }, "shop");
    expect(message).toBe(
      `HTTP answered ${operation.title} with 'not found': no such order. Check the address https://shop.example.com/orders/7`,
    );
  },
);
