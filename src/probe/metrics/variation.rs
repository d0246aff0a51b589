//! Delay statistics: interarrival jitter (RFC 3550 §6.4.1), IPDV and PDV (RFC 3393, RFC 5481), clock drift, quantiles. Pure.

use hdrhistogram::Histogram;

use crate::probe::report::DelaySummary;

/// Three significant digits: a quantile is at most 0.1 % off.
const SIGNIFICANT_DIGITS: u8 = 3;
/// Drift beyond this is no crystal's; the envelope is then network, and is left alone.
const MAX_DRIFT_PPM: i128 = 200;
/// Drift is not worth removing over a shorter time: 50 ppm over 5 s is 0.25 ms, and a short envelope is mostly noise.
const MIN_DRIFT_SPAN_NS: i64 = 5_000_000_000;

/// One packet on its way in one direction, in nanoseconds. The two clocks need not agree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Transit {
    /// By the sending end's clock.
    pub sent_ns: i64,
    /// By the receiving end's clock.
    pub received_ns: i64,
}

impl Transit {
    /// One-way delay, off by the clocks' offset.
    #[must_use]
    pub const fn delay_ns(self) -> i64 {
        self.received_ns.wrapping_sub(self.sent_ns)
    }
}

/// The interarrival jitter after each packet but the first, in the unit of the transits, in arrival order.
#[must_use]
pub fn interarrival_jitter(transits: impl IntoIterator<Item = f64>) -> Vec<f64> {
    let mut transits = transits.into_iter();
    let Some(mut previous) = transits.next() else { return Vec::new() };
    let mut jitter = 0.0;
    transits
        .map(|transit| {
            jitter += ((transit - previous).abs() - jitter) / 16.0;
            previous = transit;
            jitter
        })
        .collect()
}

/// The same in the integers of RFC 3550 §A.8: transits in timestamp units, the jitter after the last packet.
#[must_use]
pub fn interarrival_jitter_units(transits: &[i32]) -> u32 {
    let mut scaled: u32 = 0;
    for (previous, transit) in transits.iter().zip(transits.iter().skip(1)) {
        let difference = transit.wrapping_sub(*previous).unsigned_abs();
        scaled = scaled.wrapping_add(difference).wrapping_sub(scaled.wrapping_add(8) >> 4);
    }
    scaled >> 4
}

/// Absolute differences of consecutive delays.
pub fn ipdv(delays: &[i64]) -> impl Iterator<Item = u64> + '_ {
    delays.iter().zip(delays.iter().skip(1)).map(|(before, after)| after.abs_diff(*before))
}

/// Delays above the smallest, after the clocks' drift is taken out; in the order of the transits.
///
/// The drift is the slope of the lower convex hull of delay against time where it passes the middle of the test: the straight line
/// under all delays that lies nearest to them.
#[must_use]
pub fn above_floor(transits: &[Transit]) -> Vec<u64> {
    let flat = without_drift(transits);
    let floor = flat.iter().copied().min().unwrap_or(0);
    flat.into_iter().map(|delay| delay.abs_diff(floor)).collect()
}

/// Delays with the clocks' drift taken out; their level stays arbitrary.
#[must_use]
pub fn without_drift(transits: &[Transit]) -> Vec<i64> {
    let mut points: Vec<(i64, i64)> = transits.iter().map(|transit| (transit.sent_ns, transit.delay_ns())).collect();
    points.sort_unstable();
    let slope = drift(&points);
    let start = points.first().map_or(0, |point| point.0);
    transits
        .iter()
        .map(|transit| match slope {
            Some((rise, run)) => transit.delay_ns().saturating_sub(scale(transit.sent_ns.wrapping_sub(start), rise, run)),
            None => transit.delay_ns(),
        })
        .collect()
}

fn scale(time: i64, rise: i64, run: i64) -> i64 {
    let product = i128::from(time) * i128::from(rise);
    i64::try_from(product / i128::from(run.max(1))).unwrap_or(0)
}

/// Rise and run of the drift line; `None` when there is nothing sensible to remove.
fn drift(sorted: &[(i64, i64)]) -> Option<(i64, i64)> {
    let (first, last) = (sorted.first()?.0, sorted.last()?.0);
    let span = last.wrapping_sub(first);
    if span < MIN_DRIFT_SPAN_NS {
        return None;
    }
    let middle = first.saturating_add(span / 2);
    let hull = lower_hull(sorted);
    let (left, right) = hull.iter().zip(hull.iter().skip(1)).find(|(left, right)| left.0 <= middle && middle <= right.0)?;
    let (rise, run) = (right.1.saturating_sub(left.1), right.0.saturating_sub(left.0));
    // An edge over a short stretch is a dip of the network, not the clock.
    let sensible = run >= span / 4 && i128::from(rise).abs() * 1_000_000 <= i128::from(run) * MAX_DRIFT_PPM;
    sensible.then_some((rise, run))
}

fn lower_hull(sorted: &[(i64, i64)]) -> Vec<(i64, i64)> {
    let mut hull: Vec<(i64, i64)> = Vec::new();
    for point in sorted.iter().copied() {
        while let [.., a, b] = hull.as_slice() {
            let along = difference(b.0, a.0) * difference(point.1, a.1);
            let across = difference(b.1, a.1) * difference(point.0, a.0);
            if along > across {
                break;
            }
            hull.pop();
        }
        hull.push(point);
    }
    hull
}

fn difference(of: i64, and: i64) -> i128 {
    i128::from(of) - i128::from(and)
}

/// Quantiles of times in nanoseconds; `None` without any.
#[must_use]
pub fn summary(nanos: impl IntoIterator<Item = u64>) -> Option<DelaySummary> {
    let mut histogram = Histogram::<u64>::new(SIGNIFICANT_DIGITS).ok()?;
    let (mut min, mut max, mut total, mut count) = (u64::MAX, 0, 0_u128, 0_u128);
    for value in nanos {
        histogram.record(value).ok()?;
        (min, max) = (min.min(value), max.max(value));
        total += u128::from(value);
        count += 1;
    }
    if count == 0 {
        return None;
    }
    let at = |quantile| micros(histogram.value_at_quantile(quantile).clamp(min, max));
    Some(DelaySummary {
        min_us: micros(min),
        mean_us: micros(u64::try_from(total / count).unwrap_or(u64::MAX)),
        p50_us: at(0.5),
        p95_us: at(0.95),
        p99_us: at(0.99),
        p999_us: at(0.999),
        max_us: micros(max),
    })
}

/// Nanoseconds to microseconds, rounded.
#[must_use]
pub const fn micros(nanos: u64) -> u64 {
    nanos.saturating_add(500) / 1000
}
