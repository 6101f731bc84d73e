//! Days, weeks and months where the supervisor lives, and times as people read them.

use jiff::civil::Weekday;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan, Zoned};

use crate::error::JournalError;

/// A stretch of time: from this moment up to, but without, that one. Milliseconds since the Unix epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Period {
    pub(crate) from_ms: u64,
    pub(crate) until_ms: u64,
}

impl Period {
    pub(crate) fn contains(self, at_ms: u64) -> bool {
        (self.from_ms..self.until_ms).contains(&at_ms)
    }

    /// How much of the time from one moment to another lies in it, in milliseconds.
    pub(crate) fn overlap_ms(self, from_ms: u64, until_ms: u64) -> u64 {
        until_ms
            .min(self.until_ms)
            .saturating_sub(from_ms.max(self.from_ms))
    }
}

/// The month around a moment.
pub(crate) fn month(at_ms: u64, zone: &TimeZone) -> Result<Period, JournalError> {
    let month = || {
        let first = zoned(at_ms, zone)?.first_of_month()?.start_of_day()?;
        let next = first.checked_add(1.month())?.start_of_day()?;
        Ok(period(&first, &next))
    };
    month().map_err(out_of_range)
}

/// So many weeks up to and with the one around a moment, the oldest first.
pub(crate) fn weeks(
    count: u16,
    at_ms: u64,
    begin: Weekday,
    zone: &TimeZone,
) -> Result<Vec<Period>, JournalError> {
    let weeks = || {
        let day = zoned(at_ms, zone)?;
        let passed = i64::from(day.weekday().since(begin));
        let this = day.checked_sub(passed.days())?.start_of_day()?;
        (0..i64::from(count))
            .rev()
            .map(|back| {
                let first = this.checked_sub(back.weeks())?.start_of_day()?;
                let next = first.checked_add(1.week())?.start_of_day()?;
                Ok(period(&first, &next))
            })
            .collect::<Result<Vec<_>, jiff::Error>>()
    };
    weeks().map_err(out_of_range)
}

/// `2026-11-22 01:41:05` as clocks there showed it. A moment that no calendar knows is given as its number.
pub(crate) fn clock_time(at_ms: u64, zone: &TimeZone) -> String {
    zoned(at_ms, zone).map_or_else(
        |_error| at_ms.to_string(),
        |time| time.strftime("%Y-%m-%d %H:%M:%S").to_string(),
    )
}

/// The offset of those clocks, like `+01:00`.
pub(crate) fn offset(at_ms: u64, zone: &TimeZone) -> String {
    zoned(at_ms, zone).map_or_else(|_error| String::new(), |time| time.strftime("%:z").to_string())
}

/// `2026-11-22T00:41:05.123Z`, or the number of a moment that no calendar knows.
pub(crate) fn universal(at_ms: u64) -> String {
    zoned(at_ms, &TimeZone::UTC).map_or_else(
        |_error| at_ms.to_string(),
        |time| time.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string(),
    )
}

fn zoned(at_ms: u64, zone: &TimeZone) -> Result<Zoned, jiff::Error> {
    let at_ms = i64::try_from(at_ms).unwrap_or(i64::MAX);
    Ok(Timestamp::from_millisecond(at_ms)?.to_zoned(zone.clone()))
}

fn period(first: &Zoned, next: &Zoned) -> Period {
    let ms = |time: &Zoned| u64::try_from(time.timestamp().as_millisecond()).unwrap_or(0);
    Period {
        from_ms: ms(first),
        until_ms: ms(next),
    }
}

fn out_of_range(_error: jiff::Error) -> JournalError {
    JournalError::OutOfRange { field: "now_ms" }
}
