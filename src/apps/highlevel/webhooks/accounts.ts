import { companyId, family, locationId, madeAt, userId, type Family } from "./event.ts";

const unseen = "Known by name; its fields are not documented.";

const location: Family = {
  category: "Sub-accounts & App",
  scopes: ["locations.readonly"],
  record: "id",
  person: ["email", "name"],
  location: "id",
  agency: true,
  sample: { id: locationId, companyId, name: "Acme Dental", email: "desk@example.com", stripeProductId: "" },
};

const user: Family = {
  category: "Users",
  scopes: ["users.readonly"],
  record: "id",
  person: ["email", "phone"],
  sample: {
    locationId,
    id: userId,
    firstName: "Grace",
    lastName: "Hopper",
    email: "grace@example.com",
    phone: "+441632960962",
    extension: "",
    role: "admin",
    permissions: { contactsEnabled: true },
  },
};

/** The registration itself: record and order go by the place it is installed in, since the app is always the same. */
const app: Family = {
  category: "Sub-accounts & App",
  scopes: [],
  record: "locationId",
  person: ["companyName", "locationId", "companyId"],
  sample: { appId: "6578278e879ad2646715ba9c", locationId, companyId },
};
const onDefaultUrl = "Comes to the app's default webhook address only.";

/** Sub-accounts, users, campaigns, and the marketplace app's own life. */
export const accountEvents = [
  ...family(location, {
    LocationCreate: { title: "Sub-account Created", note: "Told of the agency: the event's id is the sub-account's." },
    LocationUpdate: { title: "Sub-account Updated", note: "Told of the agency: the event's id is the sub-account's." },
  }),
  ...family(user, {
    UserCreate: { title: "User Created", note: "A user of the agency comes with companyId and a list of locations instead of locationId." },
    UserUpdate: { title: "User Updated", unverified: true, note: unseen },
    UserDelete: { title: "User Deleted", unverified: true, note: unseen },
  }),
  ...family(
    {
      category: "Workflows & Campaigns",
      scopes: ["campaigns.readonly"],
      record: "id",
      person: ["contactId"],
      sample: {
        locationId,
        id: "cMp8Ty3Vx6Qn1Kb9Wd4s",
        contactId: "ocQHyuzHvysMo5N5VsXc",
        status: "active",
        templateId: "tPl2Zc7Mf5Jh9Rg1Xe4u",
        replied: false,
        dateAdded: madeAt,
      },
    },
    { CampaignStatusUpdate: { title: "Campaign Status of a Contact Changed" } },
  ),
  ...family(app, {
    INSTALL: {
      title: "App Installed",
      sample: {
        userId,
        planId: "pLn5Xw2Bk8Mz1Qd7",
        trial: {},
        companyName: "Riverside Agency",
        isWhitelabelCompany: false,
        whitelabelDetails: {},
      },
      note: `${onDefaultUrl} An install that comes with a sub-account made later may lack companyId and userId.`,
    },
    UNINSTALL: {
      title: "App Uninstalled",
      note: `${onDefaultUrl} The OAuth logins of that place no longer work and are marked so.`,
    },
    PLAN_CHANGE: { title: "App Plan Changed", sample: { userId, currentPlanId: "pLn5Xw2Bk8Mz1Qd7", newPlanId: "pLn9Rt4Hc6Vn3Sj0" } },
    APP_PAYMENT_STATUS: {
      title: "App Payment Status Changed",
      sample: { previousStatus: "PENDING", newStatus: "COMPLETE" },
      unverified: true,
      note: "newStatus is COMPLETE, FAILED or PENDING. Known from lists only.",
    },
    AppUpdate: { title: "App Updated", unverified: true, note: unseen },
    ExternalAuthConnected: { title: "External Login Connected", unverified: true, note: unseen },
  }),
];
