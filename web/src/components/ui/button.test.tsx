// @vitest-environment happy-dom
import { act } from "react";
import { createRoot } from "react-dom/client";
import { expect, test, vi } from "vitest";
import { Button } from "./button.tsx";

test("a button that is busy keeps the focus, takes no second click and sends no form", async () => {
  vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", true);
  const [clicked, sent] = [vi.fn<() => void>(), vi.fn<() => void>()];
  const form = document.body.appendChild(document.createElement("form"));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    sent();
  });
  const root = createRoot(form);
  const draw = (busy: boolean) =>
    act(async () =>
      root.render(
        <Button type="submit" busy={busy} onClick={clicked}>
          Save
        </Button>,
      ),
    );
  await draw(false);
  const button = form.querySelector("button")!;
  button.focus();
  button.click();
  await draw(true);
  button.click();
  expect([clicked.mock.calls.length, sent.mock.calls.length]).toEqual([1, 1]);
  expect([document.activeElement === button, button.disabled, button.getAttribute("aria-disabled")]).toEqual([true, false, "true"]);
  await act(async () => root.unmount());
  form.remove();
  vi.unstubAllGlobals();
});
