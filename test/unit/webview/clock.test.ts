import assert from "node:assert/strict";
import { sinceStart, timeOfDay } from "../../../webview/ui/clock";

describe("times of events", () => {
  const start = Date.UTC(2026, 0, 2, 12);

  it("are told since the run's start, to the millisecond", () => {
    const shown = (ms: number): string => sinceStart(start + ms, start);
    assert.equal(shown(0), "+0.000 s");
    assert.equal(shown(1_234), "+1.234 s");
    assert.equal(shown(59_999), "+59.999 s");
    assert.equal(shown(125_005), "+2:05.005");
    assert.equal(shown(3_725_123), "+1:02:05.123");
    assert.equal(shown(-250), "−0.250 s", "clocks jump");
  });

  it("are told by the clock where nobody knows when the run began, and not at all where there is none", () => {
    assert.equal(sinceStart(start, undefined), timeOfDay(start));
    assert.equal(sinceStart(0, start), "");
  });
});
