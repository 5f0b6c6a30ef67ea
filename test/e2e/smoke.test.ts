import * as assert from "node:assert/strict";
import { openWorkbench } from "./harness/workbench";

describe("a window with the extension", () => {
  it("shows the view container, and in it what to do first", async () => {
    const workbench = await openWorkbench();
    await workbench.openTree("Agent Contexts", "Agents");
    await workbench.page.locator(".welcome-view-content", { hasText: "Run Agent Script…" }).waitFor();
    await workbench.shot("welcome");
    assert.deepEqual(workbench.cspViolations, []);
    assert.deepEqual(workbench.outsideRequests, []);
  });
});
