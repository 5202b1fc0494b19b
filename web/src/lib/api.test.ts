import { afterEach, expect, test, vi } from "vitest";
import { ApiError, api, errorOf } from "./api.ts";
import { isWorkspaceChanged, setWorkspace } from "./session.ts";

afterEach(() => vi.unstubAllGlobals());

function answer(status: number, body: string) {
  const fetched = vi.fn<typeof fetch>(async () => new Response(body, { status }));
  vi.stubGlobal("fetch", fetched);
  return fetched;
}

test("every request proves that the page is ours", async () => {
  const fetched = answer(200, '{"runs":[],"next":null}');
  await api.runs.list({ query: { person: "ada@example.com", limit: 50 } });
  expect(fetched).toHaveBeenCalledWith(
    "/api/v1/runs?person=ada%40example.com&limit=50",
    expect.objectContaining({ method: "GET", credentials: "same-origin", headers: { "x-millrace": "1" } }),
  );
});

test("a refusal is thrown with the table's own sentence", async () => {
  answer(422, '{"error":{"code":"FLOW_INVALID","message":"The flow cannot be saved: step \'a\' is empty.","details":{}}}');
  const body = { name: "New", trigger: { app: "http", operation: "webhook" }, steps: [] };
  await expect(api.flows.create({ body })).rejects.toMatchObject({
    status: 422,
    code: "FLOW_INVALID",
    message: "The flow cannot be saved: step 'a' is empty.",
  });
});

test("no answer at all is put into words", async () => {
  vi.stubGlobal("fetch", async () => Promise.reject(new TypeError("fetch failed")));
  const error = await api.overview.get().catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ApiError);
  expect((error as ApiError).message).toContain("Millrace did not answer");
});

test("an answer of some proxy in between still makes a sentence", () => {
  expect(errorOf(502, "<html>Bad gateway</html>").message).toContain("502");
});

test("a request says of which workspace the page is, and an answer that it is another is noted", async () => {
  setWorkspace("ws_1");
  const fetched = answer(409, '{"error":{"code":"WORKSPACE_CHANGED","message":"Another tab went on.","details":{}}}');
  await expect(api.overview.get()).rejects.toMatchObject({ code: "WORKSPACE_CHANGED" });
  expect(fetched.mock.calls[0]?.[1]?.headers).toMatchObject({ "x-millrace-workspace": "ws_1" });
  expect(isWorkspaceChanged()).toBe(true);
  setWorkspace(null);
});
