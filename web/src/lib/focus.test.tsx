// @vitest-environment happy-dom
import { act } from "react";
import { createRoot } from "react-dom/client";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { rest } from "#test/support/turns.ts";
import { enter, useFocusKept } from "./focus.ts";

function Page() {
  useFocusKept();
  return (
    <main>
      <h1 tabIndex={-1}>Flows</h1>
      <div id="aside">
        <button id="publish" type="button">
          Publish flow
        </button>
      </div>
      <div id="panel" role="tabpanel" tabIndex={0}>
        <input id="name" defaultValue="Orders" />
        <button id="remove" type="button">
          Remove
        </button>
      </div>
    </main>
  );
}

let close: () => Promise<void>;
beforeEach(async () => {
  vi.useFakeTimers();
  vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", true);
  const page = document.body.appendChild(document.createElement("div"));
  const root = createRoot(page);
  await act(async () => root.render(<Page />));
  close = () =>
    act(async () => {
      root.unmount();
      page.remove();
    });
});
afterEach(async () => {
  await close();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

const part = (id: string) => document.getElementById(id)!;
const focused = () => document.activeElement;
/** Until the page has heard of the change, and time enough for it to bring the focus back. */
async function settled(): Promise<void> {
  await rest();
  await vi.advanceTimersByTimeAsync(1000);
}
async function expectAt(wanted: () => Element | null): Promise<void> {
  await settled();
  expect(focused()).toBe(wanted());
}

test("when the focused element goes, the focus moves to the tab around it, else to the title of the page", async () => {
  part("remove").focus();
  part("remove").replaceWith();
  await expectAt(() => part("panel"));
  part("publish").focus();
  part("aside").replaceChildren();
  await expectAt(() => document.querySelector("h1"));
});

test("an element that is only moved keeps the focus", async () => {
  part("publish").focus();
  part("panel").append(part("publish"));
  part("publish").blur(); // as browsers do when something is put elsewhere
  part("aside").append("moved");
  await expectAt(() => part("publish"));
});

test("a click on the bare page leaves the focus nowhere", async () => {
  part("publish").focus();
  document.dispatchEvent(new Event("pointerdown"));
  part("aside").replaceChildren();
  await settled();
  expect(focused()).toBe(document.body);
});

test("a box that is entered has its text selected, so that typing replaces it", () => {
  const box = part("name") as HTMLInputElement;
  enter(box);
  expect([focused() === box, box.selectionStart, box.selectionEnd]).toEqual([true, 0, "Orders".length]);
});
