// @vitest-environment happy-dom
import { act } from "react";
import { createRoot } from "react-dom/client";
import { expect, test, vi } from "vitest";
import type { LoginForm } from "#surfaces/login-form.ts";
import { LoginFields } from "./login-fields.tsx";

test("a refused login brings its field into view, with what was typed selected", async () => {
  vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", true);
  const shown: Element[] = [];
  vi.spyOn(Element.prototype, "scrollIntoView").mockImplementation(function (this: Element) {
    shown.push(this);
  });
  const login = {
    fields: [
      { name: "clientId", label: "Client id", in: "setting" },
      { name: "token", label: "Token", in: "secret" },
    ],
  } as unknown as LoginForm;
  const part = document.body.appendChild(document.createElement("div"));
  const root = createRoot(part);
  const draw = (error?: string) => act(async () => root.render(<LoginFields login={login} draft={{}} onChange={() => {}} error={error} />));
  await draw();
  expect(shown).toEqual([]);
  await draw("The app does not accept this login.");
  const token = part.querySelector<HTMLInputElement>("input[type=password]")!;
  expect(document.activeElement).toBe(token);
  expect(shown).toEqual([token]);
  await act(async () => root.unmount());
  part.remove();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});
