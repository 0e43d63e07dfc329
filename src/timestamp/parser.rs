//! Parses the fields of a date text as `dateutil` (2.9) does with its defaults: in nearly any
//! order, with English names. `date_text` resolves the fields to a timestamp.

use super::lexer;
use super::numeric;
use super::ymd::{DatePart, UnknownFormat, Ymd, parse_digits};

/// The fields of a date text. Numbers are as written and may be out of range.
#[derive(Debug, Default)]
pub(super) struct DateTimeFields {
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
    /// UTC offset in seconds, positive is east.
    pub(super) offset: Option<i128>,
    /// Whether the year was written with its century.
    pub(super) has_century: bool,
    has_am_or_pm: bool,
}

impl DateTimeFields {
    /// Whether the text has no fields.
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

/// Parser of one text.
pub(super) struct DateParser<'a> {
    pub(super) tokens: Vec<String>,
    /// Index of the current token.
    pub(super) position: usize,
    pub(super) date: Ymd,
    pub(super) fields: DateTimeFields,
    /// Returns the current year in the local time zone.
    this_year: &'a dyn Fn() -> i64,
}

/// Parses a text into fields. Returns `UnknownFormat` where `dateutil` does.
pub(super) fn parse(
    text: &str,
    this_year: &dyn Fn() -> i64,
) -> Result<DateTimeFields, UnknownFormat> {
    let mut parser = DateParser {
        tokens: lexer::split(text),
        position: 0,
        date: Ymd::default(),
        fields: DateTimeFields::default(),
        this_year,
    };
    while parser.position < parser.tokens.len() {
        parser.parse_token()?;
        parser.position += 1;
    }
    let (year, month, day) = parser.date.resolve()?;
    let mut fields = parser.fields;
    (fields.month, fields.day) = (month, day);
    fields.has_century = parser.date.has_century;
    fields.year = year.map(|year| match fields.has_century {
        true => year,
        false => expand_year(year, this_year),
    });
    normalize_zone(&mut fields);
    Ok(fields)
}

impl DateParser<'_> {
    /// Parses the current token with the following tokens that belong to it.
    fn parse_token(&mut self) -> Result<(), UnknownFormat> {
        let token = self.tokens[self.position].clone();
        if numeric::is_number(&token) {
            self.parse_number(&token)
        } else if let Some(day) = parse_weekday(&token) {
            self.fields.weekday = Some(day);
            Ok(())
        } else if let Some(month) = parse_month(&token) {
            self.parse_named_month(month)
        } else if let Some(meridiem) = parse_meridiem(&token) {
            self.apply_meridiem(meridiem)
        } else if self.could_be_zone(&token, self.fields.offset.is_none()) {
            self.parse_zone_name(token);
            Ok(())
        } else if self.fields.hour.is_some() && matches!(token.as_str(), "+" | "-") {
            self.parse_offset(token == "-")
        } else if is_jump(&token) {
            Ok(())
        } else {
            Err(UnknownFormat)
        }
    }

    /// The token `count` positions ahead.
    pub(super) fn peek(&self, count: usize) -> Option<&str> {
        self.tokens.get(self.position + count).map(String::as_str)
    }

    pub(super) fn require(&self, count: usize) -> Result<String, UnknownFormat> {
        self.peek(count).map(str::to_string).ok_or(UnknownFormat)
    }

    /// Parses `Jan-01`, `Jan/01/99`, `Jan of 01`, or the month name alone.
    fn parse_named_month(&mut self, month: u128) -> Result<(), UnknownFormat> {
        self.date.push_month(month)?;
        match self.peek(1).map(str::to_string) {
            Some(separator) if matches!(separator.as_str(), "-" | "/") => {
                let second = self.require(2)?;
                self.date.push_digits(&second, None)?;
                if self.peek(3) == Some(&separator) {
                    let third = self.require(4)?;
                    self.date.push_digits(&third, None)?;
                    self.position += 2;
                }
                self.position += 2;
            }
            Some(blank) if blank == " " => self.parse_year_after_of()?,
            _ => {}
        }
        Ok(())
    }

    /// Parses `of 01` after a month: the number is a year, however short.
    fn parse_year_after_of(&mut self) -> Result<(), UnknownFormat> {
        let [Some(of), Some(" "), Some(year)] = [2, 3, 4].map(|count| self.peek(count)) else {
            return Ok(());
        };
        if !of.eq_ignore_ascii_case("of") {
            return Ok(());
        }
        if let Ok(year) = parse_digits(year) {
            let year = expand_year(year, self.this_year);
            self.date
                .push_digits(&year.to_string(), Some(DatePart::Year))?;
        }
        self.position += 4;
        Ok(())
    }

    fn apply_meridiem(&mut self, meridiem: Meridiem) -> Result<(), UnknownFormat> {
        let hour = self
            .fields
            .hour
            .filter(|hour| *hour <= 12)
            .ok_or(UnknownFormat)?;
        self.fields.hour = Some(meridiem.hour_of_day(hour));
        self.fields.has_am_or_pm = true;
        Ok(())
    }

    /// Whether the token may be the name of a time zone.
    fn could_be_zone(&self, token: &str, has_no_offset: bool) -> bool {
        let upper = token.bytes().all(|b| b.is_ascii_uppercase());
        self.fields.hour.is_some()
            && self.fields.zone_name.is_none()
            && has_no_offset
            && token.len() <= 5
            && (upper || token == "z")
    }

    /// Parses a time zone name. `GMT+3` means three hours ahead of GMT, so the following sign is
    /// inverted.
    fn parse_zone_name(&mut self, name: String) {
        self.fields.offset = (name == "z").then_some(0);
        let inverted = match self.peek(1) {
            Some("+") => "-",
            Some("-") => "+",
            _ => {
                self.fields.zone_name = Some(name);
                return;
            }
        };
        self.tokens[self.position + 1] = inverted.to_string();
        self.fields.offset = None;
        self.fields.zone_name = (!is_utc(&name)).then_some(name);
    }

    /// Parses `+01:00`, `+0100` or `+1`, and a name in parentheses after it.
    fn parse_offset(&mut self, is_west: bool) -> Result<(), UnknownFormat> {
        let first = self.require(1)?;
        let (hours, minutes) = if first.chars().count() == 4 {
            let (hours, minutes) = first.split_at_checked(2).ok_or(UnknownFormat)?;
            (parse_digits(hours)?, parse_digits(minutes)?)
        } else if self.peek(2) == Some(":") {
            let minutes = parse_digits(&self.require(3)?)?;
            self.position += 2;
            (parse_digits(&first)?, minutes)
        } else if first.chars().count() <= 2 {
            (parse_digits(&first)?, 0)
        } else {
            return Err(UnknownFormat);
        };
        let seconds = hours
            .saturating_mul(3600)
            .saturating_add(minutes.saturating_mul(60));
        let seconds = i128::try_from(seconds).unwrap_or(i128::MAX);
        self.fields.offset = Some(if is_west { -seconds } else { seconds });
        if let Some(name) = self.peek_zone_in_parentheses() {
            self.fields.zone_name = Some(name);
            self.position += 4;
        }
        self.position += 1;
        Ok(())
    }

    fn peek_zone_in_parentheses(&self) -> Option<String> {
        let [jump, open, name, close] = [2, 3, 4, 5].map(|count| self.peek(count));
        let name = name.filter(|name| name.len() >= 3 && self.could_be_zone(name, true));
        let enclosed = is_jump(jump?) && open == Some("(") && close == Some(")");
        name.filter(|_| enclosed).map(str::to_string)
    }
}

