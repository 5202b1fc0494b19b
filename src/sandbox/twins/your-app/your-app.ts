import type { Clock } from "#kernel/clock.ts";
import { newToken } from "#kernel/ids.ts";
import type { Faults } from "../../faults.ts";
import type { Post } from "../../post.ts";
import type { Records } from "../../records.ts";
import { Table, type Row } from "../../table.ts";
import { TwinHooks } from "../hooks.ts";
import { TwinLogins } from "../logins.ts";

/** The tags of a sub-account, as they were pulled last. */
export interface LocationTags extends Row {
  locationId: string;
  tags: { id?: string; name: string }[];
  timestamp: string;
}
/** What Your App knows of a tag beside its name. */
export interface TagDetail extends Row {
  locationId: string;
  tagId: string;
  name: string;
  colour?: string | undefined;
  description?: string | undefined;
  changedAt: string;
  /** When its receiver said that it arrived. */
  confirmedAt: string | null;
}
export interface Statistics extends Row {
  locationId: string;
  timestamp: string;
  statistics: Record<string, number>;
}

export const yourAppEvents = ["tagDetail.changed", "tagDetail.deleted", "statistics.requested"] as const;
export const yourAppScopes = {
  "tags:read": "Read tags and their details",
  "tags:write": "Change tags and their details",
  "statistics:read": "Read statistics and charts",
  "statistics:write": "Send statistics",
  "webhooks:manage": "Register webhooks",
} as const;

interface Parts {
  records: Records;
  clock: Clock;
  faults: Faults;
  post: Post;
}
/** How many statistics are kept. */
const kept = 5_000;

/** An app that a customer owns. Millrace has no definition of it: it says itself, in its OpenAPI document, what it can do. */
export class YourApp {
  readonly logins: TwinLogins;
  readonly hooks: TwinHooks;
  readonly tags: Table<LocationTags>;
  readonly details: Table<TagDetail>;
  readonly statistics: Table<Statistics>;
  readonly #clock: Clock;

  constructor(parts: Parts) {
    const { records, clock } = parts;
    this.#clock = clock;
    this.logins = new TwinLogins({ name: "yourapp", scopes: Object.keys(yourAppScopes), grants: ["client_credentials"], records, clock });
    this.hooks = new TwinHooks({ ...parts, name: "yourapp", header: "x-your-app-signature" });
    this.tags = new Table(records, "yourappTags");
    this.details = new Table(records, "yourappDetail");
    this.statistics = new Table(records, "yourappStatistics");
  }

  replaceTags(locationId: string, tags: LocationTags["tags"], timestamp: string): LocationTags {
    return this.tags.put({ id: locationId, locationId, tags, timestamp });
  }

  /** A new or changed detail, which nobody has confirmed yet. */
  saveDetail({ locationId, tagId, ...more }: Pick<TagDetail, "locationId" | "tagId" | "name" | "colour" | "description">): TagDetail {
    const present = this.details.all().find((each) => each.locationId === locationId && each.tagId === tagId);
    const about = { ...more, locationId, tagId, changedAt: this.#today(), confirmedAt: null };
    const detail = this.details.put({ id: present?.id ?? `ytag_${newToken(6)}`, ...about });
    this.hooks.tell("tagDetail.changed", { tagDetail: detail });
    return detail;
  }

  /** What is left out stays as it is; `null` empties it. Nobody is told of what is no change. */
  changeDetail(detail: TagDetail, change: Partial<Record<"name" | "colour" | "description", string | null>>): TagDetail {
    const differing = Object.entries(change).filter(
      ([name, value]) => value !== undefined && (value ?? undefined) !== detail[name as "name"],
    );
    if (differing.length === 0) return detail;
    const changes = Object.fromEntries(differing.map(([name, value]) => [name, value ?? undefined]));
    const changed = this.details.put({ ...detail, ...changes, changedAt: this.#today(), confirmedAt: null });
    this.hooks.tell("tagDetail.changed", { tagDetail: changed });
    return changed;
  }

  deleteDetail(detail: TagDetail): void {
    this.details.delete(detail.id);
    this.hooks.tell("tagDetail.deleted", { tagDetail: detail });
  }

  confirm(detail: TagDetail): TagDetail {
    return this.details.put({ ...detail, confirmedAt: this.#today() });
  }

  /** Sent again with the same key, it is the same one. */
  addStatistics(about: Omit<Statistics, "id">, key: string | undefined): Statistics {
    const id = key === undefined ? `ystat_${newToken(8)}` : `ystat_${key}`;
    const present = this.statistics.get(id);
    if (present) return present;
    const [oldest] = this.statistics.all();
    if (oldest && this.statistics.size >= kept) this.statistics.delete(oldest.id);
    return this.statistics.put({ id, ...about });
  }

  askForStatistics(locationId: string): void {
    this.hooks.tell("statistics.requested", { locationId });
  }

  /** A line of a chart: the values of one metric by time. */
  chart(metric: string, locationId: string | undefined): { at: string; value: number }[] {
    return this.statistics
      .all()
      .filter((each) => (locationId === undefined || each.locationId === locationId) && each.statistics[metric] !== undefined)
      .map(({ timestamp, statistics }) => ({ at: timestamp, value: statistics[metric]! }))
      .toSorted((a, b) => (a.at < b.at ? -1 : 1));
  }

  /** The records as on the first day. Logins and webhooks stay. */
  clear(): void {
    for (const table of [this.tags, this.details, this.statistics]) table.clear();
    this.hooks.clear();
  }

  #today(): string {
    return new Date(this.#clock.now()).toISOString();
  }
}
