/* Owns what stands in for VS Code inside a page under test: the message channel, kept state, and what the page did. */

(() => {
  const posted = [];
  const violations = [];
  document.addEventListener("securitypolicyviolation", (event) => {
    violations.push(`${event.violatedDirective}: ${event.blockedURI || event.sourceFile || ""} ${event.sample}`);
  });
  window.harness = {
    posted,
    violations,
    send(message) {
      window.postMessage(message, "*");
    },
  };
  let claimed = false;
  window.acquireVsCodeApi = () => {
    if (claimed) {
      throw new Error("An instance of the VS Code API has already been acquired");
    }
    claimed = true;
    return {
      postMessage: (message) => void posted.push(structuredClone(message)),
      getState: () => JSON.parse(sessionStorage.getItem("state") ?? "null") ?? undefined,
      setState: (state) => {
        sessionStorage.setItem("state", JSON.stringify(state));
        return state;
      },
    };
  };
})();
