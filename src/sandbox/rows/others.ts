import type { Row } from "../table.ts";
import type { Contact } from "../types.ts";

export interface Workflow extends Row {
  locationId: string;
  name: string;
  status: "draft" | "published";
  version: number;
  createdAt: number;
  updatedAt: number;
}

export interface Campaign extends Row {
  locationId: string;
  name: string;
  status: "draft" | "published";
}

/** A copy of a location's set-up, kept by the agency. */
export interface Snapshot extends Row {
  companyId: string;
  name: string;
  type: "own" | "imported";
}

export interface Association extends Row {
  locationId: string;
  key: string;
  firstObjectLabel: string;
  firstObjectKey: string;
  secondObjectLabel: string;
  secondObjectKey: string;
  associationType: "USER_DEFINED" | "SYSTEM_DEFINED";
  /** How many of the second a first record may be bound to, and the reverse; many when absent. */
  cardinality?: { second: Many; first: Many };
}
export type Many = "ONE" | "MANY";

export interface Relation extends Row {
  locationId: string;
  associationId: string;
  firstRecordId: string;
  secondRecordId: string;
}

export interface BlogSite extends Row {
  locationId: string;
  name: string;
}

export interface BlogAuthor extends Row {
  locationId: string;
  name: string;
  canonicalLink: string;
  updatedAt: number;
}

export interface BlogCategory extends Row {
  locationId: string;
  label: string;
  urlSlug: string;
  canonicalLink: string;
  updatedAt: number;
}

export interface BlogPost extends Row {
  locationId: string;
  blogId: string;
  title: string;
  description: string;
  rawHTML: string;
  imageUrl: string;
  imageAltText: string;
  status: string;
  categories: string[];
  tags: string[];
  author: string;
  urlSlug: string;
  canonicalLink?: string;
  publishedAt: string;
  updatedAt: number;
}

/** Tags of the Social Planner: nothing to do with those of contacts. */
export interface SocialTag extends Row {
  locationId: string;
  tag: string;
  createdBy: string;
  createdAt: number;
}

export interface SocialAccount extends Row {
  locationId: string;
  profileId: string;
  name: string;
  platform: string;
  /** Its login at the platform has lapsed. */
  expired?: boolean;
}

/** A contact in a campaign, or no longer in it. */
export interface CampaignMember {
  contact: Contact;
  campaignId: string;
  status: "active" | "removed";
}
