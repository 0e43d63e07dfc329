//! Numbers in a date text: decides by length and neighbouring tokens whether a number is a date, a
//! time or a part of one (`dateutil` 2.9).

use super::parser::{DateParser, is_jump, parse_meridiem, parse_month};
use super::ymd::{DatePart, UnknownFormat, parse_digits};

/// An unsigned decimal number: its whole part and its fraction digits.
struct Decimal<'a> {
    whole: u128,
    fraction: &'a str,
}

/// A unit of the time of day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum TimeUnit {
    Hour,
    Minute,
    Second,
}

/// Whether Python's `float` parses the token.
pub(super) fn is_number(token: &str) -> bool {
    let words = ["inf", "infinity", "nan"];
    token.starts_with(|c: char| c.is_ascii_digit()) && parse_decimal(token).is_ok()
        || words.iter().any(|word| token.eq_ignore_ascii_case(word))
}

/// Parses digits with at most one point; rejects `inf` and `nan`.
fn parse_decimal(token: &str) -> Result<Decimal<'_>, UnknownFormat> {
    let (whole, fraction) = token.split_once('.').unwrap_or((token, ""));
    let is_digits = fraction.bytes().all(|b| b.is_ascii_digit());
    match parse_digits(whole) {
        Ok(whole) if is_digits => Ok(Decimal { whole, fraction }),
        _ => Err(UnknownFormat),
    }
}

impl Decimal<'_> {
    fn has_fraction(&self) -> bool {
        self.fraction.bytes().any(|b| b != b'0')
    }

    /// The fraction in sixtieths, rounded down.
    fn sixtieths(&self) -> u128 {
        // Further digits do not change the result.
        let fraction = &self.fraction[..self.fraction.len().min(30)];
        let scale = 10u128.pow(fraction.len() as u32);
        parse_digits(fraction).map_or(0, |digits| digits * 60 / scale)
    }

    /// The number as minutes, and as seconds if it has a fraction.
    fn minutes_and_seconds(&self) -> (u128, Option<u128>) {
        (self.whole, self.has_fraction().then(|| self.sixtieths()))
    }
}

/// Parses whole seconds and microseconds of `SS[.ffffff]`; drops further digits.
fn parse_seconds(token: &str) -> Result<(u128, u128), UnknownFormat> {
    match token.split_once('.') {
        None => Ok((parse_digits(token)?, 0)),
        Some((whole, fraction)) => {
            let micros = format!("{:0<6.6}", fraction);
            Ok((parse_digits(whole)?, parse_digits(&micros)?))
        }
    }
}

/// Parses the digits of a byte range.
fn parse_range(token: &str, from: usize, to: usize) -> Result<u128, UnknownFormat> {
    parse_digits(token.get(from..to).ok_or(UnknownFormat)?)
}

