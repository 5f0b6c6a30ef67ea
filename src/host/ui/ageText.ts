/** How long ago something was, in words; knows nothing of what it was. */

import * as l10n from "@vscode/l10n";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** From then on a date says more. */
const LONGEST_MS = 7 * DAY_MS;

/** "2 min ago", short; a date after a week. @param locale a BCP 47 tag; the system's unless said */
export function ageText(atMs: number, nowMs: number, locale?: string): string {
  const age = Math.max(0, nowMs - atMs);
  if (age < MINUTE_MS) return l10n.t("just now");
  if (age < HOUR_MS) return l10n.t("{0} min ago", Math.floor(age / MINUTE_MS));
  if (age < DAY_MS) return l10n.t("{0} h ago", Math.floor(age / HOUR_MS));
  if (age < 2 * DAY_MS) return l10n.t("1 day ago");
  if (age < LONGEST_MS) return l10n.t("{0} days ago", Math.floor(age / DAY_MS));
  return new Intl.DateTimeFormat(locale, { dateStyle: "medium" }).format(atMs);
}

/** The same, spelled out for screen readers. */
export function accessibleAge(atMs: number, nowMs: number, locale?: string): string {
  const age = Math.max(0, nowMs - atMs);
  if (age >= MINUTE_MS && age < HOUR_MS) {
    const minutes = Math.floor(age / MINUTE_MS);
    return minutes === 1 ? l10n.t("1 minute ago") : l10n.t("{0} minutes ago", minutes);
  }
  if (age >= HOUR_MS && age < DAY_MS) {
    const hours = Math.floor(age / HOUR_MS);
    return hours === 1 ? l10n.t("1 hour ago") : l10n.t("{0} hours ago", hours);
  }
  if (age >= LONGEST_MS) return new Intl.DateTimeFormat(locale, { dateStyle: "long" }).format(atMs);
  return ageText(atMs, nowMs, locale);
}

/** Date and time, exact to the second. */
export function momentText(atMs: number, locale?: string): string {
  return new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "medium" }).format(atMs);
}
