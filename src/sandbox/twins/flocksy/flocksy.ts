import { randomUUID } from "node:crypto";
import type { Clock } from "#kernel/clock.ts";
import { contentHash } from "#kernel/digest.ts";
import { newToken } from "#kernel/ids.ts";
import type { Faults } from "../../faults.ts";
import type { Post } from "../../post.ts";
import type { Records } from "../../records.ts";
import { Table, type Row } from "../../table.ts";
import { TwinHooks } from "../hooks.ts";
import { TwinLogins } from "../logins.ts";

export interface FlocksyTag extends Row {
  name: string;
  colour?: string | undefined;
  description?: string | undefined;
  externalId?: string | undefined;
  updatedAt: string;
}
export interface FlocksyMapping extends Row {
  locationId: string;
  tagId: string;
  tagName: string;
  flocksyTagId?: string | undefined;
  details?: string | undefined;
  updatedAt: string;
}
export interface FlocksyMetric extends Row {
  metricId: string;
  date: string;
  value: number;
  locationId: string;
  updatedAt: string;
}
/** A place of a dashboard that waits for its value. */
export interface WantedMetric extends Row {
  metricId: string;
  date: string;
  locationId: string;
  askedAt: string;
}
export interface FlocksyProfile extends Row {
  userId: string;
  name?: string | undefined;
  email?: string | undefined;
  phone?: string | undefined;
  segments: string[];
  tagIds: string[];
  updatedAt: string;
}
export interface FlocksyCampaign extends Row {
  name: string;
  tags: string[];
  segments: string[];
  /** How many profiles it is for, as it was worked out last. */
  audience: number;
  refreshedAt: string | null;
}

export const flocksyEvents = ["tag.changed", "tag.deleted", "profile.changed", "profile.deleted", "metric.wanted"] as const;
const scopes = [
  "campaigns.readonly",
  "campaigns.write",
  "metrics.readonly",
  "metrics.write",
  "profiles.readonly",
  "profiles.write",
  "tags.readonly",
  "tags.write",
  "webhooks.write",
];

interface Parts {
  records: Records;
  clock: Clock;
  faults: Faults;
  post: Post;
}
/** Members of a row that are left out stay as they are; `null` empties one. */
type Change<T> = { [K in keyof T]?: T[K] | null | undefined };

type NewTag = Change<Omit<FlocksyTag, "id" | "updatedAt">> & { name: string };

/** A pretend Flocksy: tags, dashboards, profiles and campaigns, by the convention that the app's definition has. */
export class Flocksy {
  readonly logins: TwinLogins;
  readonly hooks: TwinHooks;
  readonly tags: Table<FlocksyTag>;
  readonly mappings: Table<FlocksyMapping>;
  readonly metrics: Table<FlocksyMetric>;
  readonly wanted: Table<WantedMetric>;
  readonly profiles: Table<FlocksyProfile>;
  readonly campaigns: Table<FlocksyCampaign>;
  readonly #parts: Parts;

  constructor(parts: Parts) {
    const { records, clock } = parts;
    this.#parts = parts;
    this.logins = new TwinLogins({ name: "flocksy", scopes, grants: ["authorization_code", "client_credentials"], records, clock });
    this.hooks = new TwinHooks({ ...parts, name: "flocksy", header: "x-flocksy-signature" });
    this.tags = new Table(records, "flocksyTag");
    this.mappings = new Table(records, "flocksyMapping");
    this.metrics = new Table(records, "flocksyMetric");
    this.wanted = new Table(records, "flocksyWanted");
    this.profiles = new Table(records, "flocksyProfile");
    this.campaigns = new Table(records, "flocksyCampaign");
    if (records.getMeta("flocksy.seeded") !== "yes") this.#seed();
  }

  /** The tag with this id of the sender's, or else with this name. */
  upsertTag(about: NewTag): FlocksyTag {
    const { name, externalId, locationId } = about;
    const inPlace = this.tags.all().filter((tag) => tag.locationId === locationId);
    const present =
      (externalId !== undefined ? inPlace.find((tag) => tag.externalId === externalId) : undefined) ??
      inPlace.find((tag) => tag.name.toLowerCase() === name.toLowerCase());
    return this.#putTag(present, changed({ ...present, id: present?.id ?? shortId() } as FlocksyTag, about));
  }

  updateTag(tag: FlocksyTag, change: Change<FlocksyTag>): FlocksyTag {
    return this.#putTag(tag, changed(tag, change));
  }

  deleteTag(tag: FlocksyTag): void {
    this.tags.delete(tag.id);
    this.hooks.tell("tag.deleted", { tag });
  }

  upsertMapping({ locationId, tagId, ...more }: Change<FlocksyMapping> & { locationId: string; tagId: string; tagName: string }) {
    const id = `fmap_${digest(locationId, tagId)}`;
    const present = this.mappings.get(id);
    return this.#put(this.mappings, present, changed({ ...present, id, locationId, tagId } as FlocksyMapping, more));
  }

