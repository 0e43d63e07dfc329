//! The local time zone as Python's `dateutil` knows it: whether daylight saving time applies is
//! looked up for each instant, but how far it is from UTC is what holds this year, for all years.
//! `TZ` is read as glibc reads it: a file of the zone database, or a POSIX rule.

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::leap_seconds::{self, LeapSecond};
use super::{Error, Result, tz_file};
use crate::environment::Environment;

/// Midnight at the beginning of 1970.
const EPOCH: DateTime = DateTime::constant(1970, 1, 1, 0, 0, 0, 0);

/// After so many seconds the Gregorian calendar repeats itself.
pub(super) const CYCLE: i64 = 146_097 * 86_400;

/// The zone database's folder, unless `TZDIR` names another.
const DATABASE: &str = "/usr/share/zoneinfo";

/// What `TZ` without a rule for daylight saving time falls back to (`TZ=CET-1CEST`).
const DEFAULT_RULE: &str = ",M3.2.0,M11.1.0";

/// The local time zone of a run, read when it is first needed.
#[derive(Debug, Clone, Default)]
pub struct LocalZone {
    tz: Option<String>,
    directory: Option<String>,
    /// The instant taken for now; the clock's where there is none.
    now: Option<Timestamp>,
    zone: OnceLock<Arc<Zone>>,
}

impl LocalZone {
    /// The zone of `TZ`, or of the machine where that is not set.
    pub fn new(environment: &Environment) -> LocalZone {
        LocalZone {
            tz: environment.get("TZ").map(str::to_string),
            directory: environment.non_empty("TZDIR").map(str::to_string),
            ..LocalZone::default()
        }
    }

    /// The zone of a value of `TZ`, with a clock that stands still.
    #[cfg(test)]
    pub fn fixed(tz: &str, now: i64) -> LocalZone {
        LocalZone {
            tz: Some(tz.to_string()),
            now: Timestamp::from_second(now).ok(),
            ..LocalZone::default()
        }
    }

    /// Whether the zone may have this name. No file gives UTC another meaning, only a rule can, so
    /// that for UTC none has to be read.
    pub(super) fn may_be_called(&self, name: &str) -> bool {
        let tz = self.tz.as_deref().unwrap_or_default();
        name != "UTC" || tz.contains(name)
    }

    fn now(&self) -> Timestamp {
        self.now.unwrap_or_else(Timestamp::now)
    }

    /// Date and time of day in the zone.
    pub(super) fn wall_clock(&self) -> DateTime {
        let (now, zone) = (self.now(), self.zone());
        let corrected = SignedDuration::from_secs(-zone.leap_correction(now.as_second()));
        let wall = zone.rules.to_datetime(now);
        wall.checked_add(corrected).unwrap_or(wall)
    }

    pub(super) fn zone(&self) -> &Zone {
        self.zone.get_or_init(|| Arc::new(self.read()))
    }

    fn read(&self) -> Zone {
        let now = self.now().as_second();
        let directory = self.directory.as_deref().unwrap_or(DATABASE);
        let tz = match self.tz.as_deref() {
            None => return Zone::in_file(Path::new("/etc/localtime"), now).unwrap_or_default(),
            Some(tz) => tz.strip_prefix(':').unwrap_or(tz),
        };
        if tz.is_empty() {
            return Zone::default();
        }
        // An absolute path stands for itself.
        let path: PathBuf = Path::new(directory).join(tz);
        Zone::in_file(&path, now)
            .or_else(|| Zone::of_rule(tz, now))
            .unwrap_or_else(|| Zone::nameless(tz))
    }
}

/// The rules of a time zone.
#[derive(Debug, Clone)]
pub(super) struct Zone {
    rules: TimeZone,
    /// Before this second of 1970, the rules say what they say of it.
    begins: i64,
    leap_seconds: Vec<LeapSecond>,
    /// Seconds ahead of UTC without daylight saving time.
    standard: i64,
    /// And with it.
    saving: i64,
    /// Names without and with daylight saving time.
    names: [String; 2],
}

