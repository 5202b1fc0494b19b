import type { InboxRules } from "#catalog/types.ts";

/**
 * How a marketplace app's events arrive. The Ed25519 key is the same in three unrelated public repositories; the RSA key is the one the
 * vendor's webhook authentication page printed until the older header was given up.
 */
export const inbox: InboxRules = {
  type: "type",
  location: ["locationId", "altId", "appointment.locationId", "locations"],
  agency: "companyId",
  delivery: "webhookId",
  at: "timestamp",
  registration: "appId",
  life: { installed: "INSTALL", uninstalled: "UNINSTALL" },
  signatures: [
    { header: "x-ghl-signature", algorithm: "ed25519", publicKey: "MCowBQYDK2VwAyEAi2HR1srL4o18O8BRa7gVJY7G7bupbN3H9AwJrHCDiOg=" },
    {
      header: "x-wh-signature",
      algorithm: "rsa-sha256",
      publicKey:
        "MIICIjANBgkqhkiG9w0BAQEFAAOCAg8AMIICCgKCAgEAokvo/r9tVgcfZ5DysOSCFrm602qYV0MaAiNnX9O8KxMbiyRKWeL9JpCpVpt4XHIcBOK4u3cLSqJGOLaPuXw6" +
        "dO0t6Q/ZVdAV5Phz+ZtzPL16iCGeK9po6D6JHBpbi989mmzMryUnQJezlYJ3DVfBcsedpinheNnyYeFXolrJvcsjDtfAeRx5ByHQmTnSdFUzuAnC9/GepgLT9SM4nCpv" +
        "uxmZMxrJt5Rw+VUaQ9B8JSvbMPpez4peKaJPZHBbU3OdeCVx5klVXXZQGNHOs8gF3kvoV5rTnXV0IknLBXlcKKAQLZcY/Q9rG6Ifi9c+5vqlvHPCUJFT5XUGG5RKgOKU" +
        "J062fRtN+rLYZUV+BjafxQauvC8wSWeYja63VSUruvmNj8xkx2zE/Juc+yjLjTXpIocmaiFeAO6fUtNjDeFVkhf5LNb59vECyrHD2SQIrhgXpO4Q3dVNA5rw576PwTzN" +
        "h/AMfHKIjE4xQA1SZuYJmNnmVZLIZBlQAF9Ntd03rfadZ+yDiOXCCs9FkHibELhCHULgCsnuDJHcrGNd5/Ddm5hxGQ0ASitgHeMZ0kcIOwKDOzOU53lDza6/Y09T7sYJ" +
        "PQe7z0cvj7aE4B+Ax1ZoZGPzpJlZtGXCsu9aTEGEnKzmsFqwcSsnw3JB31IGKAykT1hhTiaCeIY/OwwwNUY2yvcCAwEAAQ==",
      legacy: true,
    },
  ],
  where: "In HighLevel's developer portal open your app, choose Webhooks under Advanced Settings, enter the address and tick the events.",
};
