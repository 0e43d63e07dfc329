//! Reads the parts of a date and time from a text as `dateutil` (2.9) does with its defaults: in
//! nearly any order, with English names. What the parts add up to is decided in `build`.

use super::lexer;
use super::numeric;
use super::ymd::{Part, Unknown, Ymd, digits};

/// What a text says of a date and time. Numbers are as written, and may be out of range.
#[derive(Debug, Default)]
pub(super) struct Parts {
    pub(super) year: Option<u128>,
    pub(super) month: Option<u128>,
    pub(super) day: Option<u128>,
    /// Days since Monday.
    pub(super) weekday: Option<u8>,
    pub(super) hour: Option<u128>,
    pub(super) minute: Option<u128>,
    pub(super) second: Option<u128>,
    pub(super) microsecond: Option<u128>,
    pub(super) zone_name: Option<String>,
    /// Seconds east of UTC.
    pub(super) offset: Option<i128>,
    /// Whether a year was written with its century.
    pub(super) has_century: bool,
    has_am_or_pm: bool,
}

impl Parts {
    /// Whether the text says nothing at all.
    pub(super) fn is_empty(&self) -> bool {
        let numbers = [
            self.year,
            self.month,
            self.day,
            self.hour,
            self.minute,
            self.second,
            self.microsecond,
        ];
        let any = numbers.iter().any(Option::is_some) || self.weekday.is_some();
        !any && self.zone_name.is_none() && self.offset.is_none() && !self.has_am_or_pm
    }
}

/// The reading of one text.
pub(super) struct Parser<'a> {
    pub(super) tokens: Vec<String>,
    /// Index of the token under way.
    pub(super) at: usize,
    pub(super) date: Ymd,
    pub(super) parts: Parts,
    /// This year in the local zone.
    this_year: &'a dyn Fn() -> i64,
}

/// The parts that the text names. A text that `dateutil` does not understand is `Unknown`.
pub(super) fn parse(text: &str, this_year: &dyn Fn() -> i64) -> Result<Parts, Unknown> {
    let mut parser = Parser {
        tokens: lexer::split(text),
        at: 0,
        date: Ymd::default(),
        parts: Parts::default(),
        this_year,
    };
    while parser.at < parser.tokens.len() {
        parser.step()?;
        parser.at += 1;
    }
    let (year, month, day) = parser.date.resolve()?;
    let mut parts = parser.parts;
    (parts.month, parts.day) = (month, day);
    parts.has_century = parser.date.has_century;
    parts.year = year.map(|year| match parts.has_century {
        true => year,
        false => with_century(year, this_year),
    });
    settle_zone(&mut parts);
    Ok(parts)
}

impl Parser<'_> {
    /// Reads the token under way, with those behind it that belong to it.
    fn step(&mut self) -> Result<(), Unknown> {
        let token = self.tokens[self.at].clone();
        if numeric::is_number(&token) {
            self.number(&token)
        } else if let Some(day) = weekday(&token) {
            self.parts.weekday = Some(day);
            Ok(())
        } else if let Some(month) = month(&token) {
            self.named_month(month)
        } else if let Some(half) = am_or_pm(&token) {
            self.am_or_pm(half)
        } else if self.could_be_zone(&token, self.parts.offset.is_none()) {
            self.zone_name(token);
            Ok(())
        } else if self.parts.hour.is_some() && matches!(token.as_str(), "+" | "-") {
            self.offset(token == "-")
        } else if is_jump(&token) {
            Ok(())
        } else {
            Err(Unknown)
        }
    }

    /// The token so many places further on.
    pub(super) fn ahead(&self, count: usize) -> Option<&str> {
        self.tokens.get(self.at + count).map(String::as_str)
    }

    pub(super) fn needed(&self, count: usize) -> Result<String, Unknown> {
        self.ahead(count).map(str::to_string).ok_or(Unknown)
    }

    /// `Jan-01`, `Jan/01/99`, `Jan of 01`, or the name alone.
    fn named_month(&mut self, month: u128) -> Result<(), Unknown> {
        self.date.push_month(month)?;
        match self.ahead(1).map(str::to_string) {
            Some(separator) if matches!(separator.as_str(), "-" | "/") => {
                let second = self.needed(2)?;
                self.date.push_digits(&second, None)?;
                if self.ahead(3) == Some(&separator) {
                    let third = self.needed(4)?;
                    self.date.push_digits(&third, None)?;
                    self.at += 2;
                }
                self.at += 2;
            }
            Some(blank) if blank == " " => self.month_of_year()?,
            _ => {}
        }
        Ok(())
    }

    /// `of 01` behind a month: what follows is a year, however short.
    fn month_of_year(&mut self) -> Result<(), Unknown> {
        let [Some(of), Some(" "), Some(year)] = [2, 3, 4].map(|count| self.ahead(count)) else {
            return Ok(());
        };
        if !of.eq_ignore_ascii_case("of") {
            return Ok(());
        }
        if let Ok(year) = digits(year) {
            let year = with_century(year, self.this_year);
            self.date.push_digits(&year.to_string(), Some(Part::Year))?;
        }
        self.at += 4;
        Ok(())
    }

    fn am_or_pm(&mut self, half: Half) -> Result<(), Unknown> {
        let hour = self.parts.hour.filter(|hour| *hour <= 12).ok_or(Unknown)?;
        self.parts.hour = Some(half.of(hour));
        self.parts.has_am_or_pm = true;
        Ok(())
    }

    /// Whether the token may be the name of a time zone.
    fn could_be_zone(&self, token: &str, has_no_offset: bool) -> bool {
        let upper = token.bytes().all(|b| b.is_ascii_uppercase());
        self.parts.hour.is_some()
            && self.parts.zone_name.is_none()
            && has_no_offset
            && token.len() <= 5
            && (upper || token == "z")
    }

    /// A time zone's name. `GMT+3` means that it is GMT three hours later, so the sign is turned.
    fn zone_name(&mut self, name: String) {
        self.parts.offset = (name == "z").then_some(0);
        let turned = match self.ahead(1) {
            Some("+") => "-",
            Some("-") => "+",
            _ => {
                self.parts.zone_name = Some(name);
                return;
            }
        };
        self.tokens[self.at + 1] = turned.to_string();
        self.parts.offset = None;
        self.parts.zone_name = (!is_utc(&name)).then_some(name);
    }

    /// `+01:00`, `+0100`, `+1`, and a name in parentheses behind it.
    fn offset(&mut self, is_west: bool) -> Result<(), Unknown> {
        let first = self.needed(1)?;
        let (hours, minutes) = if first.chars().count() == 4 {
            let (hours, minutes) = first.split_at_checked(2).ok_or(Unknown)?;
            (digits(hours)?, digits(minutes)?)
        } else if self.ahead(2) == Some(":") {
            let minutes = digits(&self.needed(3)?)?;
            self.at += 2;
            (digits(&first)?, minutes)
        } else if first.chars().count() <= 2 {
            (digits(&first)?, 0)
        } else {
            return Err(Unknown);
        };
        let seconds = hours
            .saturating_mul(3600)
            .saturating_add(minutes.saturating_mul(60));
        let seconds = i128::try_from(seconds).unwrap_or(i128::MAX);
        self.parts.offset = Some(if is_west { -seconds } else { seconds });
        if let Some(name) = self.name_in_parentheses() {
            self.parts.zone_name = Some(name);
            self.at += 4;
        }
        self.at += 1;
        Ok(())
    }

    fn name_in_parentheses(&self) -> Option<String> {
        let [jump, open, name, close] = [2, 3, 4, 5].map(|count| self.ahead(count));
        let name = name.filter(|name| name.len() >= 3 && self.could_be_zone(name, true));
        let enclosed = is_jump(jump?) && open == Some("(") && close == Some(")");
        name.filter(|_| enclosed).map(str::to_string)
    }
}

