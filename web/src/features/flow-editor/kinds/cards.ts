import { CircleStop, Clock, CodeXml, Filter, GitBranch, Pencil, Repeat } from "lucide-react";
import type { Step, StepKindName } from "#api/schemas.ts";
import { readCondition } from "#engine/mapping/words/conditions.ts";
import { isObject } from "#kernel/json.ts";
import { humanize } from "../../../lib/words.ts";
import { durationInWords, isDuration } from "#kernel/durations.ts";
import { isUnfinished } from "../conditions/tree.ts";
import { isBlank } from "../document/missing-fields.ts";
import { itemNames } from "../document/step-id.ts";
import { action } from "./action.ts";
import type { Offer, KindCard } from "./card.ts";
import { shortList } from "./short-list.ts";

type Cards = { readonly [K in StepKindName]: KindCard<Step<K>> & (K extends "action" | "sync" ? object : { offer: Offer }) };

const stops = { success: "Stop here: success", filtered: "Stop here: filtered", failed: "Stop here: failed" } as const;

/** One entry for each kind of step, in the order in which the picker offers them. Its form is in `forms.tsx`. */
export const cards: Cards = {
  action,
  filter: {
    mark: "filter",
    lists: [],
    code: ["filter"],
    sentence: ({ filter }, { condition }) => (isBlank(filter) ? "Continue only if …" : `Continue only if ${condition(asText(filter))}`),
    missing: ({ filter }) => missingInCondition(filter),
    offer: {
      title: "Filter",
      about: "Continue only if a condition is met",
      words: "only continue condition stop unless",
      icon: Filter,
      make: (id) => ({ id, filter: "" }),
    },
  },
  branch: {
    mark: "if",
    lists: [
      ["then", "If so"],
      ["else", "Otherwise"],
    ],
    code: ["if"],
    sentence: (step, { condition }) => (isBlank(step.if) ? "If …" : `If ${condition(asText(step.if))}`),
    missing: (step) => missingInCondition(step.if),
    offer: {
      title: "Branch",
      about: "Do one thing or the other",
      words: "if else paths router split condition switch",
      icon: GitBranch,
      // oxlint-disable-next-line unicorn/no-thenable -- `then` is a list of steps in the flow format, and nobody awaits it
      make: (id) => ({ id, if: "", then: [], else: [] }),
    },
  },
  forEach: {
    mark: "forEach",
    lists: [["do", "For each one"]],
    code: ["forEach"],
    sentence: (step, { value }) => `For each ${itemWord(step)} ${isBlank(step.forEach) ? "of …" : `of ${value(asText(step.forEach))}`}`,
    detail: (step) => (waits(step.do) ? "Its items wait in turn, so their waits add up" : null),
    missing: (step) => (isBlank(step.forEach) ? ["List"] : []),
    offer: {
      title: "Loop",
      about: "Do steps once for each item of a list",
      words: "for each iterate repeat array items",
      icon: Repeat,
      make: (id) => ({ id, forEach: "", do: [] }),
    },
  },
  wait: {
    mark: "wait",
    lists: [],
    sentence: ({ wait }, { value }) =>
      isBlank(wait) ? "Wait …" : isDuration(asText(wait)) ? `Wait ${durationInWords(asText(wait))}` : `Wait until ${value(asText(wait))}`,
    missing: ({ wait }) => (isBlank(wait) ? ["How long"] : []),
    offer: {
      title: "Wait",
      about: "Go on later: after some time, or at a date",
      words: "delay pause sleep until schedule timer",
      icon: Clock,
      make: (id) => ({ id, wait: "1h" }),
    },
  },
  code: {
    mark: "code",
    lists: [],
    gives: true,
    sentence: ({ code }) => (isBlank(code) ? "Run a script" : `Run a script of ${linesIn(asText(code))}`),
    missing: ({ code }) => (isBlank(code) ? ["Code"] : []),
    offer: {
      title: "Code",
      about: "Run a script in JavaScript or TypeScript",
      words: "javascript typescript code script function compute program",
      icon: CodeXml,
      make: (id) => ({ id, code: "" }),
    },
  },
  format: {
    mark: "format",
    lists: [],
    gives: true,
    sentence({ format }) {
      const names = isObject(format) ? Object.keys(format) : [];
      return names.length === 0 ? "Prepare values" : `Prepare ${shortList(names.map((name) => `'${name}'`))}`;
    },
    offer: {
      title: "Format",
      about: "Prepare values for later steps",
      words: "formatter transform set variable text number date convert",
      icon: Pencil,
      make: (id) => ({ id, format: {} }),
    },
  },
  stop: {
    mark: "stop",
    lists: [],
    sentence: ({ stop }) => stops[stop] ?? "Stop here",
    detail: ({ reason }) => (typeof reason === "string" && reason !== "" ? `“${reason}”` : null),
    offer: {
      title: "Stop",
      about: "End the run here",
      words: "end exit halt fail error",
      icon: CircleStop,
      make: (id) => ({ id, stop: "success" }),
    },
  },
  sync: {
    mark: "sync",
    lists: [],
    sentence: () => "Bring the record and its counterpart into step",
    detail: () => "Written by a sync, which also changes it",
  },
};

function itemWord(step: Step<"forEach">): string {
  const [item] = itemNames(step);
  return item === "item" ? "item" : humanize(item).toLowerCase();
}

/** Whether one of the steps, or of those inside of them, waits for some time. One that waits until a date does so for all items at once. */
const waits = (steps: unknown): boolean =>
  Array.isArray(steps) &&
  steps.some(
    (step) =>
      isObject(step) &&
      step["off"] !== true &&
      ((typeof step["wait"] === "string" && isDuration(step["wait"])) || [step["do"], step["then"], step["else"]].some(waits)),
  );

function linesIn(code: string): string {
  const lines = code.trim().split("\n").length;
  return lines === 1 ? "1 line" : `${lines} lines`;
}

function missingInCondition(text: unknown): string[] {
  if (isBlank(text)) return ["Condition"];
  const condition = typeof text === "string" ? readCondition(text) : null;
  return condition !== null && isUnfinished(condition) ? ["Value of a condition"] : [];
}

/** What somebody wrote may be of another type. */
const asText = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));
