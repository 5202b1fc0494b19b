// @vitest-environment happy-dom
import { act } from "react";
import { createRoot } from "react-dom/client";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { useNewEvents } from "./use-new-events.ts";

let stream: EventTarget;
beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", true);
  vi.stubGlobal(
    "EventSource",
    vi.fn(function () {
      stream = Object.assign(new EventTarget(), { close: () => {} });
      return stream;
    }),
  );
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const runsChanged = async (...flowIds: string[]) => {
  const changed = flowIds.map((flowId) => ({ id: "run", flowId, state: "queued" }));
  await act(async () => {
    stream.dispatchEvent(new MessageEvent("runs", { data: JSON.stringify({ changed }) }));
    await vi.advanceTimersByTimeAsync(2_000);
  });
};

test("samples are looked for when the flow received an event, and when the window is entered", async () => {
  const look = vi.fn<() => void>();
  const Page = () => {
    useNewEvents("flow_1", look);
    return null;
  };
  const root = createRoot(document.createElement("div"));
  await act(async () => root.render(<Page />));
  await runsChanged("flow_2");
  expect(look).toHaveBeenCalledTimes(0);
  await runsChanged("flow_1", "flow_2");
  expect(look).toHaveBeenCalledTimes(1);
  await act(async () => window.dispatchEvent(new Event("focus")));
  expect(look).toHaveBeenCalledTimes(2);
  await act(async () => root.unmount());
  window.dispatchEvent(new Event("focus"));
  expect(look).toHaveBeenCalledTimes(2);
});
