/** Tests the page that compares merge orders in a real browser; the extension's side is the model that the extension uses. */

import assert from "node:assert/strict";
import type { Locator } from "playwright-core";
import { OrderComparison, type OutcomeHead } from "../../../src/model/orders/orderComparison";
import { RunModel } from "../../../src/model/runModel";
import type { OrdersFromWebview, OrdersToWebview } from "../../../src/protocol/ordersMessages";
import { createRowEncoder, encodeSnapshot } from "../../../src/recording/recording";
import { AgentContext, RunLog, StateStore } from "../../../src/runtime/index";
import { eventLogOf } from "../../../src/runtime/runLog";
import { waitFor } from "../../harness/waitFor";
import { HEADER } from "../../unit/model/recordedRun";
import { assertAccessible, assertReachable, EDITOR_SIZES } from "./harness/accessibility";
import type { Theme, WebviewPageOptions } from "./harness/webviewPage";
import { closePagesAfterEach, WebviewPage } from "./harness/webviewPage";

type Values = Readonly<Record<string, unknown>>;

/** A run of agents that write to one parent, and the page that shows their merges. */
class Stage {
  readonly log = new RunLog();
  readonly agents: AgentContext[] = [];
  /** The recording's lines that the model has not seen. */
  private readonly lines = record(this.log);
  readonly parent = new StateStore({ log: this.log, name: "shared" });
  readonly model = new RunModel();
  readonly comparison = new OrderComparison(this.model, 1);
  head: Partial<OutcomeHead> = {};
  page!: WebviewPage<OrdersToWebview, OrdersFromWebview>;
  private answered = 0;
  private sentTable = 0;

  constructor(agents: Readonly<Record<string, Values>>, setup: Values = {}) {
    for (const [key, value] of Object.entries(setup)) this.parent.set(key, value, "setup");
    for (const [name, values] of Object.entries(agents)) this.agent(name, values);
  }

  agent(name: string, values: Values): AgentContext {
    const agent = new AgentContext(name, this.parent);
    for (const [key, value] of Object.entries(values)) {
      if (value === undefined) agent.delete(key);
      else agent.set(key, value);
    }
    this.agents.push(agent);
    return agent;
  }

  async open(options: Partial<WebviewPageOptions> = {}): Promise<this> {
    this.page = await WebviewPage.open<OrdersToWebview, OrdersFromWebview>({ view: "orders", ...options });
    await this.show();
    await this.page.page.locator("#agents [role=option]").first().waitFor();
    await this.answer();
    return this;
  }

  /** Sends what is to be seen now, as the extension would. */
  async show(): Promise<void> {
    this.model.append(new TextEncoder().encode(this.lines.splice(0).join("")));
    this.comparison.look(this.model.lastSeq);
    if (this.sentTable !== this.comparison.tableId) {
      this.sentTable = this.comparison.tableId;
      await this.page.send(this.comparison.table());
    }
    const asOf = { live: true, seq: this.model.lastSeq };
    const head = { run: "race.ts", parentName: "shared", disabledReason: undefined, moved: undefined, asOf };
    await this.page.send(this.comparison.outcome({ ...head, ...this.head }));
  }

  /** Answers what the page posted since the last time. */
  async answer(): Promise<void> {
    const posted = await this.page.posted();
    const news = posted.slice(this.answered);
    this.answered = posted.length;
    for (const message of news) {
      if (message.type === "arrange") {
        this.comparison.applyArrangement(message);
        await this.show();
      } else if (message.type === "wantDetails") {
        const { tableId } = this.comparison;
        const details = this.comparison.details(message.key);
        if (details !== undefined) await this.page.send({ type: "details", tableId, details });
      }
    }
  }

  /** Answers until the page is as wanted. */
  async until(what: string, probe: () => Promise<boolean>): Promise<void> {
    await waitFor(
      what,
      async () => {
        await this.answer();
        return probe();
      },
      10_000,
    );
  }

  option(name: string): Locator {
    return this.page.page.locator("#agents [role=option]", {
      has: this.page.page.locator(".name", { hasText: new RegExp(`^${name}$`) }),
    });
  }

  /** The merges as they are drawn: ordinal, name. */
  async order(): Promise<string> {
    const rows = await this.page.page
      .locator("#agents [role=option]")
      .evaluateAll((all) =>
        all.map((row) => `${row.querySelector(".ordinal")?.textContent}${row.querySelector(".name")?.textContent}`),
      );
    return rows.join(" ");
  }

