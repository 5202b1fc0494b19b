/** Where the newer description keeps an endpoint whose route changed. The table is ours; that both routes are there is tested. */
export interface Rename {
  /** The route of the newer description. */
  to: string;
  /** Parts of the newer route that the older one had in words. */
  set?: Readonly<Record<string, string>>;
}

const social = "/social-media-posting/oauth";
const start = (platform: string): Rename => ({ to: `GET ${social}/{platform}/start`, set: { platform } });
const accounts = (platform: string): Rename => ({ to: `GET ${social}/{locationId}/{platform}/accounts/{accountId}`, set: { platform } });
const attach = (platform: string): Rename => ({ to: `POST ${social}/{locationId}/{platform}/accounts/{accountId}`, set: { platform } });
const templates = "/emails/locations/{locationId}/templates";

/** By facts key of the older endpoint. */
export const renames: Readonly<Record<string, Rename>> = {
  "ad-manager/fb-upsert-ad": { to: "PUT /ad-publishing/facebook/ads" },
  "contacts/remove-contact-from-every-campaign": { to: "DELETE /contacts/{contactId}/campaigns/remove-all" },
  "emails/fetch-template": { to: `GET ${templates}` },
  "emails/create-template": { to: `POST ${templates}` },
  "emails/update-template": { to: `PATCH ${templates}/{templateId}` },
  "emails/delete-template": { to: `DELETE ${templates}/{templateId}` },
  "emails/fetch-campaigns": { to: "GET /emails/locations/{locationId}/campaigns/emails" },
  "oauth/get-installed-location": { to: "GET /oauth/installed-locations" },
  "oauth/get-location-access-token": { to: "POST /oauth/location-token" },
  "social-media-posting/start-facebook-oauth": start("facebook"),
  "social-media-posting/start-google-oauth": start("google"),
  "social-media-posting/start-instagram-oauth": start("instagram"),
  "social-media-posting/start-linkedin-oauth": start("linkedin"),
  "social-media-posting/start-tiktok-business-oauth": start("tiktok-business"),
  "social-media-posting/start-tiktok-oauth": start("tiktok"),
  "social-media-posting/get-facebook-page-group": accounts("facebook"),
  "social-media-posting/get-google-locations": accounts("google"),
  "social-media-posting/get-instagram-page-group": accounts("instagram"),
  "social-media-posting/get-linkedin-page-profile": accounts("linkedin"),
  "social-media-posting/get-tiktok-business-profile": accounts("tiktok-business"),
  "social-media-posting/get-tiktok-profile": accounts("tiktok"),
  "social-media-posting/attach-facebook-page-group": attach("facebook"),
  "social-media-posting/set-google-locations": attach("google"),
  "social-media-posting/attach-instagram-page-group": attach("instagram"),
  "social-media-posting/attach-linkedin-page-profile": attach("linkedin"),
  "social-media-posting/attach-tiktok-profile": attach("tiktok"),
};
