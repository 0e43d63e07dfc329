//! Numbers within a date and time: whether one is a date, a part of one, a time or a part of one,
//! which its length and its neighbours tell (`dateutil` 2.9).

use super::parser::{Parser, am_or_pm, is_jump, month};
use super::ymd::{Part, Unknown, digits};

/// A number without a sign: its whole part, and the digits behind the point.
struct Decimal<'a> {
    whole: u128,
    fraction: &'a str,
}

/// A unit of the time of day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unit {
    Hour,
    Minute,
    Second,
}

/// Whether Python's `float` reads the token.
pub(super) fn is_number(token: &str) -> bool {
    let words = ["inf", "infinity", "nan"];
    token.starts_with(|c: char| c.is_ascii_digit()) && decimal(token).is_ok()
        || words.iter().any(|word| token.eq_ignore_ascii_case(word))
}

/// Digits with at most one point; the words for what is not finite are none.
fn decimal(token: &str) -> Result<Decimal<'_>, Unknown> {
    let (whole, fraction) = token.split_once('.').unwrap_or((token, ""));
    let is_digits = fraction.bytes().all(|b| b.is_ascii_digit());
    match digits(whole) {
        Ok(whole) if is_digits => Ok(Decimal { whole, fraction }),
        _ => Err(Unknown),
    }
}

impl Decimal<'_> {
    fn has_fraction(&self) -> bool {
        self.fraction.bytes().any(|b| b != b'0')
    }

    /// Sixtieths in the fraction, rounded down.
    fn sixtieths(&self) -> u128 {
        // More digits than these change nothing.
        let fraction = &self.fraction[..self.fraction.len().min(30)];
        let scale = 10u128.pow(fraction.len() as u32);
        digits(fraction).map_or(0, |digits| digits * 60 / scale)
    }

    /// As minutes, with seconds where there is a fraction.
    fn minutes_and_seconds(&self) -> (u128, Option<u128>) {
        (self.whole, self.has_fraction().then(|| self.sixtieths()))
    }
}

/// Whole seconds and microseconds of `SS[.ffffff]`; more digits are dropped.
fn seconds_and_micros(token: &str) -> Result<(u128, u128), Unknown> {
    match token.split_once('.') {
        None => Ok((digits(token)?, 0)),
        Some((whole, fraction)) => {
            let micros = format!("{:0<6.6}", fraction);
            Ok((digits(whole)?, digits(&micros)?))
        }
    }
}

/// The digits from one place to another; there are at least so many characters.
fn part(token: &str, from: usize, to: usize) -> Result<u128, Unknown> {
    digits(token.get(from..to).ok_or(Unknown)?)
}

