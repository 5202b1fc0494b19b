import { acmeDental, brightSmiles, calendarGroup, calendars, smilesTwins, users } from "../defaults.ts";
import type { State } from "../state.ts";

const openHours = [
  { daysOfTheWeek: [1, 2, 3, 4], hours: [openFrom(9, 12), openFrom(13, 17)] },
  { daysOfTheWeek: [5], hours: [openFrom(9, 13)] },
];

function openFrom(openHour: number, closeHour: number) {
  return { openMinute: 0, closeMinute: 0, openHour, closeHour };
}

/** Two calendars and a group for each, of the same names, and one more for Bright Smiles. */
export function seedCalendars(state: State): void {
  seedTreatments(state, { locationId: acmeDental, groupId: calendarGroup, ids: calendars, staff: users });
  const { calendarGroup: groupId, calendars: ids, users: staff } = smilesTwins;
  seedTreatments(state, { locationId: brightSmiles, groupId, ids, staff });
  state.calendars.put({
    id: calendars.smiles,
    locationId: brightSmiles,
    name: "Visits",
    settings: { calendarType: "event", slug: "visits", openHours, teamMembers: members(users.smiles) },
  });
  seedResources(state);
}

interface Treatments {
  locationId: string;
  groupId: string;
  ids: { checkUps: string; consultations: string };
  staff: { owner: string; desk: string };
}

function seedTreatments(state: State, { locationId, groupId, ids, staff }: Treatments): void {
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

const members = (...ids: string[]) => ids.map((userId, i) => ({ userId, priority: 0.5, isPrimary: i === 0 }));

function seedResources(state: State): void {
  for (const [resourceType, name] of [
    ["rooms", "Treatment room 1"],
    ["equipments", "X-ray unit"],
  ] as const)
    state.calendarResources.put({
      locationId: acmeDental,
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
