//! Assigns the numbers of a date, whose order may vary, to year, month and day, as `dateutil` (2.9)
//! does.

/// Error: `dateutil` does not understand the text.
#[derive(Debug)]
pub(super) struct UnknownFormat;

/// The known meaning of a number in a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DatePart {
    Year,
    Month,
}

/// The numbers of a date in the order in which they were written.
#[derive(Debug, Default)]
pub(super) struct Ymd {
    values: Vec<u128>,
    /// Whether a year was written with its century.
    pub(super) has_century: bool,
    year: Option<usize>,
    month: Option<usize>,
}

/// Year, month and day, as far as given.
pub(super) type ResolvedDate = (Option<u128>, Option<u128>, Option<u128>);

impl Ymd {
    pub(super) fn len(&self) -> usize {
        self.values.len()
    }

    /// Adds digits; more than two are a year.
    pub(super) fn push_digits(
        &mut self,
        text: &str,
        part: Option<DatePart>,
    ) -> Result<(), UnknownFormat> {
        let value = parse_digits(text)?;
        self.push_value(value, text.len() > 2, part)
    }

    /// Adds the whole part of a number; above a hundred it is a year.
    pub(super) fn push_number(
        &mut self,
        value: u128,
        is_over_100: bool,
    ) -> Result<(), UnknownFormat> {
        self.push_value(value, is_over_100, None)
    }

    /// Adds a month that was given by name.
    pub(super) fn push_month(&mut self, month: u128) -> Result<(), UnknownFormat> {
        self.push_value(month, false, Some(DatePart::Month))
    }

    fn push_value(
        &mut self,
        value: u128,
        is_year: bool,
        part: Option<DatePart>,
    ) -> Result<(), UnknownFormat> {
        self.has_century |= is_year;
        let part = if is_year { Some(DatePart::Year) } else { part };
        let index = self.values.len();
        self.values.push(value);
        let known = match part {
            Some(DatePart::Year) => &mut self.year,
            Some(DatePart::Month) => &mut self.month,
            None => return Ok(()),
        };
        match known.replace(index) {
            None => Ok(()),
            Some(_) => Err(UnknownFormat),
        }
    }

    /// Whether a number may be the day of the month, as far as year and month are known.
    pub(super) fn could_be_day(&self, day: u128, is_whole: bool) -> bool {
        let last = match (self.month, self.year) {
            (None, _) => 31,
            // Assumes a leap year if the year is unknown.
            (Some(month), None) => days_in_month(2000, self.values[month]).unwrap_or(0),
            (Some(month), Some(year)) => {
                days_in_month(self.values[year], self.values[month]).unwrap_or(0)
            }
        };
        (1..=last).contains(&day) && (is_whole || day < last)
    }

    /// Assigns the numbers to year, month and day.
    pub(super) fn resolve(&self) -> Result<ResolvedDate, UnknownFormat> {
        let values = &self.values;
        match (values.as_slice(), self.year, self.month) {
            ([], ..) => Ok((None, None, None)),
            ([_], Some(_), _) => Ok((Some(values[0]), None, None)),
            ([_, _], Some(year), Some(month)) => {
                Ok((Some(values[year]), Some(values[month]), None))
            }
            ([_, _, _], Some(year), Some(month)) => {
                let day = values[3 - year - month];
                Ok((Some(values[year]), Some(values[month]), Some(day)))
            }
            ([_], None, Some(_)) => Ok((None, Some(values[0]), None)),
            ([one], None, None) => Ok(resolve_one(*one, None)),
            ([_, _], None, Some(month)) => Ok(resolve_one(values[1 - month], Some(values[month]))),
            ([first, second], _, None) => Ok(resolve_two(*first, *second)),
            ([a, b, c], year, month) => Ok(resolve_three(*a, *b, *c, year, month)),
            _ => Err(UnknownFormat),
        }
    }
}

fn resolve_one(number: u128, month: Option<u128>) -> ResolvedDate {
    match number {
        32.. => (Some(number), month, None),
        _ => (None, month, Some(number)),
    }
}

fn resolve_two(first: u128, second: u128) -> ResolvedDate {
    match (first, second) {
        (32.., _) => (Some(first), Some(second), None),
        (_, 32..) => (Some(second), Some(first), None),
        _ => (None, Some(first), Some(second)),
    }
}

/// Resolves three numbers, of which at most one is known to be year or month.
fn resolve_three(
    a: u128,
    b: u128,
    c: u128,
    year: Option<usize>,
    month: Option<usize>,
) -> ResolvedDate {
    let (year, month, day) = match month {
        Some(0) if b > 31 => (b, a, c),
        Some(0) => (c, a, b),
        Some(1) if a > 31 => (a, b, c),
        Some(1) => (c, b, a),
        Some(_) if b > 31 => (b, c, a),
        Some(_) => (a, c, b),
        None if a > 31 || year == Some(0) => (a, b, c),
        None if a > 12 => (c, b, a),
        None => (c, a, b),
    };
    (Some(year), Some(month), Some(day))
}

/// Parses a run of digits; saturates at the maximum of 128 bits.
pub(super) fn parse_digits(text: &str) -> Result<u128, UnknownFormat> {
    if text.is_empty() || !text.bytes().all(|b| b.is_ascii_digit()) {
        return Err(UnknownFormat);
    }
    Ok(text.parse().unwrap_or(u128::MAX))
}

/// The number of days of a month; `None` for an invalid month.
pub(super) fn days_in_month(year: u128, month: u128) -> Option<u128> {
    let is_leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        2 => Some(28 + u128::from(is_leap)),
        4 | 6 | 9 | 11 => Some(30),
        1..=12 => Some(31),
        _ => None,
    }
}
