//! The local time zone as Python's `dateutil` sees it: daylight saving time is looked up for each
//! time, but the UTC offsets are those of the current year for all years. `TZ` is interpreted as by
//! glibc: a file of the tz database or a POSIX rule.

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::leap_seconds::{self, LeapSecond};
use super::{Result, TimestampError, tz_file};
use crate::environment::Environment;

/// 1970-01-01T00:00:00.
const EPOCH: DateTime = DateTime::constant(1970, 1, 1, 0, 0, 0, 0);

/// Period of the Gregorian calendar in seconds.
pub(super) const GREGORIAN_CYCLE: i64 = 146_097 * 86_400;

/// Directory of the tz database unless `TZDIR` is set.
const ZONEINFO: &str = "/usr/share/zoneinfo";

/// Default daylight saving time rule for a `TZ` without one (`TZ=CET-1CEST`).
const DEFAULT_RULE: &str = ",M3.2.0,M11.1.0";

/// The local time zone of a run, loaded on first use.
#[derive(Debug, Clone, Default)]
pub struct LocalZone {
    tz: Option<String>,
    directory: Option<String>,
    /// Overrides the current time.
    now: Option<Timestamp>,
    zone: OnceLock<Arc<ZoneRules>>,
}

impl LocalZone {
    /// The time zone of `TZ`, or of the system if `TZ` is not set.
    pub fn new(environment: &Environment) -> LocalZone {
        LocalZone {
            tz: environment.get("TZ").map(str::to_string),
            directory: environment.non_empty("TZDIR").map(str::to_string),
            ..LocalZone::default()
        }
    }

    /// The time zone for a value of `TZ`, with a fixed current time in Unix seconds.
    #[cfg(test)]
    pub fn fixed(tz: &str, now: i64) -> LocalZone {
        LocalZone {
            tz: Some(tz.to_string()),
            now: Timestamp::from_second(now).ok(),
            ..LocalZone::default()
        }
    }

    /// Whether the time zone may have this name. Only a POSIX rule can redefine UTC, so no file
    /// needs to be loaded for that name.
    pub(super) fn may_have_name(&self, name: &str) -> bool {
        let tz = self.tz.as_deref().unwrap_or_default();
        name != "UTC" || tz.contains(name)
    }

    fn now(&self) -> Timestamp {
        self.now.unwrap_or_else(Timestamp::now)
    }

    /// Current local date and time.
    pub(super) fn local_now(&self) -> DateTime {
        let (now, zone) = (self.now(), self.rules());
        let corrected = SignedDuration::from_secs(-zone.leap_correction(now.as_second()));
        let wall = zone.rules.to_datetime(now);
        wall.checked_add(corrected).unwrap_or(wall)
    }

    pub(super) fn rules(&self) -> &ZoneRules {
        self.zone.get_or_init(|| Arc::new(self.load()))
    }

    fn load(&self) -> ZoneRules {
        let now = self.now().as_second();
        let directory = self.directory.as_deref().unwrap_or(ZONEINFO);
        let tz = match self.tz.as_deref() {
            None => {
                return ZoneRules::from_file(Path::new("/etc/localtime"), now).unwrap_or_default();
            }
            Some(tz) => tz.strip_prefix(':').unwrap_or(tz),
        };
        if tz.is_empty() {
            return ZoneRules::default();
        }
        // `join` replaces the directory if `tz` is an absolute path.
        let path: PathBuf = Path::new(directory).join(tz);
        ZoneRules::from_file(&path, now)
            .or_else(|| ZoneRules::from_posix_rule(tz, now))
            .unwrap_or_else(|| ZoneRules::utc_for_invalid_rule(tz))
    }
}

/// UTC offsets, names and daylight saving rules of a time zone.
#[derive(Debug, Clone)]
pub(super) struct ZoneRules {
    rules: TimeZone,
    /// Before this Unix time, the rules apply as at this time.
    valid_from: i64,
    leap_seconds: Vec<LeapSecond>,
    /// UTC offset of standard time in seconds.
    standard: i64,
    /// UTC offset of daylight saving time in seconds.
    daylight: i64,
    /// Names of standard time and daylight saving time.
    names: [String; 2],
}

impl Default for ZoneRules {
    fn default() -> ZoneRules {
        ZoneRules::utc_named("UTC")
    }
}

impl ZoneRules {
    fn utc_named(name: &str) -> ZoneRules {
        ZoneRules {
            rules: TimeZone::UTC,
            valid_from: i64::MIN,
            leap_seconds: Vec::new(),
            standard: 0,
            daylight: 0,
            names: [name.to_string(), name.to_string()],
        }
    }

    /// UTC under the leading letters of an invalid rule, as in glibc.
    fn utc_for_invalid_rule(tz: &str) -> ZoneRules {
        let letters = tz.bytes().take_while(u8::is_ascii_alphabetic).count();
        ZoneRules::utc_named(if letters < 3 { "" } else { &tz[..letters] })
    }