impl Default for Zone {
    fn default() -> Zone {
        Zone::named("UTC")
    }
}

impl Zone {
    fn named(name: &str) -> Zone {
        Zone {
            rules: TimeZone::UTC,
            begins: i64::MIN,
            leap_seconds: Vec::new(),
            standard: 0,
            saving: 0,
            names: [name.to_string(), name.to_string()],
        }
    }

    /// UTC, under the letters at the beginning of a rule that makes no sense.
    fn nameless(tz: &str) -> Zone {
        let letters = tz.bytes().take_while(u8::is_ascii_alphabetic).count();
        Zone::named(if letters < 3 { "" } else { &tz[..letters] })
    }

    fn in_file(path: &Path, now: i64) -> Option<Zone> {
        let data = tz_file::read(path)?;
        let rules = TimeZone::tzif("", &data).ok()?;
        let mut zone = Zone::with_rules(rules, now);
        zone.leap_seconds = leap_seconds::read(&data);
        Some(zone)
    }

    /// A POSIX rule; the parts that it lacks are glibc's.
    fn of_rule(tz: &str, now: i64) -> Option<Zone> {
        let end = DEFAULT_RULE.rsplit(',').next().unwrap_or_default();
        // A rule holds from 1970 on; but where none is given, from the beginning.
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
            .map(|(tz, begins)| (TimeZone::posix(tz), *begins));
        let (rules, begins) = rules.find_map(|(rules, begins)| Some((rules.ok()?, begins)))?;
        let zone = Zone::with_rules(rules, now);
        Some(Zone { begins, ..zone })
    }

    /// Finds offsets and names as Python does: in January and July, roughly.
    fn with_rules(rules: TimeZone, now: i64) -> Zone {
        const YEAR: i64 = (365 * 24 + 6) * 3600;
        const NAME_LENGTH: usize = 9;
        let january = now / YEAR * YEAR;
        let of = |at: i64| {
            let found = rules.to_offset_info(instant(at));
            let name = found.abbreviation().chars().take(NAME_LENGTH).collect();
            (i64::from(found.offset().seconds()), name)
        };
        let ((one, one_name), (other, other_name)) = (of(january), of(january + YEAR / 2));
        let names = match one <= other {
            true => [one_name, other_name],
            false => [other_name, one_name],
        };
        Zone {
            rules,
            begins: i64::MIN,
            leap_seconds: Vec::new(),
            standard: one.min(other),
            saving: one.max(other),
            names,
        }
    }

    /// Whether a name is one of the zone's.
    pub(super) fn has_name(&self, name: &str) -> bool {
        self.names.iter().any(|own| own == name)
    }

    /// The zone's name with or without daylight saving time.
    pub(super) fn name(&self, saves: bool) -> &str {
        &self.names[usize::from(saves)]
    }

    fn saved(&self) -> i64 {
        self.saving - self.standard
    }

    fn offset(&self, saves: bool) -> i64 {
        if saves { self.saving } else { self.standard }
    }

    /// Whether daylight saving time applies.
    fn saves_at(&self, seconds: i64) -> bool {
        let at = instant(seconds.max(self.begins));
        self.rules.to_offset_info(at).dst().is_dst()
    }

    /// Seconds that the zone's clock is behind for the leap seconds so far.
    pub(super) fn leap_correction(&self, seconds: i64) -> i64 {
        leap_seconds::correction(&self.leap_seconds, seconds)
    }

    /// The wall clock at an instant, which is given as UTC, and how far it is ahead.
    pub(super) fn wall_at(&self, utc: DateTime) -> Result<(DateTime, i64)> {
        if self.saved() == 0 {
            return Ok((shifted(utc, self.standard)?, self.standard));
        }
        let offset = self.offset(self.saves_at(unix_seconds(utc)));
        let standard = shifted(utc, self.standard)?;
        let wall = shifted(standard, offset - self.standard)?;
        // dateutil looks at these times, too, and fails where there are none.
        shifted(utc, -self.saved())?;
        shifted(wall, -self.saved())?;
        Ok((wall, offset))
    }