/// Half of the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meridiem {
    Am,
    Pm,
}

impl Meridiem {
    /// Converts an hour of this half to the hour of the day.
    pub(super) fn hour_of_day(self, hour: u128) -> u128 {
        match self {
            Meridiem::Pm if hour < 12 => hour + 12,
            Meridiem::Am if hour == 12 => 0,
            _ => hour,
        }
    }
}

/// Normalizes the names of UTC and their offsets.
fn normalize_zone(fields: &mut DateTimeFields) {
    let name = fields.zone_name.as_deref();
    if (fields.offset == Some(0) && name.is_none()) || matches!(name, Some("Z" | "z")) {
        fields.zone_name = Some("UTC".to_string());
        fields.offset = Some(0);
    } else if fields.offset != Some(0) && name.is_some_and(is_utc) {
        fields.offset = Some(0);
    }
}

/// Adds the century to a two-digit year, within fifty years of the current one.
fn expand_year(year: u128, this_year: &dyn Fn() -> i64) -> u128 {
    if year >= 100 {
        return year;
    }
    // The current year has four digits.
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

/// Whether a token has no meaning by itself (`dateutil` calls it a jump).
pub(super) fn is_jump(token: &str) -> bool {
    const WORDS: [&str; 10] = ["at", "on", "and", "ad", "m", "t", "of", "st", "nd", "rd"];
    let signs = [" ", ".", ",", ";", "-", "/", "'"];
    let lower = token.to_lowercase();
    signs.contains(&token) || WORDS.contains(&lower.as_str()) || lower == "th"
}

/// Parses a weekday name to days since Monday.
fn parse_weekday(token: &str) -> Option<u8> {
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

/// Parses a month name to its number.
pub(super) fn parse_month(token: &str) -> Option<u128> {
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

pub(super) fn parse_meridiem(token: &str) -> Option<Meridiem> {
    match token.to_lowercase().as_str() {
        "am" | "a" => Some(Meridiem::Am),
        "pm" | "p" => Some(Meridiem::Pm),
        _ => None,
    }
}
