//! Year, month and day of a date whose parts may come in any order: which number is which, as
//! `dateutil` (2.9) decides it.

/// Why the parts make no date.
#[derive(Debug)]
pub(super) struct Unknown;

/// What a part of a date is known to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
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

/// Year, month and day, as far as they are given.
pub(super) type Resolved = (Option<u128>, Option<u128>, Option<u128>);

impl Ymd {
    pub(super) fn len(&self) -> usize {
        self.values.len()
    }

    /// Adds digits; more than two are a year.
    pub(super) fn push_digits(&mut self, text: &str, part: Option<Part>) -> Result<(), Unknown> {
        let value = digits(text)?;
        self.push_value(value, text.len() > 2, part)
    }

    /// Adds the whole part of a number; more than a hundred is a year.
    pub(super) fn push_number(&mut self, value: u128, is_over_100: bool) -> Result<(), Unknown> {
        self.push_value(value, is_over_100, None)
    }

    /// Adds a month that was named.
    pub(super) fn push_month(&mut self, month: u128) -> Result<(), Unknown> {
        self.push_value(month, false, Some(Part::Month))
    }

    fn push_value(
        &mut self,
        value: u128,
        is_year: bool,
        part: Option<Part>,
    ) -> Result<(), Unknown> {
        self.has_century |= is_year;
        let part = if is_year { Some(Part::Year) } else { part };
        let index = self.values.len();
        self.values.push(value);
        let known = match part {
            Some(Part::Year) => &mut self.year,
            Some(Part::Month) => &mut self.month,
            None => return Ok(()),
        };
        match known.replace(index) {
            None => Ok(()),
            Some(_) => Err(Unknown),
        }
    }

    /// Whether a number may be the day of the month, as far as that is known.
    pub(super) fn could_be_day(&self, day: u128, is_whole: bool) -> bool {
        let last = match (self.month, self.year) {
            (None, _) => 31,
            // A leap year, to be on the safe side.
            (Some(month), None) => month_length(2000, self.values[month]).unwrap_or(0),
            (Some(month), Some(year)) => {
                month_length(self.values[year], self.values[month]).unwrap_or(0)
            }
        };
        (1..=last).contains(&day) && (is_whole || day < last)
    }

    /// Tells year, month and day apart.
    pub(super) fn resolve(&self) -> Result<Resolved, Unknown> {
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
            ([one], None, None) => Ok(year_or_day(*one, None)),
            ([_, _], None, Some(month)) => Ok(year_or_day(values[1 - month], Some(values[month]))),
            ([first, second], _, None) => Ok(two_numbers(*first, *second)),
            ([a, b, c], year, month) => Ok(three(*a, *b, *c, year, month)),
            _ => Err(Unknown),
        }
    }
}

fn year_or_day(number: u128, month: Option<u128>) -> Resolved {
    match number {
        32.. => (Some(number), month, None),
        _ => (None, month, Some(number)),
    }
}

fn two_numbers(first: u128, second: u128) -> Resolved {
    match (first, second) {
        (32.., _) => (Some(first), Some(second), None),
        (_, 32..) => (Some(second), Some(first), None),
        _ => (None, Some(first), Some(second)),
    }
}

/// Three numbers, of which at most one is known to be year or month.
fn three(a: u128, b: u128, c: u128, year: Option<usize>, month: Option<usize>) -> Resolved {
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

/// A run of digits as a number; beyond what 128 bits hold, the largest that they do.
pub(super) fn digits(text: &str) -> Result<u128, Unknown> {
    if text.is_empty() || !text.bytes().all(|b| b.is_ascii_digit()) {
        return Err(Unknown);
    }
    Ok(text.parse().unwrap_or(u128::MAX))
}

/// Days of a month; none for a month that there is not.
pub(super) fn month_length(year: u128, month: u128) -> Option<u128> {
    let is_leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        2 => Some(28 + u128::from(is_leap)),
        4 | 6 | 9 | 11 => Some(30),
        1..=12 => Some(31),
        _ => None,
    }
}
