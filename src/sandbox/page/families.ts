import { cutText } from "#kernel/characters.ts";
import { fullName } from "../highlevel/contact-views.ts";
import { localTime, zoneOf } from "../highlevel/slots.ts";
import type { State } from "../state.ts";
import { html, type Markup } from "./html.ts";
import { badge, when } from "./layout.ts";

/** One record as the table shows it. */
export interface Line {
  id: string;
  cells: (string | Markup)[];
  /** What it is called, where a hand may change that. */
  name?: string;
  /** Whether it is in use, where a hand may change that. */
  active?: boolean;
}

/** One family of records. `hand` is under what name records may be changed by hand. */
export interface Family {
  title: string;
  heads: string[];
  portal?: string;
  lines(state: State, locationId: string): Line[];
}

const contactLink = ({ contacts }: State, id: string): Markup => {
  const contact = contacts.get(id);
  return html`<a href="/ui/contacts/${id}">${(contact && fullName(contact)) ?? id}</a>`;
};
const newest = <T>(rows: T[], at: (row: T) => number): T[] => rows.sort((a, b) => at(b) - at(a));
const named = <T extends { name: string }>(rows: T[]): T[] => rows.sort((a, b) => a.name.localeCompare(b.name));
const inUse = (active: boolean, on = "active", off = "inactive") => badge(active ? "good" : "plain", active ? on : off);
const cut = (text: string) => (text.length > 90 ? `${cutText(text, 90)}…` : text);
const code = (id: string) => html`<code>${id}</code>`;
const userName = ({ users }: State, id: string | undefined) => {
  const user = id === undefined ? undefined : users.get(id);
  return user ? `${user.firstName} ${user.lastName}` : "";
};

const people: Record<string, Family> = {
  contacts: {
    title: "Contacts",
    heads: ["Name", "E-mail", "Phone", "Changed (UTC)"],
    lines: (state, at) =>
      newest(state.contacts.inLocation(at), (row) => row.dateUpdated).map((row) => ({
        id: row.id,
        cells: [contactLink(state, row.id), row.email ?? "", row.phone ?? "", when(row.dateUpdated)],
      })),
  },
  notes: {
    title: "Notes",
    heads: ["Contact", "Note", "Added (UTC)"],
    lines: (state, at) =>
      newest(state.notes.inLocation(at), (row) => row.dateAdded).map((row) => ({
        id: row.id,
        cells: [contactLink(state, row.contactId), cut(row.body), when(row.dateAdded)],
      })),
  },
  tasks: {
    title: "Tasks",
    heads: ["Title", "Contact", "Assigned to", "Due (UTC)", "State"],
    lines: (state, at) =>
      newest(state.tasks.inLocation(at), (row) => row.dateAdded).map((row) => ({
        id: row.id,
        cells: [
          row.title,
          contactLink(state, row.contactId),
          userName(state, row.assignedTo),
          when(Date.parse(row.dueDate)),
          inUse(row.completed, "done", "open"),
        ],
      })),
  },
  businesses: {
    title: "Businesses",
    heads: ["Name", "City", "Changed (UTC)"],
    lines: (state, at) =>
      newest(state.businesses.inLocation(at), (row) => row.updatedAt).map((row) => ({
        id: row.id,
        cells: [row.name, row.details.city ?? "", when(row.updatedAt)],
      })),
  },
  associations: {
    title: "Associations",
    heads: ["Key", "First", "Second", "Kind"],
    lines: (state, at) =>
      state.associations.inLocation(at).map((row) => ({
        id: row.id,
        cells: [
          row.key,
          `${row.firstObjectLabel} (${row.firstObjectKey})`,
          `${row.secondObjectLabel} (${row.secondObjectKey})`,
          `${row.cardinality?.first ?? "MANY"} to ${row.cardinality?.second ?? "MANY"}`.toLowerCase(),
        ],
      })),
  },
  relations: {
    title: "Relations",
    heads: ["Association", "First record", "Second record"],
    lines: (state, at) =>
      state.relations.inLocation(at).map((row) => ({
        id: row.id,
        cells: [state.associations.get(row.associationId)?.key ?? "", code(row.firstRecordId), code(row.secondRecordId)],
      })),
  },
};

