import type { Row } from "../table.ts";

/** A calendar: what it was last given, laid over the vendor's defaults when it is read. */
export interface Calendar extends Row {
  locationId: string;
  name: string;
  settings: Record<string, unknown>;
}

export interface CalendarGroup extends Row {
  locationId: string;
  name: string;
  description: string;
  slug: string;
  isActive: boolean;
}

export type AppointmentStatus = "new" | "confirmed" | "cancelled" | "showed" | "noshow" | "invalid";

export interface Appointment extends Row {
  locationId: string;
  contactId: string;
  calendarId: string;
  title: string;
  status: AppointmentStatus;
  assignedUserId?: string;
  address?: string;
  description?: string;
  meetingLocationType?: string;
  /** How it recurs: then the row stands for the series. */
  rrule?: string;
  /** Starts of the series that are no more, or have a row of their own. */
  exceptions?: number[];
  /** The series an instance is of. */
  masterId?: string;
  startsAt: number;
  endsAt: number;
  dateAdded: number;
  dateUpdated: number;
}

/** Time kept free of bookings: of a calendar or of a user, never of both. */
export interface BlockedSlot extends Row {
  locationId: string;
  title: string;
  calendarId?: string;
  assignedUserId?: string;
  startsAt: number;
  endsAt: number;
  dateAdded: number;
  dateUpdated: number;
}

export interface AppointmentNote extends Row {
  locationId: string;
  appointmentId: string;
  contactId: string;
  body: string;
  userId?: string;
  dateAdded: number;
}

export interface CalendarNotification extends Row {
  locationId: string;
  calendarId: string;
  isActive: boolean;
  deleted: boolean;
  settings: Record<string, unknown>;
}

export interface CalendarResource extends Row {
  locationId: string;
  resourceType: "equipments" | "rooms";
  name: string;
  description: string;
  quantity: number;
  outOfService: number;
  capacity: number;
  calendarIds: string[];
  isActive: boolean;
}