/// Which half of the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Half {
    Am,
    Pm,
}

impl Half {
    /// The hour of the day for an hour of this half.
    pub(super) fn of(self, hour: u128) -> u128 {
        match self {
            Half::Pm if hour < 12 => hour + 12,
            Half::Am if hour == 12 => 0,
            _ => hour,
        }
    }
}

/// UTC by another name is UTC; a name of UTC beside no offset has none.
fn settle_zone(parts: &mut Parts) {
    let name = parts.zone_name.as_deref();
    if (parts.offset == Some(0) && name.is_none()) || matches!(name, Some("Z" | "z")) {
        parts.zone_name = Some("UTC".to_string());
        parts.offset = Some(0);
    } else if parts.offset != Some(0) && name.is_some_and(is_utc) {
        parts.offset = Some(0);
    }
}

/// A year of two digits is within fifty years of this one.
fn with_century(year: u128, this_year: &dyn Fn() -> i64) -> u128 {
    if year >= 100 {
        return year;
    }
    // The clock's year has four digits.
    let this_year = u128::try_from(this_year()).unwrap_or(0);
    let year = year + this_year / 100 * 100;
    if year >= this_year + 50 {
        year.saturating_sub(100)
    } else if year + 50 < this_year {
        year + 100
    } else {
        year
    }
}

fn is_utc(name: &str) -> bool {
    matches!(name.to_lowercase().as_str(), "utc" | "gmt" | "z")
}

/// Whether a token means nothing by itself.
pub(super) fn is_jump(token: &str) -> bool {
    const WORDS: [&str; 10] = ["at", "on", "and", "ad", "m", "t", "of", "st", "nd", "rd"];
    let signs = [" ", ".", ",", ";", "-", "/", "'"];
    let lower = token.to_lowercase();
    signs.contains(&token) || WORDS.contains(&lower.as_str()) || lower == "th"
}

/// Days since Monday, of a day's name.
fn weekday(token: &str) -> Option<u8> {
    let names = [
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
    ];
    let lower = token.to_lowercase();
    let found = names
        .iter()
        .position(|name| lower == *name || lower == name[..3])?;
    u8::try_from(found).ok()
}

/// The month that a name means.
pub(super) fn month(token: &str) -> Option<u128> {
    let names = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    let lower = token.to_lowercase();
    if lower == "sept" {
        return Some(9);
    }
    let found = names
        .iter()
        .position(|name| lower == *name || lower == name[..3])?;
    Some(found as u128 + 1)
}

pub(super) fn am_or_pm(token: &str) -> Option<Half> {
    match token.to_lowercase().as_str() {
        "am" | "a" => Some(Half::Am),
        "pm" | "p" => Some(Half::Pm),
        _ => None,
    }
}
