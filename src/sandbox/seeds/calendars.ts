import { acmeDental, brightSmiles, calendarGroup, calendars, smilesTwins, users } from "../defaults.ts";
import type { State } from "../state.ts";

/** Two calendars and a group for each, of the same names, and one more for Bright Smiles. */
export function seedCalendars(state: State): void {
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
  for (const place of [
    { locationId: acmeDental, groupId: calendarGroup, ids: calendars, staff: users },
    { locationId: brightSmiles, groupId: smilesTwins.calendarGroup, ids: smilesTwins.calendars, staff: smilesTwins.users },
  ]) {
    const { locationId, groupId, ids, staff } = place;
    state.calendarGroups.put({
      id: groupId,
      locationId,
      name: "Treatments",
      description: "What patients can book",
      slug: "treatments",
      isActive: true,
    });
    state.calendars.put({
      locationId,
      id: ids.checkUps,
      name: "Check-ups",
      settings: { groupId, calendarType: "event", slug: "check-ups", openHours, teamMembers: members(staff.owner) },
    });
    state.calendars.put({
      locationId,
      id: ids.consultations,
      name: "Consultations",
      settings: {
        groupId,
        calendarType: "round_robin",
        eventType: "RoundRobin_OptimizeForAvailability",
        slug: "consultations",
        slotDuration: 45,
        slotInterval: 60,
        allowBookingAfter: 2,
        allowBookingAfterUnit: "hours",
        openHours,
        teamMembers: members(staff.owner, staff.desk),
      },
    });
  }
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
