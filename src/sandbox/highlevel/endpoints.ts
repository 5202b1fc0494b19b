import { appointmentEndpoints } from "./appointments.ts";
import { businessEndpoints } from "./businesses.ts";
import { calendarEndpoints } from "./calendars.ts";
import type { Endpoints } from "./call.ts";
import { searchEndpoints } from "./contact-search.ts";
import { contactEndpoints } from "./contacts.ts";
import { customFieldEndpoints } from "./custom-fields.ts";
import { locationEndpoints } from "./locations.ts";
import { membershipEndpoints } from "./memberships.ts";
import { associationEndpoints } from "./associations.ts";
import { blogEndpoints } from "./blogs.ts";
import { listEndpoints } from "./lists.ts";
import { socialEndpoints } from "./social.ts";
import { userWriteEndpoints } from "./user-writes.ts";
import { conversationEndpoints } from "./conversations.ts";
import { messageEndpoints } from "./messages.ts";
import { opportunityEndpoints } from "./opportunities.ts";
import { opportunitySearchEndpoints } from "./opportunity-search.ts";
import { noteEndpoints } from "./notes.ts";
import { userEndpoints } from "./users.ts";
import { tagEndpoints } from "./tags.ts";
import { taskEndpoints } from "./tasks.ts";
import { uploadEndpoints } from "./uploads.ts";

/** Every endpoint the pretend HighLevel plays. The others of the vendor's description are answered by an example. */
export const endpoints: Endpoints = {
  ...contactEndpoints,
  ...searchEndpoints,
  ...tagEndpoints,
  ...noteEndpoints,
  ...taskEndpoints,
  ...membershipEndpoints,
  ...locationEndpoints,
  ...customFieldEndpoints,
  ...userEndpoints,
  ...businessEndpoints,
  ...calendarEndpoints,
  ...appointmentEndpoints,
  ...opportunityEndpoints,
  ...opportunitySearchEndpoints,
  ...conversationEndpoints,
  ...messageEndpoints,
  ...listEndpoints,
  ...userWriteEndpoints,
  ...associationEndpoints,
  ...blogEndpoints,
  ...socialEndpoints,
  ...uploadEndpoints,
};