  /** The keys as they are drawn: mark, key, winner, result, others. */
  async keys(): Promise<string[]> {
    return this.page.page.locator("#keys [role=option]").evaluateAll((all) =>
      all.map((row) =>
        [...row.children]
          .map((cell) => cell.textContent)
          .filter(Boolean)
          .join(" | "),
      ),
    );
  }

  summary(): Promise<string> {
    return this.page.page.locator(".summary").innerText();
  }

  said(): Promise<string | null> {
    return this.page.page.locator("[aria-live]").textContent();
  }
}

/** The lines of all that a log records, also from now on. */
function record(log: RunLog): string[] {
  const encode = createRowEncoder();
  const lines: string[] = [];
  const start = eventLogOf(log).attach({ append: (row) => void lines.push(encode(row)) });
  lines.push(HEADER, encodeSnapshot(start, 0, 0));
  return lines;
}

const team = (): Stage =>
  new Stage(
    {
      ann: { budget: 1, plan: { title: "first", steps: ["read"] }, notes: "same" },
      ben: { budget: 2, notes: "same" },
      cal: { budget: 3, plan: undefined, extra: true },
    },
    { budget: 0, plan: { title: "none", steps: [] } },
  );

describe("merge orders webview", () => {
  closePagesAfterEach();

  it("says how many keys depend on the order, who decides each and what the others would leave", async () => {
    const stage = await team().open();
    assert.equal(await stage.summary(), "2 of 4 keys depend on the order: whoever merges last wins.");
    assert.equal(await stage.order(), "1ann 2ben 3cal");
    assert.deepEqual(await stage.keys(), [
      "! | budget | cal | 3 | ann: 1  ·  ben: 2",
      '! | plan | cal | not there | ann: {"title":"first", "steps":["read"]}',
      'notes | ben | "same" | ann: the same',
      "extra | cal | true",
    ]);
    assert.deepEqual(await stage.page.page.locator("#agents .agent-note").allTextContents(), [
      "decides 0 of 3 keys",
      "decides 1 of 2 keys",
      "decides 3 of 3 keys",
    ]);
    await assertAccessible(stage.page.page);
  });

  it("is reordered by keys, says what came of it, and keeps selection and focus", async () => {
    const stage = await team().open();
    const { keyboard } = stage.page.page;
    const list = stage.page.page.locator("#agents");
    await waitFor("the order to take the focus", () => list.evaluate((box) => box === box.ownerDocument.activeElement));
    await keyboard.press("End");
    await keyboard.press("Alt+ArrowUp");
    // The list follows at once, before the extension has answered.
    assert.equal(await stage.order(), "1ann 2cal 3ben");
    await stage.until(
      "another winner",
      async () => (await stage.keys())[0] === "! | budget | ben | 2 | ann: 1  ·  cal: 3",
    );
    await waitFor("what is said", async () => (await stage.said()) === "cal is now 2 of 3. 1 key ends differently.");
    assert.equal(await stage.page.page.locator("#keys .changed .key").innerText(), "budget");
    assert.equal(await stage.page.page.locator(".changed-count").innerText(), "1 key ends differently now");
    await keyboard.press("Alt+Home");
    await stage.until("cal to be first", async () => (await stage.order()) === "1cal 2ann 3ben");
    await stage.until("what that comes to", async () => (await stage.keys())[1]!.startsWith("! | plan | ann | {"));
    assert.equal(await list.evaluate((box) => box === box.ownerDocument.activeElement), true);
    const active = await list.getAttribute("aria-activedescendant");
    assert.match(
      (await stage.page.page.locator(`[id="${active}"]`).getAttribute("aria-label")) ?? "",
      /^1: cal, decides 1 of 3 keys/,
    );
    // Who decides is another one for "notes", too, but not what it comes to.
    assert.deepEqual(await stage.page.page.locator("#keys .changed .key").allTextContents(), ["plan"]);
    await stage.page.page.getByRole("button", { name: "Merge Later" }).click();
    await stage.until("the button to move it", async () => (await stage.order()) === "1ann 2cal 3ben");
    await assertAccessible(stage.page.page);
  });

  it("moves on with the same merge while answers are on their way", async () => {
    const stage = await team().open();
    await stage.page.page.locator("#agents").focus();
    await stage.page.page.keyboard.press("Alt+ArrowDown");
    await stage.page.page.keyboard.press("Alt+ArrowDown");
    assert.equal(await stage.order(), "1ben 2cal 3ann");
    await stage.until("ann to win", async () => (await stage.keys())[0] === "! | budget | ann | 1 | ben: 2  ·  cal: 3");
    assert.equal(await stage.order(), "1ben 2cal 3ann");
  });

  it("is reordered by dragging; Escape takes the drag back", async () => {
    const stage = await team().open();
    const { mouse, keyboard } = stage.page.page;
    const boxOf = async (name: string) => (await stage.option(name).boundingBox())!;
    const ann = await boxOf("ann");
    const cal = await boxOf("cal");
    await mouse.move(ann.x + 60, ann.y + ann.height / 2);
    await mouse.down();
    await mouse.move(cal.x + 60, cal.y + cal.height - 2, { steps: 5 });
    assert.equal(await stage.page.page.locator(".agent-row.drop-after .name").innerText(), "cal");
    await keyboard.press("Escape");
    await mouse.up();
    assert.equal(await stage.order(), "1ann 2ben 3cal");
    assert.equal(await stage.page.page.locator(".drop-after, .drop-before, .dragged").count(), 0);

    await mouse.move(ann.x + 60, ann.y + ann.height / 2);
    await mouse.down();
    await mouse.move(cal.x + 60, cal.y + cal.height - 2, { steps: 5 });
    // What streams in meanwhile does not move the rows away.
    stage.agents[1]!.set("budget", 4);
    await stage.show();
    await mouse.up();
    await stage.until("ann to be last", async () => (await stage.order()) === "1ben 2cal 3ann");
    await stage.until("ann to win", async () => (await stage.keys())[0] === "! | budget | ann | 1 | ben: 4  ·  cal: 3");
    await mouse.move(cal.x + 60, cal.y + cal.height / 2);
    await mouse.down();
    await mouse.move(ann.x + 60, ann.y + 2, { steps: 5 });
    await mouse.up();
    await stage.until("ann to be first", async () => (await stage.order()) === "1ann 2ben 3cal");
  });

  it("leaves out what is not ticked, and says when there is no order to compare", async () => {
    const stage = await team().open();
    await stage.option("cal").locator(".tick-box").click();
    await stage.until("cal to be left out", async () => (await stage.order()) === "1ann 2ben cal");
    await stage.until("other keys", async () => (await stage.keys()).length === 3);
    assert.equal(await stage.summary(), "1 of 3 keys depends on the order: whoever merges last wins.");
    await stage.option("ann").click();
    await stage.page.page.keyboard.press("Space");
    await stage.until("one merge", async () => (await stage.summary()).startsWith("Only ben is ticked"));
    assert.equal(await stage.option("ann").getAttribute("aria-checked"), "false");
    await stage.page.page.keyboard.press("ArrowDown");
    await stage.page.page.keyboard.press("Space");
    await stage.until("no merge", async () => (await stage.summary()).startsWith("No merge is ticked"));
    const button = stage.page.page.getByRole("button", { name: "Merge All in This Order" });
    await waitFor("the button to be off", () => button.isDisabled());
    await assertAccessible(stage.page.page);
  });

  it("claims under other policies no more than what this order comes to", async () => {
    const stage = await team().open();
    await stage.page.page.locator(".actions select").selectOption({ label: "Refuse conflicts" });
    await stage.until("the refusals", async () => (await stage.summary()).includes("refused"));
    assert.equal(
      await stage.summary(),
      "In this order 1 of 3 merges are applied and write 3 keys of shared; refused: ben, cal.",
    );
    assert.deepEqual((await stage.keys())[0], "budget | ann | 1 | ben: 2  ·  cal: 3");
    assert.deepEqual(await stage.page.page.locator("#agents .agent-note").allTextContents(), [
      "decides 3 of 3 keys",
      "refused: conflict on budget",
      "refused: conflicts on budget, plan",
    ]);
    assert.equal(await stage.page.page.locator("#keys .sensitive").count(), 0);
    await stage.page.page.locator("#keys [role=option]", { hasText: "extra" }).click();
    await stage.until(
      "the details",
      async () => (await stage.page.page.locator(".pane-details[data-key=extra]").count()) > 0,
    );
    assert.match(await stage.page.page.locator(".sentence").innerText(), /no merge writes this key: shared keeps/);
    await stage.page.page.getByRole("button", { name: "Only with Several Writers" }).click();
    await stage.until("keys of several", async () => (await stage.keys()).length === 3);
    await assertAccessible(stage.page.page);
  });

  it("shows every outcome of a key: the parent now, each merge in order, and the end", async () => {
    const stage = await team().open();
    await stage.page.page.locator("#keys [role=option]", { hasText: "plan" }).click();
    await stage.until(
      "the details",
      async () => (await stage.page.page.locator(".pane-details[data-key=plan]").count()) > 0,
    );
    const boxes = await stage.page.page
      .locator(".side")
      .evaluateAll((all) =>
        all.map((box) => [
          box.querySelector("h3")?.textContent,
          box.querySelector(".value")?.textContent?.replaceAll(/\s+/g, ""),
          box.querySelector(".fate")?.textContent,
        ]),
      );
    assert.deepEqual(boxes, [
      ["shared now", '{"title":"none","steps":[]}', undefined],
      ["1: ann", '{"title":"first","steps":["read"]}', "overwritten later"],
      ["2: cal", "notthere", "decides"],
      ["In the end", "notthere", undefined],
    ]);
    await assertAccessible(stage.page.page);
  });

  it("posts exactly what is shown to be merged, and tells what moved", async () => {
    const stage = await team().open();
    await stage.page.page.getByRole("button", { name: "Merge All in This Order" }).click();
    const posted = await stage.page.waitForPosted("mergeAll");
    assert.deepEqual(posted, {
      type: "mergeAll",
      ids: stage.comparison.arranged.map(({ id }) => id),
      policy: "overwrite",
      asOf: stage.model.lastSeq,
    });
    await stage.page.send({ type: "command", state: "waiting", text: "" });
    await stage.page.page.getByText("Waiting for the script…").first().waitFor();
    await stage.page.page.getByRole("button", { name: "Cancel" }).click();
    await stage.page.waitForPosted("cancelCommand");
    await stage.page.send({ type: "command", state: "idle", text: "" });
    stage.agents[0]!.set("budget", 9);
    stage.head = { moved: { keys: ["budget"], more: 0 } };
    await stage.show();
    await stage.page.page
      .locator(".notice.warning", { hasText: "budget changed since this order was shown" })
      .waitFor();
    stage.head = { disabledReason: "The run has ended." };
    await stage.show();
    await stage.page.page.locator(".notice.info", { hasText: "The run has ended." }).waitFor();
    const button = stage.page.page.getByRole("button", { name: "Merge All in This Order" });
    await waitFor("the button to be off", () => button.isDisabled());
    await assertAccessible(stage.page.page);
  });

  it("keeps place, selection, filter and active merge while tables stream in and across hide and show", async () => {
    const values = (value: unknown): Values =>
      Object.fromEntries(Array.from({ length: 2_000 }, (_, index) => [`key_${index}`, index % 2 === 0 ? value : 0]));
    const stage = await new Stage({ ann: values(1), ben: values(2) }).open();
    const { page } = stage.page;
    await stage.option("ben").click();
    await page.locator("#keys").evaluate((list) => void (list.scrollTop = 12_005));
    await waitFor("the scrolled rows", async () => (await stage.keys()).some((row) => row.includes("key_1010 ")));
    const row = page.locator("#keys [role=option]", { has: page.locator(".key", { hasText: /^key_1010$/ }) });
    await row.click();
    const top = (): Promise<number> => row.evaluate((each) => each.getBoundingClientRect().top);
    const before = await top();
    for (let round = 0; round < 5; round++) {
      stage.agents[0]!.set(`key_${round * 2}`, 2);
      await stage.show();
    }
    // Five keys left the sensitive ones above, and stand elsewhere now.
    await stage.until("the new table", async () => (await stage.summary()).startsWith("995 of"));
    assert.equal(await top(), before);
    assert.equal(await row.getAttribute("aria-selected"), "true");
    await page.reload();
    await stage.page.waitForPosted("ready");
    await stage.page.send(stage.comparison.table());
    await stage.show();
    await waitFor(
      "the place",
      async () => (await row.count()) === 1 && (await row.getAttribute("aria-selected")) === "true",
    );
    assert.match((await stage.option("ben").getAttribute("aria-selected")) ?? "", /true/);
  });

  it("shows names and values as text", async () => {
    const hostile = "<img src=x onerror=alert(1)>\u202e";
    const stage = await new Stage({ [hostile]: { [hostile]: hostile, __proto__x: 1 }, ben: { [hostile]: 2 } }).open();
    await stage.until("the details", async () => (await stage.page.page.locator(".side").count()) === 4);
    assert.equal(await stage.page.page.locator("img").count(), 0);
    assert.ok((await stage.page.page.locator(".hidden-character").count()) > 2);
  });

  it("takes 100,000 keys and draws only those in sight", async () => {
    const stage = await team().open();
    const { page } = stage.page;
    // Made in the page: so much would take long to get there.
    await stage.page.sendExpression(`{
      type: "table", tableId: 99, agents: ["agent 2", "agent 3"], sensitiveCount: 10_000,
      rows: Array.from({ length: 100_000 }, (_, index) => ({
        key: "key_" + index, sensitive: index % 10 === 0, parentText: undefined,
        writers: [{ agent: 0, text: String(index) }, { agent: 1, text: String(index % 10 === 0 ? -1 : index) }],
      })),
    }`);
    const send = (edit: number, winner: number): Promise<void> => {
      const agents = stage.comparison.arranged.slice(0, 2).map(({ id, name }) => ({
        ...{ id, name, hold: undefined, keyCount: 100_000, pending: true, ticked: true },
        outcome: { merged: 100_000, won: 0, conflicts: [], conflictCount: 0 },
      }));
      const outcome = {
        ...{
          type: "outcome",
          tableId: 99,
          edit,
          run: "race.ts",
          parentName: "shared",
          policy: "overwrite",
          combined: [],
        },
        ...{ asOf: { live: true, seq: 1 }, agents: winner === 1 ? agents : [...agents].reverse() },
      };
      return stage.page.sendExpression(`{ ...${JSON.stringify(outcome)}, winners: Array(100_000).fill(${winner}) }`);
    };
    await send(0, 1);
    await waitFor("the new table", async () => (await stage.summary()).startsWith("10,000 of 100,000 keys depend"));
    assert.ok((await page.locator("#keys [role=option]").count()) < 100);
    await page.locator("#agents").focus();
    await page.keyboard.press("Home");
    await page.keyboard.press("Alt+ArrowDown");
    assert.equal((await stage.page.waitForPosted("arrange")).order[0], "agent 3");
    await send(1, 0);
    await waitFor("another winner", async () => (await stage.keys())[0] === "! | key_0 | ann | 0 | ben: -1");
    assert.equal(await page.locator(".changed-count").innerText(), "10,000 keys end differently now");
    await page.keyboard.press("/");
    await page.keyboard.type("key_9999");
    await waitFor("the filtered keys", async () => (await stage.keys()).length === 11);
  });

  for (const theme of ["dark", "light", "hc-dark", "hc-light"] as Theme[]) {
    it(`can be read in the theme ${theme}, wide and narrow`, async () => {
      const stage = await team().open({ theme });
      await stage.page.page.keyboard.press("Alt+ArrowDown");
      await stage.until("the move", async () => (await stage.order()) === "1ben 2ann 3cal");
      await stage.until("the details", async () => (await stage.page.page.locator(".side").count()) > 0);
      await assertAccessible(stage.page.page);
      const shots = process.env["SHOTS"];
      if (shots !== undefined) await stage.page.page.screenshot({ path: `${shots}/orders-${theme}.png` });
      await stage.page.page.setViewportSize({ width: 510, height: 480 });
      await assertAccessible(stage.page.page);
      if (shots !== undefined) await stage.page.page.screenshot({ path: `${shots}/orders-${theme}-beside.png` });
      await stage.page.page.setViewportSize({ width: 420, height: 760 });
      await assertAccessible(stage.page.page);
      if (shots !== undefined) await stage.page.page.screenshot({ path: `${shots}/orders-${theme}-narrow.png` });
    });
  }

  it("can be used however little room there is", async () => {
    const stage = await team().open();
    const { page } = stage.page;
    await stage.until("the details", async () => (await page.locator(".side").count()) > 0);
    for (const size of [...EDITOR_SIZES, { width: 215, height: 185 }]) {
      await page.setViewportSize(size);
      await assertReachable(page, "h1, vscode-button, vscode-text-field, .select, [data-index='1'], .side");
      await assertAccessible(page);
    }
  });
});