const sales: Record<string, Family> = {
  opportunities: {
    title: "Opportunities",
    heads: ["Name", "Contact", "Stage", "Value", "State", "Changed (UTC)"],
    lines: (state, at) =>
      newest(state.opportunities.inLocation(at), (row) => row.updatedAt).map((row) => ({
        id: row.id,
        cells: [
          row.name,
          contactLink(state, row.contactId),
          state.pipelines.get(row.pipelineId)?.stages.find(({ id }) => id === row.pipelineStageId)?.name ?? "",
          String(row.monetaryValue),
          row.status,
          when(row.updatedAt),
        ],
      })),
  },
  pipelines: {
    title: "Pipelines",
    heads: ["Name", "Id", "Stages"],
    portal: "pipelines",
    lines: (state, at) =>
      named(state.pipelines.inLocation(at)).map((row) => ({
        id: row.id,
        name: row.name,
        cells: [row.name, code(row.id), row.stages.map(({ name }) => name).join(" → ")],
      })),
  },
  stages: {
    title: "Stages",
    heads: ["Name", "Id", "Pipeline", "Opportunities"],
    portal: "stages",
    lines: (state, at) =>
      named(state.pipelines.inLocation(at)).flatMap((pipeline) =>
        pipeline.stages.map(({ id, name }) => ({
          id,
          name,
          cells: [name, code(id), pipeline.name, String(state.opportunities.inLocation(at).filter((o) => o.pipelineStageId === id).length)],
        })),
      ),
  },
};

const time: Record<string, Family> = {
  calendars: {
    title: "Calendars",
    heads: ["Name", "Id", "Kind", "State"],
    portal: "calendars",
    lines: (state, at) =>
      named(state.calendars.inLocation(at)).map((row) => ({
        id: row.id,
        name: row.name,
        active: row.settings.isActive !== false,
        cells: [row.name, code(row.id), String(row.settings.calendarType ?? "event"), inUse(row.settings.isActive !== false)],
      })),
  },
  appointments: {
    title: "Appointments",
    heads: ["Title", "Contact", "Calendar", "Starts (local)", "State"],
    lines: (state, at) =>
      newest(state.appointments.inLocation(at), (row) => row.startsAt).map((row) => ({
        id: row.id,
        cells: [
          row.rrule ? `${row.title} (recurring)` : row.title,
          contactLink(state, row.contactId),
          state.calendars.get(row.calendarId)?.name ?? row.calendarId,
          localTime(row.startsAt, zoneOf(state, at)).slice(0, 16).replace("T", " "),
          row.status,
        ],
      })),
  },
  blocks: {
    title: "Blocked slots",
    heads: ["Title", "Of", "Starts (local)", "Ends (local)"],
    lines: (state, at) =>
      newest(state.blockedSlots.inLocation(at), (row) => row.startsAt).map((row) => ({
        id: row.id,
        cells: [
          row.title,
          state.calendars.get(row.calendarId ?? "")?.name ?? userName(state, row.assignedUserId),
          ...[row.startsAt, row.endsAt].map((ms) => localTime(ms, zoneOf(state, at)).slice(0, 16).replace("T", " ")),
        ],
      })),
  },
};

