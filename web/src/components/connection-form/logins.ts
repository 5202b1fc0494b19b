import type { AppView } from "#api/schemas.ts";

export type Login = AppView["logins"][number];

/** A login that a person can allow at a page of the app. */
export type ConsentLogin = Login & { consent: NonNullable<Login["consent"]> };

/** Whether a login can be allowed at the app's page. */
export const isAllowedThere = (login: Login | undefined): login is ConsentLogin => login !== undefined && login.consent !== null;