    fn from_file(path: &Path, now: i64) -> Option<ZoneRules> {
        let data = tz_file::read(path)?;
        let rules = TimeZone::tzif("", &data).ok()?;
        let mut zone = ZoneRules::from_time_zone(rules, now);
        zone.leap_seconds = leap_seconds::parse(&data);
        Some(zone)
    }

    /// Parses a POSIX rule and completes it with glibc's defaults.
    fn from_posix_rule(tz: &str, now: i64) -> Option<ZoneRules> {
        let end = DEFAULT_RULE.rsplit(',').next().unwrap_or_default();
        // A rule applies from 1970 on, but the default rule from the beginning of time.
        let whole = [
            (tz.to_string(), 0),
            (format!("{tz},{end}"), 0),
            (
                format!("{}{DEFAULT_RULE}", tz.trim_end_matches(',')),
                i64::MIN,
            ),
        ];
        let mut rules = whole
            .iter()
            .map(|(tz, valid_from)| (TimeZone::posix(tz), *valid_from));
        let (rules, valid_from) =
            rules.find_map(|(rules, valid_from)| Some((rules.ok()?, valid_from)))?;
        let zone = ZoneRules::from_time_zone(rules, now);
        Some(ZoneRules { valid_from, ..zone })
    }

    /// Determines offsets and names as Python does: roughly in January and July.
    fn from_time_zone(rules: TimeZone, now: i64) -> ZoneRules {
        const YEAR: i64 = (365 * 24 + 6) * 3600;
        const NAME_LENGTH: usize = 9;
        let january = now / YEAR * YEAR;
        let of = |at: i64| {
            let found = rules.to_offset_info(clamped_timestamp(at));
            let name = found.abbreviation().chars().take(NAME_LENGTH).collect();
            (i64::from(found.offset().seconds()), name)
        };
        let ((one, one_name), (other, other_name)) = (of(january), of(january + YEAR / 2));
        let names = match one <= other {
            true => [one_name, other_name],
            false => [other_name, one_name],
        };
        ZoneRules {
            rules,
            valid_from: i64::MIN,
            leap_seconds: Vec::new(),
            standard: one.min(other),
            daylight: one.max(other),
            names,
        }
    }

    /// Whether the time zone has this name.
    pub(super) fn has_name(&self, name: &str) -> bool {
        self.names.iter().any(|own| own == name)
    }

    /// The name of standard time or daylight saving time.
    pub(super) fn name(&self, is_daylight: bool) -> &str {
        &self.names[usize::from(is_daylight)]
    }

    fn daylight_shift(&self) -> i64 {
        self.daylight - self.standard
    }

    fn offset(&self, is_daylight: bool) -> i64 {
        if is_daylight {
            self.daylight
        } else {
            self.standard
        }
    }

    /// Whether daylight saving time applies at this Unix time.
    fn is_daylight_at(&self, seconds: i64) -> bool {
        let at = clamped_timestamp(seconds.max(self.valid_from));
        self.rules.to_offset_info(at).dst().is_dst()
    }

    /// Seconds that the zone's clock is behind because of leap seconds so far.
    pub(super) fn leap_correction(&self, seconds: i64) -> i64 {
        leap_seconds::correction_at(&self.leap_seconds, seconds)
    }

    /// Converts UTC to local time; also returns the UTC offset.
    pub(super) fn to_local(&self, utc: DateTime) -> Result<(DateTime, i64)> {
        if self.daylight_shift() == 0 {
            return Ok((add_seconds(utc, self.standard)?, self.standard));
        }
        let offset = self.offset(self.is_daylight_at(unix_seconds(utc)));
        let standard = add_seconds(utc, self.standard)?;
        let wall = add_seconds(standard, offset - self.standard)?;
        // dateutil also computes these times, and fails if they are out of range.
        add_seconds(utc, -self.daylight_shift())?;
        add_seconds(wall, -self.daylight_shift())?;
        Ok((wall, offset))
    }

    /// Whether daylight saving time applies at this local time, and the UTC offset. `fold`
    /// selects the later of the two times that a local time in autumn may mean.
    pub(super) fn find_local_offset(&self, wall: DateTime, fold: bool) -> Result<(bool, i64)> {
        if self.daylight_shift() == 0 {
            return Ok((false, self.standard));
        }
        let at = |wall: DateTime| self.is_daylight_at(unix_seconds(wall) - self.standard);
        let is_daylight = at(wall) || (at(add_seconds(wall, -self.daylight_shift())?) && !fold);
        Ok((is_daylight, self.offset(is_daylight)))
    }
}

