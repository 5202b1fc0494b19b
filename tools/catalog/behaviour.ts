import { repeatable, type App, type Operation, type InputPaging } from "#catalog/types.ts";
import { code, slug } from "./markdown.ts";

/** Where things stand in the pages: by what they are linked. */
export interface Places {
  /** Titles of operations, by id. */
  titles: ReadonlyMap<string, string>;
  /** Titles of events, by id. */
  events: ReadonlyMap<string, string>;
  /** Events that a read finds again where they were not delivered, by the read's id. */
  foundAgain: ReadonlyMap<string, readonly string[]>;
}

export function placesOf(app: App): Places {
  const foundAgain = new Map<string, string[]>();
  for (const { id, reconcile } of app.triggers)
    if (reconcile) foundAgain.set(reconcile.operation, [...(foundAgain.get(reconcile.operation) ?? []), id]);
  return {
    titles: new Map(app.operations.map((o) => [o.id, o.title])),
    events: new Map(app.triggers.map((t) => [t.id, t.title])),
    foundAgain,
  };
}

/** How it behaves as a trigger, or after an outcome nobody knows. */
export function behaviour(o: Operation, places: Places): string[] {
  if (o.recipe) return [];
  return o.effect === "read" ? asTrigger(o, places) : asWrite(o, places);
}

function asTrigger(o: Operation, places: Places): string[] {
  return [
    ...(o.list ? rowNews(o) : recordNews(o)),
    ...(isPaged(o.paging) ? [`Read ${pagingWords(o.paging)}: by a poll to its end, by a step up to its \`rows\`.`] : []),
    ...(o.list && !o.paging ? ["The whole list comes in one answer."] : []),
    ...(o.newest ? [`For new rows alone it is read newest first, by \`${o.newest.by}\`, no further than what is known.`] : []),
    ...(o.events?.length ? [`The events ${eventLinks(o.events, places)} report the same sooner, where the app receives them.`] : []),
    ...foundAgain(o, places),
  ];
}

/** What `emit` may ask of a list. */
function rowNews(o: Operation): string[] {
  const id = [o.identity!, ...(o.identityOr ?? [])].map((path) => `\`${path}\``).join(", else ");
  const windowed = o.rules?.some(({ kind }) => kind === "window");
  const vanished = [
    "rows that are not there any more",
    o.gone && "rows that are marked as deleted",
    windowed && "rows that the window of time has passed",
  ].filter(Boolean);
  return [
    `As a trigger: fires for each row not seen before (\`new\`); if asked to, for changed ones as well (\`changed\`), and for those that vanished (\`all\`): ${vanished.join(", ")}.`,
    `A row is known by ${id}, a change by ${decider(o)}.`,
  ];
}

const recordNews = (o: Operation): string[] => [
  `As a trigger: fires when the answer changes (\`changed\`), told by ${decider(o)}; if asked to, also when the record is not found any more (\`all\`).`,
];

const decider = ({ changed, volatile = [] }: Operation): string =>
  changed ? `\`${changed}\`` : `its content${volatile.length > 0 ? ` (without ${code(volatile)})` : ""}`;

const isPaged = (paging: Operation["paging"]): paging is InputPaging => paging !== undefined && "size" in paging;

function pagingWords(paging: InputPaging): string {
  const by = { cursor: "by cursor", offset: "by offset", page: "by page number", lastRow: "by its last row" }[paging.style];
  const beyond = paging.style === "page" && paging.pageRows ? `, by cursor beyond ${paging.pageRows} rows` : "";
  return `${by}, ${paging.max} rows at a time${beyond}`;
}

function foundAgain({ id }: Operation, places: Places): string[] {
  const events = places.foundAgain.get(id) ?? [];
  return events.length > 0 ? [`Finds what was not delivered of ${eventLinks(events, places)}.`] : [];
}

export const eventAnchor = (event: string): string => slug(event);
const eventLinks = (events: readonly string[], { events: titles }: Places): string =>
  events.map((event) => (titles.has(event) ? `[\`${event}\`](events.md#${eventAnchor(event)})` : `\`${event}\``)).join(", ");

function asWrite(o: Operation, places: Places): string[] {
  const confirmedBy = o.confirm && places.titles.get(o.confirm.operation);
  return [
    unknownOutcome(o.effect, confirmedBy),
    ...(o.fresh && confirmedBy
      ? [`With \`${o.fresh}\` it makes a new record each time: then it is looked up with ${confirmedBy} first.`]
      : []),
    o.before ? `A dry run compares with ${places.titles.get(o.before.operation)!}.` : "A dry run tells what would be sent.",
    ...(o.events?.length ? [`Brings about the events ${eventLinks(o.events, places)}.`] : []),
  ];
}

function unknownOutcome(effect: Operation["effect"], lookedUpWith: string | undefined): string {
  if (repeatable.has(effect)) return "May be repeated: a second time changes nothing more.";
  if (lookedUpWith) return `After an unknown outcome it is looked up with ${lookedUpWith} before it is tried again.`;
  return "After an unknown outcome the run waits for a person, unless the flow says otherwise.";
}
