import type { Row } from "./table.ts";

/** The rows of the pretend systems. Times are epoch milliseconds; the rim writes them as the vendor does. */
export interface Agency extends Row {
  name: string;
}

/** How a location treats a second contact with the same e-mail or phone. */
export interface DuplicateRules {
  allow: boolean;
  /** The fields compared, first come first. */
  order: ("email" | "phone")[];
  /** Three bodies of the refusal are met in the wild; which one this location gives. */
  shape: "meta" | "contact" | "flat";
}

export interface Location extends Row {
  companyId: string;
  name: string;
  email: string;
  phone: string;
  address: string;
  city: string;
  state: string;
  country: string;
  postalCode: string;
  website: string;
  timezone: string;
  active: boolean;
  duplicates: DuplicateRules;
  /** Whether a contact may have several opportunities in one pipeline. */
  allowDuplicateOpportunity: boolean;
}

export interface User extends Row {
  companyId: string;
  firstName: string;
  lastName: string;
  email: string;
  phone: string;
  type: "account" | "agency";
  role: "admin" | "user";
  locationIds: string[];
  /** Shut out by an administrator: still listed, marked as deleted. */
  deactivated?: boolean;
}

export type FieldType =
  | "TEXT"
  | "LARGE_TEXT"
  | "NUMERICAL"
  | "PHONE"
  | "MONETORY"
  | "CHECKBOX"
  | "SINGLE_OPTIONS"
  | "MULTIPLE_OPTIONS"
  | "DATE"
  | "TEXTBOX_LIST"
  | "FILE_UPLOAD"
  | "RADIO"
  | "EMAIL";

export interface CustomField extends Row {
  locationId: string;
  name: string;
  fieldKey: string;
  dataType: FieldType;
  model: "contact" | "opportunity";
  position: number;
  placeholder?: string;
  picklistOptions?: string[];
  /** The folder it is shown in. */
  parentId?: string;
  description?: string;
}

export interface Tag extends Row {
  locationId: string;
  name: string;
}

export interface DndChannel {
  status: "active" | "inactive" | "permanent";
  message?: string;
  code?: string;
}

export interface ContactDetails {
  firstName?: string;
  lastName?: string;
  email?: string;
  phone?: string;
  gender?: string;
  address1?: string;
  city?: string;
  state?: string;
  postalCode?: string;
  country?: string;
  website?: string;
  timezone?: string;
  companyName?: string;
  source?: string;
  /** `YYYY-MM-DD` */
  dateOfBirth?: string;
  assignedTo?: string;
}

/** Who made a record: a person on the vendor's pages, or an app through its API. */
export interface Author {
  source: "WEB_USER" | "INTEGRATION";
  channel: "APP" | "OAUTH";
  sourceId: string;
}

export interface Contact extends Row, ContactDetails {
  locationId: string;
  additionalEmails: string[];
  additionalPhones?: { phone: string; phoneLabel: string | null }[];
  /** A person where absent. */
  createdBy?: Author;
  businessId?: string;
  dnd: boolean;
  dndSettings: Record<string, DndChannel>;
  inboundDndSettings?: Record<string, unknown>;
  tags: string[];
  customFields: { id: string; value: unknown }[];
  followers: string[];
  campaigns: string[];
  workflows: string[];
  dateAdded: number;
  dateUpdated: number;
}

export interface Note extends Row {
  locationId: string;
  contactId: string;
  body: string;
  userId?: string;
  title?: string;
  color?: string;
  pinned?: boolean;
  dateAdded: number;
}

export interface Task extends Row {
  locationId: string;
  contactId: string;
  title: string;
  body?: string;
  assignedTo?: string;
  dueDate: string;
  completed: boolean;
  dateAdded: number;
}

export interface Business extends Row {
  locationId: string;
  name: string;
  details: Partial<Record<BusinessDetail, string>>;
  createdAt: number;
  updatedAt: number;
}
export type BusinessDetail = "phone" | "email" | "website" | "address" | "city" | "description" | "state" | "postalCode" | "country";

/** A contact that was deleted: some answers tell it from one that never was. */
export interface Grave extends Row {
  locationId: string;
}