/// The time, or one with the same month and day if it is beyond jiff's range.
fn clamped_timestamp(seconds: i64) -> Timestamp {
    Timestamp::from_second(seconds)
        .or_else(|_| Timestamp::from_second(seconds - GREGORIAN_CYCLE))
        .unwrap_or_default()
}

/// Converts UTC to Unix seconds.
pub(super) fn unix_seconds(time: DateTime) -> i64 {
    let since = time.duration_since(EPOCH);
    since.as_secs() - i64::from(since.subsec_nanos() < 0)
}

/// Converts Unix time to UTC.
pub(super) fn utc_from_unix(seconds: i64, micros: i64) -> Result<DateTime> {
    let since = SignedDuration::from_secs(seconds) + SignedDuration::from_micros(micros);
    check_range(EPOCH.checked_add(since).ok())
}

/// Adds seconds with a range check.
pub(super) fn add_seconds(time: DateTime, seconds: i64) -> Result<DateTime> {
    match seconds {
        // Most servers use UTC.
        0 => Ok(time),
        _ => check_range(time.checked_add(SignedDuration::from_secs(seconds)).ok()),
    }
}

/// Python's `datetime` starts at year 1 and, like jiff's, ends at 9999.
fn check_range(time: Option<DateTime>) -> Result<DateTime> {
    time.filter(|time| time.year() >= 1)
        .ok_or_else(|| TimestampError::overflow("date value out of range"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::timestamp::leap_seconds::tests::tzif;
    use crate::timestamp::{EpochSeconds, from_seconds};

    const NOW: i64 = 1_795_680_000;

    fn printed(zone: &LocalZone, seconds: &str) -> String {
        let read = from_seconds(EpochSeconds::Integer(seconds), seconds, zone);
        let printed = read.and_then(|timestamp| timestamp.iso_8601());
        printed.unwrap_or_else(|error| error.message)
    }

    /// A directory with the zones `Moscow` and `Leap`, and invalid entries.
    fn database() -> tempfile::TempDir {
        let folder = tempfile::tempdir().expect("a folder");
        let write = |name: &str, data: &[u8]| {
            std::fs::write(folder.path().join(name), data).expect("written");
        };
        // Four hours ahead until October 2014.
        let types = [(14_400, 0), (10_800, 0)];
        write("Moscow", &tzif(&[(1_414_274_400, 1)], &types, &[], "TST-3"));
        write("Leap", &tzif(&[], &[(0, 0)], &[(78_796_800, 1)], ""));
        write("Broken", b"TZif2");
        write("Huge", &vec![b'x'; 1 << 20]);
        std::fs::create_dir(folder.path().join("Folder")).expect("made");
        let fifo = folder.path().join("Fifo");
        let made = std::process::Command::new("mkfifo").arg(fifo).status();
        assert!(made.is_ok_and(|status| status.success()));
        folder
    }

    fn zone_in(folder: &tempfile::TempDir, tz: &str) -> LocalZone {
        LocalZone {
            directory: Some(folder.path().to_string_lossy().into_owned()),
            ..LocalZone::fixed(tz, NOW)
        }
    }

    #[test]
    fn loads_tz_database_files() {
        let folder = database();
        let path = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
        // The offset of the current year applies to all years, as in dateutil.
        let moscow = "2012-06-18T09:13:20+03:00";
        for tz in [
            "Moscow",
            ":Moscow",
            "./Moscow",
            "Folder/../Moscow",
            &path("Moscow"),
        ] {
            let zone = zone_in(&folder, tz);
            assert_eq!(printed(&zone, "1340000000"), moscow, "{tz}");
            assert!(zone.rules().has_name("TST"), "{tz}");
        }
        let leap = zone_in(&folder, "Leap");
        assert_eq!(printed(&leap, "78796799"), "1972-06-30T23:59:59+00:00");
        assert_eq!(printed(&leap, "78796800"), "1972-06-30T23:59:59+00:00");
        assert_eq!(printed(&leap, "78796801"), "1972-07-01T00:00:00+00:00");
        assert_eq!(printed(&leap, "4102444800"), "2099-12-31T23:59:59+00:00");
    }

    #[test]
    fn falls_back_to_utc_for_invalid_zone_files() {
        let folder = database();
        for tz in [
            "Fifo",
            "Folder",
            "Broken",
            "Huge",
            "None",
            "/dev/zero",
            "/dev/tty",
            "",
        ] {
            let zone = zone_in(&folder, tz);
            assert_eq!(printed(&zone, "0"), "1970-01-01T00:00:00+00:00", "{tz}");
        }
    }

    #[test]
    fn loads_zone_only_when_needed() {
        let zone = LocalZone::fixed("Europe/Nowhere", NOW);
        let end = crate::timestamp::from_date_text("2026-11-26T08:00:00Z", &zone);
        assert!(end.is_ok() && zone.zone.get().is_none());
    }
}