impl DateParser<'_> {
    /// Parses a number with the following tokens that belong to it.
    pub(super) fn parse_number(&mut self, token: &str) -> Result<(), UnknownFormat> {
        let value = parse_decimal(token)?;
        let length = token.len();
        if self.is_time_after_date(length) {
            self.fields.hour = Some(parse_range(token, 0, 2)?);
            if length == 4 {
                self.fields.minute = Some(parse_range(token, 2, 4)?);
            }
            Ok(())
        } else if length == 6 || (length > 6 && token.find('.') == Some(6)) {
            self.parse_six_digits(token)
        } else if matches!(length, 8 | 12 | 14) {
            self.parse_compact_date(token)
        } else if let Some((unit, from)) = self.find_unit() {
            self.position = self.position.max(from);
            self.assign_unit(unit, token, &value)
        } else if self.peek(1) == Some(":") && self.peek(2).is_some() {
            self.parse_clock_time(&value)
        } else if matches!(self.peek(1), Some("-" | "/" | ".")) {
            self.parse_separated_date(token)
        } else {
            self.parse_lone_number(&value)
        }
    }

    /// `T23` or `T2359` after a whole date.
    fn is_time_after_date(&self, length: usize) -> bool {
        let goes_on = |next: &str| next == ":" || parse_unit(next).is_some();
        self.date.len() == 3
            && matches!(length, 2 | 4)
            && self.fields.hour.is_none()
            && !self.peek(1).is_some_and(goes_on)
    }

    /// Parses `YYMMDD`, or `HHMMSS[.ss]` after a date.
    fn parse_six_digits(&mut self, token: &str) -> Result<(), UnknownFormat> {
        if self.date.len() == 0 && !token.contains('.') {
            for from in [0, 2, 4] {
                self.date.push_digits(&token[from..from + 2], None)?;
            }
            return Ok(());
        }
        self.fields.hour = Some(parse_range(token, 0, 2)?);
        self.fields.minute = Some(parse_range(token, 2, 4)?);
        let (second, micros) = parse_seconds(&token[4..])?;
        (self.fields.second, self.fields.microsecond) = (Some(second), Some(micros));
        Ok(())
    }

    /// Parses `YYYYMMDD[hhmm[ss]]`.
    fn parse_compact_date(&mut self, token: &str) -> Result<(), UnknownFormat> {
        self.date.push_digits(&token[..4], Some(DatePart::Year))?;
        self.date.push_digits(&token[4..6], None)?;
        self.date.push_digits(&token[6..8], None)?;
        if token.len() > 8 {
            self.fields.hour = Some(parse_range(token, 8, 10)?);
            self.fields.minute = Some(parse_range(token, 10, 12)?);
        }
        if token.len() > 12 {
            self.fields.second = Some(parse_range(token, 12, 14)?);
        }
        Ok(())
    }

    /// Finds the unit of the number: the one after it (`12h`, `12 h`), otherwise the one below the
    /// unit before it (`12h04`). Also returns the position of the last token that belongs to the
    /// number.
    fn find_unit(&self) -> Option<(Option<TimeUnit>, usize)> {
        let at = |place: usize| self.tokens.get(place).and_then(|token| parse_unit(token));
        if let Some(unit) = at(self.position + 1) {
            return Some((Some(unit), self.position + 1));
        }
        if let (Some(" "), Some(unit)) = (self.peek(1), at(self.position + 2)) {
            return Some((Some(unit), self.position + 2));
        }
        let before = |count| self.position.checked_sub(count);
        let one_before = before(1).and_then(at);
        let is_last = self.position + 1 == self.tokens.len();
        let blank_before = before(1).is_some_and(|place| self.tokens[place] == " ");
        let two_before = before(2).filter(|_| is_last && blank_before).and_then(at);
        let unit = one_before.or(two_before)?;
        let next = match unit {
            TimeUnit::Hour => Some(TimeUnit::Minute),
            TimeUnit::Minute => Some(TimeUnit::Second),
            TimeUnit::Second => None,
        };
        Some((next, self.position))
    }

    fn assign_unit(
        &mut self,
        unit: Option<TimeUnit>,
        token: &str,
        value: &Decimal<'_>,
    ) -> Result<(), UnknownFormat> {
        match unit {
            Some(TimeUnit::Hour) => {
                self.fields.hour = Some(value.whole);
                if value.has_fraction() {
                    self.fields.minute = Some(value.sixtieths());
                }
            }
            Some(TimeUnit::Minute) => {
                (self.fields.minute, self.fields.second) = minutes(value);
            }
            Some(TimeUnit::Second) => {
                let (second, micros) = parse_seconds(token)?;
                (self.fields.second, self.fields.microsecond) = (Some(second), Some(micros));
            }
            None => {}
        }
        Ok(())
    }

    /// Parses `HH:MM[:SS[.ss]]`.
    fn parse_clock_time(&mut self, hour: &Decimal<'_>) -> Result<(), UnknownFormat> {
        self.fields.hour = Some(hour.whole);
        let second_token = self.require(2)?;
        (self.fields.minute, self.fields.second) = minutes(&parse_decimal(&second_token)?);
        if let (Some(":"), Some(seconds)) = (self.peek(3), self.peek(4)) {
            let (second, micros) = parse_seconds(seconds)?;
            (self.fields.second, self.fields.microsecond) = (Some(second), Some(micros));
            self.position += 2;
        }
        self.position += 2;
        Ok(())
    }

    /// Parses `01-01[-01]` or `01-Jan[-01]`, also with slashes or dots.
    fn parse_separated_date(&mut self, token: &str) -> Result<(), UnknownFormat> {
        let separator = self.require(1)?;
        self.date.push_digits(token, None)?;
        let second = self.peek(2).filter(|second| !is_jump(second));
        if let Some(second) = second.map(str::to_string) {
            self.push_digits_or_month(&second)?;
            if self.peek(3) == Some(&separator) {
                let third = self.require(4)?;
                self.push_digits_or_month(&third)?;
                self.position += 2;
            }
            self.position += 1;
        }
        self.position += 1;
        Ok(())
    }

    fn push_digits_or_month(&mut self, token: &str) -> Result<(), UnknownFormat> {
        match parse_month(token) {
            Some(month) => self.date.push_month(month),
            None => self.date.push_digits(token, None),
        }
    }

    /// Parses a number between blanks, `12am`, or a day such as in `4th`.
    fn parse_lone_number(&mut self, value: &Decimal<'_>) -> Result<(), UnknownFormat> {
        let meridiem_at = |token: Option<&str>| token.and_then(parse_meridiem);
        let is_over_100 = value.whole > 100 || (value.whole == 100 && value.has_fraction());
        if self.peek(1).is_none_or(is_jump) {
            match meridiem_at(self.peek(2)) {
                Some(meridiem) => {
                    self.fields.hour = Some(meridiem.hour_of_day(value.whole));
                    self.position += 1;
                }
                None => self.date.push_number(value.whole, is_over_100)?,
            }
            self.position += 1;
            return Ok(());
        }
        match meridiem_at(self.peek(1)).filter(|_| value.whole < 24) {
            Some(meridiem) => {
                self.fields.hour = Some(meridiem.hour_of_day(value.whole));
                self.position += 1;
                Ok(())
            }
            None if self.date.could_be_day(value.whole, !value.has_fraction()) => {
                self.date.push_number(value.whole, is_over_100)
            }
            None => Err(UnknownFormat),
        }
    }
}

fn minutes(value: &Decimal<'_>) -> (Option<u128>, Option<u128>) {
    let (minute, second) = value.minutes_and_seconds();
    (Some(minute), second)
}

fn parse_unit(token: &str) -> Option<TimeUnit> {
    match token.to_lowercase().as_str() {
        "h" | "hour" | "hours" => Some(TimeUnit::Hour),
        "m" | "minute" | "minutes" => Some(TimeUnit::Minute),
        "s" | "second" | "seconds" => Some(TimeUnit::Second),
        _ => None,
    }
}
