import "./styles/app.css";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { createQueryClient } from "./lib/query.ts";
import { followReconnectLink } from "./lib/reconnect-link.ts";
import { followSignInLink } from "./lib/sign-in-link.ts";
import { followProviderReturn } from "./lib/single-sign-on.ts";
import { applyTheme } from "./lib/theme.ts";
import { createAppRouter } from "./router.ts";

applyTheme();
followReconnectLink();
const queryClient = createQueryClient();
await followProviderReturn(queryClient);
await followSignInLink(queryClient);
// In a tab that shows Millrace already, opening a link only changes the fragment.
window.addEventListener("hashchange", () => void followSignInLink(queryClient));
const router = createAppRouter(queryClient);
const root = document.getElementById("root");
if (!root) throw new Error("The page has no #root");
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  </StrictMode>,
);
