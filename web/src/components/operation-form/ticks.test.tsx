// @vitest-environment happy-dom
import { act, useState } from "react";
import { createRoot } from "react-dom/client";
import { expect, test, vi } from "vitest";
import type { InputField } from "#catalog/types.ts";
import { controlFor } from "./controls.tsx";
import { controlOf } from "./schema-words.ts";

const days: InputField = { name: "days", in: "body", schema: { type: "array", items: { type: "integer", enum: [1, 2, 7] } } };

test("a list of a few choices is ticked; what is no choice any more stays until it is unticked", async () => {
  vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", true);
  const changed = vi.fn<(value: unknown) => void>();
  const Control = controlFor(controlOf(days), days);
  function Held() {
    const [value, setValue] = useState<unknown>([7, 9]);
    const onChange = (next: unknown) => {
      changed(next);
      setValue(next);
    };
    return <Control ids={{ id: "d" }} field={days} value={value} onChange={onChange} app="desk" connection={null} />;
  }
  const box = document.body.appendChild(document.createElement("div"));
  const root = createRoot(box);
  await act(async () => root.render(<Held />));
  const tick = (name: string) =>
    act(async () => [...box.querySelectorAll("label")].find(({ textContent }) => textContent?.startsWith(name))!.click());
  await tick("1");
  await tick("9");
  await tick("7");
  await tick("1");
  expect(changed.mock.calls.map(([value]) => value)).toEqual([[1, 7, 9], [1, 7], [1], undefined]);
  await act(async () => root.unmount());
});

test("a long list, and one whose names are looked up, are found by typing", () => {
  const many = Array.from({ length: 13 }, (_, i) => `zone ${i}`);
  const long: InputField = { name: "zones", in: "body", schema: { type: "array", items: { type: "string", enum: many } } };
  expect(controlFor(controlOf(long), long)).not.toBe(controlFor(controlOf(days), days));
});
