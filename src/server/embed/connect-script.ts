/**
 * The widget of a vendor's page, as it is served: opens a connect link in a window, and hears of the result when the window comes back to a
 * page of the vendor's own origin that has the same script. Nothing passes between origins: the result is in the fragment of that page's
 * address, and goes on to the other pages of the origin over a BroadcastChannel. The page that waits for it answers, and only then the window
 * closes: a browser that came back without a window, and nobody waits for it, stays where it is.
 *
 * A window also reads as closed when a page in it cuts itself off from its opener, as the sign-in pages of some apps do. So it counts as closed
 * only while the customer is on the vendor's page: whoever still signs in is not.
 */
export const connectScript = `(() => {
  "use strict";
  const channelName = "millrace-connect";
  const lookEveryMs = 500;
  const answer = new URLSearchParams(location.hash.slice(1));
  if (answer.has("millrace_outcome")) {
    const result = { works: answer.get("millrace_outcome") === "connected", connection: answer.get("connection") };
    history.replaceState(history.state, "", location.pathname + location.search);
    const channel = new BroadcastChannel(channelName);
    channel.onmessage = ({ data }) => {
      if (data !== "received") return;
      channel.close();
      window.close();
      setTimeout(() => (document.body.textContent = "Done. You can close this window."), lookEveryMs);
    };
    channel.postMessage(result);
  }
  let end = () => {};
  window.Millrace = {
    /** Opens the link of your server in a window. Resolves with { works, connection } once the customer has connected; rejects when the window is closed before that. */
    connect(url) {
      if (typeof url !== "string" || url === "") throw new Error("Millrace.connect needs the url of a connect link. Look at what your server answered.");
      end("Millrace.connect was called again, so this call is over.");
      return new Promise((resolve, reject) => {
        const channel = new BroadcastChannel(channelName);
        let looks;
        const stop = () => {
          clearInterval(looks);
          channel.close();
          end = () => {};
        };
        end = (why) => {
          stop();
          reject(new Error(why));
        };
        channel.onmessage = ({ data }) => {
          if (typeof data?.works !== "boolean") return;
          channel.postMessage("received");
          stop();
          resolve(data);
        };
        const opened = window.open(url, channelName, "popup,width=520,height=760");
        if (!opened) return end("The browser did not open a window. Call Millrace.connect from a click.");
        let wasClosed = false;
        looks = setInterval(() => {
          const isClosed = opened.closed && document.hasFocus();
          if (isClosed && wasClosed) end("The window was closed before it gave a result.");
          wasClosed = isClosed;
        }, lookEveryMs);
      });
    },
  };
})();
`;
