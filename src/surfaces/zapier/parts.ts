import { needsLogin } from "#catalog/login.ts";
import { schemaOf } from "#catalog/schema-of.ts";
import { hookNeedsLogin, isEnteredByHand } from "#catalog/webhooks.ts";
import type { App, Operation, WebhookTrigger } from "#catalog/types.ts";
import { canonicalJson, type Json } from "#kernel/json.ts";
import { lowerFirst } from "#kernel/words.ts";
import { isChosen, type CatalogChoice } from "../catalog-choice.ts";
import { connectionKey, formOf, type ChoicesKey, type Form } from "./fields.ts";
import { outputFieldsOf, sampleRecord, withId } from "./outputs.ts";
import type { SearchOrCreate, ZapierAction, ZapierChoices, ZapierField, ZapierParts } from "./shapes.ts";
import { actionSentence, keyOf, Keys, nounOf, titleCase, triggerSentence, withoutVerb } from "./words.ts";

/** Pure: the triggers, searches and creates of a catalog. */

/** Triggers of Millrace's own clock and button have a counterpart on the platform. */
export const leftOutKinds: Readonly<Record<string, string>> = {
  schedule: "Zapier has a schedule of its own.",
  manual: "A Zap is started by hand in Zapier.",
};

/** The actions of a choice of apps, with the hidden triggers that their drop-downs need. */
export function zapierParts(apps: readonly App[], choice: CatalogChoice = {}): ZapierParts {
  const building = new Building(choice, apps.filter((app) => app.operations.length > 0).length > 1);
  for (const app of apps) building.add(app);
  return building.parts();
}

class Building {
  readonly #choice: CatalogChoice;
  readonly #several: boolean;
  readonly #keys = new Keys();
  readonly #labels = { trigger: new Set<string>(), search: new Set<string>(), create: new Set<string>() };
  readonly #triggers: ZapierAction[] = [];
  readonly #searches: ZapierAction[] = [];
  readonly #creates: ZapierAction[] = [];
  readonly #choices = new Map<string, ZapierChoices>();
  readonly #searchOrCreates: SearchOrCreate[] = [];
  /** Of operations, by their full names. */
  readonly #titles = new Map<string, string>();

  constructor(choice: CatalogChoice, several: boolean) {
    this.#choice = choice;
    this.#several = several;
  }

  parts(): ZapierParts {
    return {
      triggers: this.#triggers,
      searches: this.#searches,
      creates: this.#creates,
      choices: [...this.#choices.values()],
      searchOrCreates: this.#searchOrCreates,
    };
  }

  add(app: App): void {
    for (const { id, title } of app.operations) this.#titles.set(`${app.id}.${id}`, title);
    for (const trigger of app.triggers.filter((one) => this.#isWanted(app, one.id, one.category ?? app.title))) this.#addHook(app, trigger);
    for (const change of (app.changes ?? []).filter((one) => this.#isWanted(app, one.id, one.category))) this.#addChange(app, change);
    const wanted = app.operations.filter((one) => this.#isWanted(app, one.id, one.category));
    for (const operation of wanted) this.#addOperation(app, operation);
    this.#pairSearches(app, wanted);
  }

  #isWanted({ id }: App, key: string, category: string): boolean {
    return isChosen(this.#choice, id, key, category);
  }

  #addHook(app: App, trigger: WebhookTrigger): void {
    const sample = withId(trigger.example, trigger.record);
    const when = `${app.title} reports the event "${trigger.title}"`;
    const byHand = `Enter the address of the flow in ${app.title}: it is in your Millrace, in the folder Zapier, once the Zap is on`;
    const note = [trigger.note, isEnteredByHand(app, trigger) ? byHand : undefined].filter(Boolean).join(" ");
    this.#triggers.push({
      kind: "hook",
      key: this.#keys.of("on", app.id, trigger.id),
      noun: nounOf(trigger.title),
      display: { label: this.#label("trigger", trigger.title, app), description: triggerSentence(when, note) },
      app: app.id,
      operation: trigger.id,
      ...this.#hookForm(app, trigger),
      ...(trigger.record !== undefined && { identity: trigger.record }),
      sample,
      outputFields: outputFieldsOf(trigger.output, sample),
    });
  }

  #addChange(app: App, change: Operation): void {
    const sample = withId(sampleRecord(change.example?.output, undefined), change.identity);
    this.#triggers.push({
      kind: "hook",
      key: this.#keys.of("on", app.id, change.id),
      noun: nounOf(change.title),
      display: {
        label: this.#label("trigger", change.title, app),
        description: triggerSentence(change.watch?.says ?? lowerFirst(change.title), change.note),
      },
      app: app.id,
      operation: change.id,
      ...this.#withConnection(app, this.#form(app, change)),
      identity: "id",
      sample,
      outputFields: outputFieldsOf(schemaOf(sample), sample),
    });
  }

  #addOperation(app: App, operation: Operation): void {
    if (operation.effect !== "read") return void this.#creates.push(this.#action(app, operation, "create"));
    this.#searches.push(this.#action(app, operation, "search"));
    if (isPolled(operation)) this.#triggers.push(this.#newRecord(app, operation));
  }

