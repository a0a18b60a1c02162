/** Times of day as the report writes them. */

const DAY_SECONDS = 86_400;
/** What ISO 8601 has four digits for. */
const YEAR_10000 = 253_402_300_800;

/** `2026-11-22 20:22:34 UTC`, of Unix seconds of 1970 or later; empty where it has no four digits for the year. */
export function formatUtc(unixSeconds: number): string {
  if (!(unixSeconds >= 0 && unixSeconds < YEAR_10000)) return '';
  const seconds = Math.floor(unixSeconds);
  const [year, month, day] = dateOf(Math.floor(seconds / DAY_SECONDS));
  const rest = seconds % DAY_SECONDS;
  const clock = [Math.floor(rest / 3600), Math.floor(rest / 60) % 60, rest % 60].map(twoDigits).join(':');
  return `${String(year).padStart(4, '0')}-${twoDigits(month)}-${twoDigits(day)} ${clock} UTC`;
}

/** Days since 1970 as year, month and day, by eras of 400 years that begin in March (Hinnant, "chrono-Compatible"). */
function dateOf(days: number): readonly [number, number, number] {
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const ofEra = shifted - era * 146_097;
  const year = Math.floor(
    (ofEra - Math.floor(ofEra / 1460) + Math.floor(ofEra / 36_524) - Math.floor(ofEra / 146_096)) / 365,
  );
  const ofYear = ofEra - (365 * year + Math.floor(year / 4) - Math.floor(year / 100));
  const march = Math.floor((5 * ofYear + 2) / 153);
  const month = march < 10 ? march + 3 : march - 9;
  return [year + era * 400 + (month <= 2 ? 1 : 0), month, ofYear - Math.floor((153 * march + 2) / 5) + 1];
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}
