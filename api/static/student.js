"use strict";
// Keeps the page as it was last seen on this telephone, for when there is no network.
if ("serviceWorker" in navigator) navigator.serviceWorker.register("/s/worker.js", { scope: "/s/" });
