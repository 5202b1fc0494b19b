import { acmeDental, brightSmiles, calendarGroup, calendars, users } from "../defaults.ts";
import type { State } from "../state.ts";

/** Two calendars and a group for Acme Dental, one for Bright Smiles. */
export function seedCalendars(state: State): void {
  state.calendarGroups.put({
    id: calendarGroup,
    locationId: acmeDental,
    name: "Treatments",
    description: "What patients can book",
    slug: "treatments",
    isActive: true,
  });
  const hour = { openMinute: 0, closeMinute: 0 };
  const openHours = [
    {
      daysOfTheWeek: [1, 2, 3, 4],
      hours: [
        { ...hour, openHour: 9, closeHour: 12 },
        { ...hour, openHour: 13, closeHour: 17 },
      ],
    },
    { daysOfTheWeek: [5], hours: [{ ...hour, openHour: 9, closeHour: 13 }] },
  ];
  const members = (...ids: string[]) => ids.map((userId, i) => ({ userId, priority: 0.5, isPrimary: i === 0 }));
  const acme = { locationId: acmeDental };
  state.calendars.put({
    ...acme,
    id: calendars.checkUps,
    name: "Check-ups",
    settings: { groupId: calendarGroup, calendarType: "event", slug: "check-ups", openHours, teamMembers: members(users.owner) },
  });
  state.calendars.put({
    ...acme,
    id: calendars.consultations,
    name: "Consultations",
    settings: {
      groupId: calendarGroup,
      calendarType: "round_robin",
      eventType: "RoundRobin_OptimizeForAvailability",
      slug: "consultations",
      slotDuration: 45,
      slotInterval: 60,
      allowBookingAfter: 2,
      allowBookingAfterUnit: "hours",
      openHours,
      teamMembers: members(users.owner, users.desk),
    },
  });
  state.calendars.put({
    id: calendars.smiles,
    locationId: brightSmiles,
    name: "Visits",
    settings: { calendarType: "event", slug: "visits", openHours, teamMembers: members(users.smiles) },
  });
  for (const [resourceType, name] of [
    ["rooms", "Treatment room 1"],
    ["equipments", "X-ray unit"],
  ] as const)
    state.calendarResources.put({
      ...acme,
      id: state.newHexId(),
      resourceType,
      name,
      description: "",
      quantity: 1,
      outOfService: 0,
      capacity: 1,
      calendarIds: [calendars.checkUps],
      isActive: true,
    });
}