  updateMapping(mapping: FlocksyMapping, change: Change<FlocksyMapping>): FlocksyMapping {
    return this.#put(this.mappings, mapping, changed(mapping, change));
  }

  /** One value for each metric, day and sub-account. A place of a dashboard that waited for it waits no longer. */
  upsertMetric({ metricId, date, locationId, value }: Omit<FlocksyMetric, "id" | "updatedAt">): FlocksyMetric {
    const id = `fmet_${digest(metricId, date, locationId)}`;
    for (const each of this.wanted.all())
      if (each.metricId === metricId && each.date === date && each.locationId === locationId) this.wanted.delete(each.id);
    return this.#put(this.metrics, this.metrics.get(id), { id, metricId, date, locationId, value, updatedAt: "" });
  }

  wantMetric(about: Omit<WantedMetric, "id" | "askedAt">): WantedMetric {
    const wanted = this.wanted.put({ id: `fwant_${newToken(6)}`, ...about, askedAt: this.#today() });
    this.hooks.tell("metric.wanted", { metric: wanted });
    return wanted;
  }

  upsertProfile({ userId, ...more }: Change<FlocksyProfile> & { userId: string }): FlocksyProfile {
    const present = this.profiles.get(userId);
    const begun = present ?? { id: userId, userId, segments: [], tagIds: [], updatedAt: "" };
    const profile = this.#put(this.profiles, present, changed<FlocksyProfile>(begun, more));
    if (profile !== present) this.hooks.tell("profile.changed", { profile });
    return profile;
  }

  deleteProfile(profile: FlocksyProfile): void {
    this.profiles.delete(profile.id);
    this.hooks.tell("profile.deleted", { profile });
  }

  /** Works out anew who the campaign is for. */
  refresh(campaign: FlocksyCampaign): FlocksyCampaign {
    const audience = this.profiles.all().filter((profile) => this.#isFor(campaign, profile)).length;
    return this.campaigns.put({ ...campaign, audience, refreshedAt: this.#today() });
  }

  /** The records as on the first day. Logins and webhooks stay. */
  clear(): void {
    for (const table of [this.tags, this.mappings, this.metrics, this.wanted, this.profiles, this.campaigns]) table.clear();
    this.hooks.clear();
    this.#seed();
  }

  /** A profile names its tags by Flocksy's id, by the sender's, or by name. */
  #isFor({ tags, segments }: FlocksyCampaign, profile: FlocksyProfile): boolean {
    const nameOf = (id: string) => this.tags.all().find((tag) => tag.id === id || tag.externalId === id)?.name ?? id;
    return profile.tagIds.some((id) => tags.includes(nameOf(id))) || profile.segments.some((segment) => segments.includes(segment));
  }

  #putTag(present: FlocksyTag | undefined, row: FlocksyTag): FlocksyTag {
    const tag = this.#put(this.tags, present, row);
    if (tag !== present) this.hooks.tell("tag.changed", { tag });
    return tag;
  }

  /** Kept with the time of its change, unless nothing is different. */
  #put<T extends Row & { updatedAt: string }>(table: Table<T>, present: T | undefined, row: T): T {
    if (present && contentHash(present) === contentHash({ ...row, updatedAt: present.updatedAt })) return present;
    return table.put({ ...row, updatedAt: this.#today() });
  }

  #today(): string {
    return new Date(this.#parts.clock.now()).toISOString();
  }

  #seed(): void {
    const updatedAt = this.#today();
    this.tags.put({ id: "ftagVip0000000000001", name: "vip", colour: "#b45309", description: "Spends the most", updatedAt });
    this.tags.put({ id: "ftagNewsletter000002", name: "newsletter", colour: "#0f766e", description: "Reads what we write", updatedAt });
    const campaign = { audience: 0, refreshedAt: null };
    this.campaigns.put({ id: "fcamSpringVisits0001", name: "Spring visits", tags: ["vip"], segments: ["promoters"], ...campaign });
    this.campaigns.put({ id: "fcamMonthlyLetter002", name: "Monthly letter", tags: ["newsletter"], segments: ["Team"], ...campaign });
    this.#parts.records.setMeta("flocksy.seeded", "yes");
  }
}

/** Twenty letters and digits, as the app's definition knows the ids of tags. */
const shortId = (): string => randomUUID().replaceAll("-", "").slice(0, 20);
/** A row with what a change gives: what it leaves out stays, and what is `null` is emptied. */
function changed<T extends Row>(row: T, change: Change<T>): T {
  const members = Object.entries(change).filter(([, value]) => value !== undefined);
  return Object.fromEntries(
    Object.entries({ ...row, ...Object.fromEntries(members) }).filter(([, value]) => value !== null),
  ) as unknown as T;
}
const digest = (...parts: string[]): string => contentHash(parts).slice(0, 16);
