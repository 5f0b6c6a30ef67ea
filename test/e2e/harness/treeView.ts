/** How a test reads and clicks one native tree; it knows VS Code's list rows and nothing of ours. */

import type { Locator, Page } from "playwright-core";
import { waitFor } from "../../harness/waitFor";

/** A row as it is drawn. */
export interface TreeRow {
  readonly index: number;
  readonly level: number;
  readonly name: string;
  readonly description: string;
  readonly expanded: boolean | undefined;
  readonly selected: boolean;
  /** What a screen reader says. */
  readonly label: string;
}

/** A tree on the page. Rows that are scrolled out of sight do not exist for it. */
export class TreeView {
  constructor(
    private readonly page: Page,
    readonly locator: Locator,
  ) {}

  /** The rows in view, from top to bottom. */
  async rows(): Promise<TreeRow[]> {
    const rows = await this.locator.locator(".monaco-list-row").evaluateAll((elements) =>
      elements.map((element) => ({
        index: Number(element.getAttribute("data-index")),
        level: Number(element.getAttribute("aria-level") ?? 1),
        name: element.querySelector(".label-name")?.textContent ?? element.textContent ?? "",
        description: element.querySelector(".label-description")?.textContent ?? "",
        expanded: element.hasAttribute("aria-expanded") ? element.getAttribute("aria-expanded") === "true" : undefined,
        selected: element.getAttribute("aria-selected") === "true",
        label: element.getAttribute("aria-label") ?? "",
      })),
    );
    return rows.sort((a, b) => a.index - b.index);
  }

  /** The rows as a picture in text: two spaces a level, name, two spaces, description. */
  async text(): Promise<string> {
    const rows = await this.rows();
    return rows
      .map(({ level, name, description }) => "  ".repeat(level - 1) + [name, description].filter(Boolean).join("  "))
      .join("\n");
  }

  /**
   * Waits for the row at this path of names (exact, or a pattern), expanding what is on the way, and returns it. Rows
   * move while events stream in: click what you get at once, and do not keep it.
   */
  async reveal(...names: readonly (string | RegExp)[]): Promise<Locator> {
    return waitFor(`the row ${names.join(" → ")}`, async () => {
      let parent: TreeRow | undefined;
      for (const [depth, name] of names.entries()) {
        const found = childRow(await this.rows(), parent, name);
        if (found === undefined) {
          return undefined;
        }
        parent = found;
        if (depth < names.length - 1 && found.expanded === false) {
          // Another row may have come to its place.
          const row = this.at(found).and(this.page.locator(`[aria-label=${JSON.stringify(found.label)}]`));
          await row
            .locator(".monaco-tl-twistie")
            .click({ timeout: 2_000 })
            .catch(() => undefined);
          return undefined;
        }
      }
      return parent && this.at(parent);
    });
  }

  /** Waits until the row at the path says so: `text` is looked for in name and description. */
  async waitForText(text: string | RegExp, ...names: readonly (string | RegExp)[]): Promise<void> {
    await waitFor(`${String(text)} in the row ${names.join(" → ")}`, async () => {
      const content = (await (await this.reveal(...names)).textContent()) ?? "";
      return typeof text === "string" ? content.includes(text) : text.test(content);
    });
  }

  async click(...names: readonly (string | RegExp)[]): Promise<void> {
    await (await this.reveal(...names)).click();
  }

  /** Expands the row at the path. */
  async expand(...names: readonly (string | RegExp)[]): Promise<void> {
    await waitFor(`the row ${names.join(" → ")} to be expanded`, async () => {
      const row = await this.reveal(...names);
      if ((await row.getAttribute("aria-expanded")) === "true") {
        return true;
      }
      await row.locator(".monaco-tl-twistie").click();
      return false;
    });
  }

  /** Clicks a button that stands in the row while the mouse is over it, by its title. */
  async clickAction(title: string, ...names: readonly (string | RegExp)[]): Promise<void> {
    // Rows above may come and go meanwhile, and rows are found by their place: then it is looked for again.
    await waitFor(
      `"${title}" in the row ${names.join(" → ")}`,
      async () => {
        const row = await this.reveal(...names);
        try {
          await row.hover({ timeout: 5_000 });
          await row.locator(`.actions a.action-label[aria-label^="${title}"]`).click({ timeout: 5_000 });
          return true;
        } catch {
          return false;
        }
      },
      60_000,
    );
  }

  /** Opens the row's context menu and takes an entry, by its title. */
  async clickMenu(title: string, ...names: readonly (string | RegExp)[]): Promise<void> {
    await (await this.reveal(...names)).click({ button: "right" });
    const entry = this.page.locator(".monaco-menu .action-item .action-label", { hasText: title }).first();
    await entry.waitFor();
    // A menu that has just opened takes no click for a moment.
    await waitFor(`the menu to take "${title}"`, async () => {
      if (await entry.isVisible()) await entry.click({ timeout: 5_000 }).catch(() => undefined);
      return (await this.page.locator(".monaco-menu").count()) === 0;
    });
  }

  private at(row: TreeRow): Locator {
    return this.locator.locator(`.monaco-list-row[data-index="${row.index}"]`);
  }
}

function childRow(rows: readonly TreeRow[], parent: TreeRow | undefined, name: string | RegExp): TreeRow | undefined {
  const level = (parent?.level ?? 0) + 1;
  for (const row of rows) {
    if (parent !== undefined && row.index <= parent.index) {
      continue;
    }
    if (row.level < level) {
      return undefined;
    }
    if (row.level === level && (typeof name === "string" ? row.name === name : name.test(row.name))) {
      return row;
    }
  }
  return undefined;
}
