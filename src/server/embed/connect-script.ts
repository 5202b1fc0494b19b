/**
 * The widget of a vendor's page, as it is served: opens a connect link in a window, and hears of the result when the window comes back to a
 * page of the vendor's own origin that has the same script. Nothing passes between origins: the result is in the fragment of that page's
 * address, and goes on to the other pages of the origin over a BroadcastChannel.
 */
export const connectScript = `(() => {
  "use strict";
  const channelName = "millrace-connect";
  const answer = new URLSearchParams(location.hash.slice(1));
  if (answer.has("millrace_outcome")) {
    const result = { works: answer.get("millrace_outcome") === "connected", connection: answer.get("connection") };
    history.replaceState(history.state, "", location.pathname + location.search);
    const channel = new BroadcastChannel(channelName);
    channel.postMessage(result);
    channel.close();
    if (window.name === channelName) window.close();
  }
  window.Millrace = {
    /** Opens the link of your server in a window. Resolves with { works, connection } once the customer has connected. */
    connect(url) {
      if (typeof url !== "string" || url === "") throw new Error("Millrace.connect needs the url of a connect link. Look at what your server answered.");
      return new Promise((resolve, reject) => {
        const channel = new BroadcastChannel(channelName);
        channel.onmessage = ({ data }) => {
          channel.close();
          resolve(data);
        };
        if (window.open(url, channelName, "popup,width=520,height=760")) return;
        channel.close();
        reject(new Error("The browser did not open a window. Call Millrace.connect from a click."));
      });
    },
  };
})();
`;