  #action(app: App, operation: Operation, kind: "search" | "create"): ZapierAction {
    const { id, title, note, example, output, identity } = operation;
    const record = sampleRecord(example?.output, output);
    const sample = kind === "search" ? withId(record, identity) : record;
    return {
      kind,
      key: this.#keys.of(app.id, id),
      noun: nounOf(title),
      display: { label: this.#label(kind, title, app), description: actionSentence(title, app.title, note) },
      app: app.id,
      operation: id,
      ...this.#withConnection(app, this.#form(app, operation)),
      ...(identity !== undefined && { identity }),
      sample,
      outputFields: outputFieldsOf(output, sample),
    };
  }

  /** A list that can be read newest first is polled by the platform, any other by Millrace, which looks at all of it. */
  #newRecord(app: App, operation: Operation): ZapierAction {
    const search = this.#action(app, operation, "search");
    const noun = nounOf(operation.title);
    const sorted = new Set(Object.keys(operation.newest?.input ?? {}));
    const places = Object.fromEntries(Object.entries(search.places).filter(([, { path }]) => !sorted.has(path[0]!)));
    const fields = search.fields.filter(({ key }) => key === connectionKey || key in places);
    return {
      ...search,
      kind: operation.newest ? "poll" : "hook",
      key: this.#keys.of("new_in", app.id, operation.id),
      noun,
      fields,
      places,
      display: {
        label: this.#label("trigger", `New ${withoutVerb(operation.title)}`, app),
        description: triggerSentence(`there is a new record in "${operation.title}" of ${app.title}`, operation.note),
      },
      ...(operation.newest && { constants: operation.newest.input }),
    };
  }

  #form(app: App, operation: Operation): Form {
    return formOf(app.id, operation, this.#choicesKey);
  }

  /** An event at an inbox may be of any sub-account; one at an address of its own needs a login only to be registered or proved. */
  #hookForm(app: App, trigger: WebhookTrigger): Pick<ZapierAction, "fields" | "places" | "customFields"> {
    const nothing = { fields: [], places: {}, customFields: [] };
    if (hookNeedsLogin(app, trigger)) return this.#withConnection(app, nothing);
    return app.inbox ? this.#withConnection(app, nothing, "optional") : { fields: [], places: {} };
  }

  /** The login comes first. */
  #withConnection(
    app: App,
    { fields, places, customFields }: Form,
    need?: "optional",
  ): Pick<ZapierAction, "fields" | "places" | "customFields"> {
    const field: ZapierField = {
      key: connectionKey,
      label: "Connection",
      type: "string",
      required: need !== "optional" && needsLogin(app),
      dynamic: `${this.#connectionsOf(app)}.id.name`,
      helpText:
        need === "optional"
          ? "Only events of this login's account. Left empty, of all accounts."
          : "The login to use, from the Connections of your Millrace.",
      ...(customFields.length > 0 && { altersDynamicFields: true }),
    };
    return { fields: [field, ...fields], places, ...(customFields.length > 0 && { customFields }) };
  }

  #connectionsOf({ id, title }: App): string {
    const key = keyOf("connections", id);
    if (!this.#choices.has(key)) {
      const list = { app: id, operation: "", search: {}, value: "name", label: "title" };
      this.#choices.set(key, { key, noun: titleCase(`Connection to ${title}`), ...list });
    }
    return key;
  }

  readonly #choicesKey: ChoicesKey = (app, lookup, parent) => {
    const { operation, otherwise, input: search = {}, list, within, value, label, retired } = lookup;
    const asked = { app, operation, otherwise, search, list, within: within && parent, value, label };
    const text = canonicalJson(asked);
    const known = this.#choices.get(text);
    if (known) return known.key;
    const narrowed = within && parent !== undefined ? { within: { row: within.row, label: within.label, field: parent } } : {};
    const key = this.#keys.of("choices", app, operation, ...(list ? [list] : []));
    const noun = nounOf(this.#titles.get(`${app}.${operation}`) ?? operation.split(/[./]/).at(-1)!.replace(/[-_]/g, " "));
    this.#choices.set(text, {
      key,
      noun,
      app,
      operation,
      ...(otherwise !== undefined && { otherwise }),
      search,
      ...(list !== undefined && { list }),
      ...narrowed,
      value,
      label,
      ...(retired && { retired: { row: retired.row, values: retired.values as Json[] } }),
    });
    return key;
  };

  /** Two apps may each have a "Create Contact": the second one says whose it is. */
  #label(kind: "trigger" | "search" | "create", title: string, app: App): string {
    const used = this.#labels[kind];
    const plain = titleCase(title);
    const ofApp = ` (${titleCase(app.title, 20)})`;
    let label = this.#several && used.has(plain) ? `${titleCase(title, 64 - ofApp.length)}${ofApp}` : plain;
    for (let n = 2; used.has(label); n++) label = `${titleCase(title, 60)} ${n}`;
    used.add(label);
    return label;
  }

  /** Where a record can be looked for and made in the same family (`contacts.search`, `contacts.create`), a Zap can do the one or the other. */
  #pairSearches(app: App, operations: readonly Operation[]): void {
    const familyOf = ({ id }: Operation) => id.slice(0, Math.max(0, id.lastIndexOf(".")));
    const keyOfAction = (all: readonly ZapierAction[], { id }: Operation) => all.find((one) => one.app === app.id && one.operation === id)!;
    for (const create of operations.filter(
      ({ id, effect }) => /\.(create|upsert)$/.test(id) && (effect === "create" || effect === "upsert"),
    )) {
      const search = operations.find(
        (one) => one.effect === "read" && familyOf(one) === familyOf(create) && /\.(search|list)$/.test(one.id),
      );
      if (!search) continue;
      const [found, made] = [keyOfAction(this.#searches, search), keyOfAction(this.#creates, create)];
      if (this.#searchOrCreates.some((pair) => pair.search === found.key)) continue;
      const label = titleCase(`Find or ${made.display.label.replace(/^(Create or Update|Upsert)\b/, "Create")}`);
      const description = `Uses "${found.display.label}", and "${made.display.label}" where that finds nothing.`;
      this.#searchOrCreates.push({ key: found.key, display: { label, description }, search: found.key, create: made.key });
    }
  }
}

/** A list whose rows can be told from each other. One that a person describes on the spot cannot be polled without saying more. */
const isPolled = ({ kind, list, identity, recipe }: Operation): boolean =>
  kind === "trigger" && list === true && identity !== undefined && recipe !== true;