impl Parser<'_> {
    /// Reads a number, with the tokens behind it that belong to it.
    pub(super) fn number(&mut self, token: &str) -> Result<(), Unknown> {
        let value = decimal(token)?;
        let length = token.len();
        if self.is_time_behind_date(length) {
            self.parts.hour = Some(part(token, 0, 2)?);
            if length == 4 {
                self.parts.minute = Some(part(token, 2, 4)?);
            }
            Ok(())
        } else if length == 6 || (length > 6 && token.find('.') == Some(6)) {
            self.six_digits(token)
        } else if matches!(length, 8 | 12 | 14) {
            self.date_in_one(token)
        } else if let Some((unit, from)) = self.unit() {
            self.at = self.at.max(from);
            self.assign(unit, token, &value)
        } else if self.ahead(1) == Some(":") && self.ahead(2).is_some() {
            self.clock_time(&value)
        } else if matches!(self.ahead(1), Some("-" | "/" | ".")) {
            self.separated_date(token)
        } else {
            self.lone_number(&value)
        }
    }

    /// `T23` or `T2359` behind a whole date.
    fn is_time_behind_date(&self, length: usize) -> bool {
        let goes_on = |next: &str| next == ":" || unit_of(next).is_some();
        self.date.len() == 3
            && matches!(length, 2 | 4)
            && self.parts.hour.is_none()
            && !self.ahead(1).is_some_and(goes_on)
    }

    /// `YYMMDD`, or `HHMMSS[.ss]` behind a date.
    fn six_digits(&mut self, token: &str) -> Result<(), Unknown> {
        if self.date.len() == 0 && !token.contains('.') {
            for from in [0, 2, 4] {
                self.date.push_digits(&token[from..from + 2], None)?;
            }
            return Ok(());
        }
        self.parts.hour = Some(part(token, 0, 2)?);
        self.parts.minute = Some(part(token, 2, 4)?);
        let (second, micros) = seconds_and_micros(&token[4..])?;
        (self.parts.second, self.parts.microsecond) = (Some(second), Some(micros));
        Ok(())
    }

    /// `YYYYMMDD[hhmm[ss]]`.
    fn date_in_one(&mut self, token: &str) -> Result<(), Unknown> {
        self.date.push_digits(&token[..4], Some(Part::Year))?;
        self.date.push_digits(&token[4..6], None)?;
        self.date.push_digits(&token[6..8], None)?;
        if token.len() > 8 {
            self.parts.hour = Some(part(token, 8, 10)?);
            self.parts.minute = Some(part(token, 10, 12)?);
        }
        if token.len() > 12 {
            self.parts.second = Some(part(token, 12, 14)?);
        }
        Ok(())
    }

    /// The unit of the number: that behind it (`12h`, `12 h`), or else the one after the unit
    /// before it (`12h04`). With the place of the last token that belongs to the number.
    fn unit(&self) -> Option<(Option<Unit>, usize)> {
        let at = |place: usize| self.tokens.get(place).and_then(|token| unit_of(token));
        if let Some(unit) = at(self.at + 1) {
            return Some((Some(unit), self.at + 1));
        }
        if let (Some(" "), Some(unit)) = (self.ahead(1), at(self.at + 2)) {
            return Some((Some(unit), self.at + 2));
        }
        let before = |count| self.at.checked_sub(count);
        let one_before = before(1).and_then(at);
        let is_last = self.at + 1 == self.tokens.len();
        let blank_before = before(1).is_some_and(|place| self.tokens[place] == " ");
        let two_before = before(2).filter(|_| is_last && blank_before).and_then(at);
        let unit = one_before.or(two_before)?;
        let next = match unit {
            Unit::Hour => Some(Unit::Minute),
            Unit::Minute => Some(Unit::Second),
            Unit::Second => None,
        };
        Some((next, self.at))
    }

    fn assign(
        &mut self,
        unit: Option<Unit>,
        token: &str,
        value: &Decimal<'_>,
    ) -> Result<(), Unknown> {
        match unit {
            Some(Unit::Hour) => {
                self.parts.hour = Some(value.whole);
                if value.has_fraction() {
                    self.parts.minute = Some(value.sixtieths());
                }
            }
            Some(Unit::Minute) => {
                (self.parts.minute, self.parts.second) = minutes(value);
            }
            Some(Unit::Second) => {
                let (second, micros) = seconds_and_micros(token)?;
                (self.parts.second, self.parts.microsecond) = (Some(second), Some(micros));
            }
            None => {}
        }
        Ok(())
    }

    /// `HH:MM[:SS[.ss]]`.
    fn clock_time(&mut self, hour: &Decimal<'_>) -> Result<(), Unknown> {
        self.parts.hour = Some(hour.whole);
        let second_token = self.needed(2)?;
        (self.parts.minute, self.parts.second) = minutes(&decimal(&second_token)?);
        if let (Some(":"), Some(seconds)) = (self.ahead(3), self.ahead(4)) {
            let (second, micros) = seconds_and_micros(seconds)?;
            (self.parts.second, self.parts.microsecond) = (Some(second), Some(micros));
            self.at += 2;
        }
        self.at += 2;
        Ok(())
    }

    /// `01-01[-01]` or `01-Jan[-01]`, also with slashes or dots.
    fn separated_date(&mut self, token: &str) -> Result<(), Unknown> {
        let separator = self.needed(1)?;
        self.date.push_digits(token, None)?;
        let second = self.ahead(2).filter(|second| !is_jump(second));
        if let Some(second) = second.map(str::to_string) {
            self.push_digits_or_month(&second)?;
            if self.ahead(3) == Some(&separator) {
                let third = self.needed(4)?;
                self.push_digits_or_month(&third)?;
                self.at += 2;
            }
            self.at += 1;
        }
        self.at += 1;
        Ok(())
    }

    fn push_digits_or_month(&mut self, token: &str) -> Result<(), Unknown> {
        match month(token) {
            Some(month) => self.date.push_month(month),
            None => self.date.push_digits(token, None),
        }
    }

    /// A number between blanks, `12am`, or a day such as in `4th`.
    fn lone_number(&mut self, value: &Decimal<'_>) -> Result<(), Unknown> {
        let half = |token: Option<&str>| token.and_then(am_or_pm);
        let is_over_100 = value.whole > 100 || (value.whole == 100 && value.has_fraction());
        if self.ahead(1).is_none_or(is_jump) {
            match half(self.ahead(2)) {
                Some(half) => {
                    self.parts.hour = Some(half.of(value.whole));
                    self.at += 1;
                }
                None => self.date.push_number(value.whole, is_over_100)?,
            }
            self.at += 1;
            return Ok(());
        }
        match half(self.ahead(1)).filter(|_| value.whole < 24) {
            Some(half) => {
                self.parts.hour = Some(half.of(value.whole));
                self.at += 1;
                Ok(())
            }
            None if self.date.could_be_day(value.whole, !value.has_fraction()) => {
                self.date.push_number(value.whole, is_over_100)
            }
            None => Err(Unknown),
        }
    }
}

fn minutes(value: &Decimal<'_>) -> (Option<u128>, Option<u128>) {
    let (minute, second) = value.minutes_and_seconds();
    (Some(minute), second)
}

fn unit_of(token: &str) -> Option<Unit> {
    match token.to_lowercase().as_str() {
        "h" | "hour" | "hours" => Some(Unit::Hour),
        "m" | "minute" | "minutes" => Some(Unit::Minute),
        "s" | "second" | "seconds" => Some(Unit::Second),
        _ => None,
    }
}