const talk: Record<string, Family> = {
  conversations: {
    title: "Conversations",
    heads: ["Contact", "Messages", "Unread", "Assigned to", "Changed (UTC)"],
    lines: (state, at) =>
      newest(state.conversations.inLocation(at), (row) => row.dateUpdated).map((row) => ({
        id: row.id,
        cells: [
          contactLink(state, row.contactId),
          String(state.messages.find("conversation", row.id).length),
          String(row.unreadCount),
          userName(state, row.assignedTo),
          when(row.dateUpdated),
        ],
      })),
  },
  messages: {
    title: "Messages",
    heads: ["When (UTC)", "Contact", "Channel", "Direction", "Text", "State"],
    lines: (state, at) =>
      newest(state.messages.inLocation(at), (row) => row.dateAdded).map((row) => ({
        id: row.id,
        cells: [when(row.dateAdded), contactLink(state, row.contactId), row.channel, row.direction, cut(row.body), row.status],
      })),
  },
  campaigns: {
    title: "Campaigns",
    heads: ["Name", "Id", "Contacts", "State"],
    portal: "campaigns",
    lines: (state, at) =>
      named(state.campaigns.inLocation(at)).map((row) => ({
        id: row.id,
        name: row.name,
        active: row.status === "published",
        cells: [
          row.name,
          code(row.id),
          String(state.contacts.inLocation(at).filter(({ campaigns }) => campaigns.includes(row.id)).length),
          inUse(row.status === "published", "published", "draft"),
        ],
      })),
  },
  workflows: {
    title: "Workflows",
    heads: ["Name", "Id", "State"],
    portal: "workflows",
    lines: (state, at) =>
      named(state.workflows.inLocation(at)).map((row) => ({
        id: row.id,
        name: row.name,
        active: row.status === "published",
        cells: [row.name, code(row.id), inUse(row.status === "published", "published", "draft")],
      })),
  },
  posts: {
    title: "Blog posts",
    heads: ["Title", "Blog", "Slug", "State", "Changed (UTC)"],
    lines: (state, at) =>
      newest(state.blogPosts.inLocation(at), (row) => row.updatedAt).map((row) => ({
        id: row.id,
        cells: [row.title, state.blogSites.get(row.blogId)?.name ?? "", code(row.urlSlug), row.status.toLowerCase(), when(row.updatedAt)],
      })),
  },
  socialAccounts: {
    title: "Social accounts",
    heads: ["Name", "Platform", "Profile", "State"],
    portal: "socialAccounts",
    lines: (state, at) =>
      named(state.socialAccounts.inLocation(at)).map((row) => ({
        id: row.id,
        name: row.name,
        active: row.expired !== true,
        cells: [row.name, row.platform, code(row.profileId), inUse(row.expired !== true, "connected", "expired")],
      })),
  },
  socialTags: {
    title: "Social tags",
    heads: ["Tag", "Id", "Made by"],
    lines: (state, at) =>
      state.socialTags.inLocation(at).map((row) => ({ id: row.id, cells: [row.tag, code(row.id), userName(state, row.createdBy)] })),
  },
};

const place: Record<string, Family> = {
  locations: {
    title: "Sub-accounts",
    heads: ["Name", "Id", "Time zone", "State"],
    portal: "locations",
    lines: (state) =>
      named(state.locations.all()).map((row) => ({
        id: row.id,
        name: row.name,
        active: row.active,
        cells: [row.name, code(row.id), row.timezone, inUse(row.active, "active", "paused")],
      })),
  },
  users: {
    title: "Users",
    heads: ["Name", "Id", "E-mail", "Role", "State"],
    portal: "users",
    lines: (state, at) =>
      state.users
        .all()
        .filter(({ locationIds }) => locationIds.includes(at))
        .map((row) => ({
          id: row.id,
          active: row.deactivated !== true,
          cells: [`${row.firstName} ${row.lastName}`, code(row.id), row.email, row.role, inUse(row.deactivated !== true)],
        })),
  },
  customFields: {
    title: "Custom fields",
    heads: ["Name", "Id", "Key", "Type", "Of"],
    portal: "customFields",
    lines: (state, at) =>
      state.customFields
        .inLocation(at)
        .sort((a, b) => a.position - b.position)
        .map((row) => ({
          id: row.id,
          name: row.name,
          cells: [row.name, code(row.id), code(row.fieldKey), row.dataType, row.model],
        })),
  },
  tags: {
    title: "Tags",
    heads: ["Name", "Id", "Contacts"],
    portal: "tags",
    lines: (state, at) =>
      named(state.tags.inLocation(at)).map((row) => ({
        id: row.id,
        name: row.name,
        cells: [
          html`<span class="tag">${row.name}</span>`,
          code(row.id),
          String(state.contacts.inLocation(at).filter(({ tags }) => tags.includes(row.name)).length),
        ],
      })),
  },
};

/** Every family of records, as a page shows them. */
export const families: Record<string, Family> = { ...people, ...sales, ...time, ...talk, ...place };