    /// Whether daylight saving time applies when the wall clock shows this time, and how far it
    /// then is ahead of UTC. Of the two times it shows in autumn, `folded` means the later one.
    pub(super) fn offset_of_wall(&self, wall: DateTime, folded: bool) -> Result<(bool, i64)> {
        if self.saved() == 0 {
            return Ok((false, self.standard));
        }
        let at = |wall: DateTime| self.saves_at(unix_seconds(wall) - self.standard);
        let saves = at(wall) || (at(shifted(wall, -self.saved())?) && !folded);
        Ok((saves, self.offset(saves)))
    }
}

/// The instant, or one of the same month and day where jiff has none.
fn instant(seconds: i64) -> Timestamp {
    Timestamp::from_second(seconds)
        .or_else(|_| Timestamp::from_second(seconds - CYCLE))
        .unwrap_or_default()
}

/// Seconds since 1970, of a time of UTC.
pub(super) fn unix_seconds(time: DateTime) -> i64 {
    let since = time.duration_since(EPOCH);
    since.as_secs() - i64::from(since.subsec_nanos() < 0)
}

/// The time of UTC so long after 1970.
pub(super) fn utc(seconds: i64, micros: i64) -> Result<DateTime> {
    let since = SignedDuration::from_secs(seconds) + SignedDuration::from_micros(micros);
    in_range(EPOCH.checked_add(since).ok())
}

/// The time so many seconds later.
pub(super) fn shifted(time: DateTime, seconds: i64) -> Result<DateTime> {
    match seconds {
        // Most zones of servers are UTC.
        0 => Ok(time),
        _ => in_range(time.checked_add(SignedDuration::from_secs(seconds)).ok()),
    }
}

/// Python's `datetime` begins with the year 1, and ends with 9999 as jiff's does.
fn in_range(time: Option<DateTime>) -> Result<DateTime> {
    time.filter(|time| time.year() >= 1)
        .ok_or_else(|| Error::overflow("date value out of range"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::timestamp::leap_seconds::tests::tzif;
    use crate::timestamp::{Seconds, from_seconds};

    const NOW: i64 = 1_795_680_000;

    fn printed(zone: &LocalZone, seconds: &str) -> String {
        let read = from_seconds(Seconds::Integer(seconds), seconds, zone);
        let printed = read.and_then(|timestamp| timestamp.iso_8601());
        printed.unwrap_or_else(|error| error.message)
    }

    /// A folder with the zones `Moscow` and `Leap`, and things that are no zones.
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
        rustix::fs::mkfifoat(rustix::fs::CWD, &fifo, rustix::fs::Mode::RWXU).expect("made");
        folder
    }

    fn zone_in(folder: &tempfile::TempDir, tz: &str) -> LocalZone {
        LocalZone {
            directory: Some(folder.path().to_string_lossy().into_owned()),
            ..LocalZone::fixed(tz, NOW)
        }
    }

    #[test]
    fn reads_files_of_the_zone_database() {
        let folder = database();
        let path = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
        // The offset of this year holds for all years, as for dateutil.
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
            assert!(zone.zone().has_name("TST"), "{tz}");
        }
        let leap = zone_in(&folder, "Leap");
        assert_eq!(printed(&leap, "78796799"), "1972-06-30T23:59:59+00:00");
        assert_eq!(printed(&leap, "78796800"), "1972-06-30T23:59:59+00:00");
        assert_eq!(printed(&leap, "78796801"), "1972-07-01T00:00:00+00:00");
        assert_eq!(printed(&leap, "4102444800"), "2099-12-31T23:59:59+00:00");
    }

    #[test]
    fn takes_utc_where_no_regular_file_is_a_zone() {
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
    fn reads_the_zone_only_when_it_is_needed() {
        let zone = LocalZone::fixed("Europe/Nowhere", NOW);
        let end = crate::timestamp::from_date_text("2026-11-26T08:00:00Z", &zone);
        assert!(end.is_ok() && zone.zone.get().is_none());
    }
}
