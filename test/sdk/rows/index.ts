import type { Row } from "../row.ts";
import { accountRows } from "./accounts.ts";
import { calendarRows } from "./calendars.ts";
import { contactRows } from "./contacts.ts";
import { conversationRows } from "./conversations.ts";
import { opportunityRows } from "./opportunities.ts";
import { otherRows } from "./others.ts";

/** How each row of the catalog is done. */
export const rows: Record<string, Row> = {
  ...contactRows,
  ...calendarRows,
  ...opportunityRows,
  ...conversationRows,
  ...accountRows,
  ...otherRows,
};
