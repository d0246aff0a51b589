//! How far a count proves a ratio: Clopper–Pearson bounds by the regularised incomplete beta function. Pure.

/// Chance that the truth lies beyond one bound.
pub const ONE_SIDED_ERROR: f64 = 0.05;

/// The greatest ratio that `hits` of `trials` leave possible at 95 % confidence; 1 without trials.
#[must_use]
pub fn upper_bound(hits: u64, trials: u64) -> f64 {
    if hits >= trials {
        return 1.0;
    }
    let (k, n) = (as_float(hits), as_float(trials));
    solve(1.0 - ONE_SIDED_ERROR, k + 1.0, n - k)
}

/// The smallest ratio that `hits` of `trials` leave possible at 95 % confidence; 0 without trials.
#[must_use]
pub fn lower_bound(hits: u64, trials: u64) -> f64 {
    if hits == 0 || trials == 0 {
        return 0.0;
    }
    let (k, n) = (as_float(hits.min(trials)), as_float(trials));
    solve(ONE_SIDED_ERROR, k, n - k + 1.0)
}

/// How many packets without loss prove a loss ratio of at most `ratio`; `None` when no number does (ratio 0).
#[must_use]
pub fn packets_to_prove(ratio: f64) -> Option<u64> {
    if ratio <= 0.0 {
        return None;
    }
    if ratio >= 1.0 {
        return Some(1);
    }
    let packets = (ONE_SIDED_ERROR.ln() / (-ratio).ln_1p()).ceil();
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "positive, and a float cast saturates")]
    Some(packets as u64)
}

/// A count as a float; exact up to 2⁵³, far more packets than a probe sends.
#[allow(clippy::cast_precision_loss, reason = "counts are below 2⁵³")]
#[must_use]
pub fn as_float(count: u64) -> f64 {
    count as f64
}

/// `hits` over `trials`; `None` without trials.
#[must_use]
pub fn ratio(hits: u64, trials: u64) -> Option<f64> {
    (trials > 0).then(|| as_float(hits) / as_float(trials))
}

/// The x at which the beta distribution with (a, b) has this cumulated probability, by bisection to double precision.
fn solve(probability: f64, a: f64, b: f64) -> f64 {
    let (mut low, mut high) = (0.0_f64, 1.0_f64);
    for _ in 0..100 {
        let middle = f64::midpoint(low, high);
        if incomplete_beta(a, b, middle) < probability {
            low = middle;
        } else {
            high = middle;
        }
    }
    f64::midpoint(low, high)
}

/// The regularised incomplete beta function, by its continued fraction on the side where that converges fast.
fn incomplete_beta(a: f64, b: f64, x: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    if x >= 1.0 {
        return 1.0;
    }
    let front = (ln_gamma(a + b) - ln_gamma(a) - ln_gamma(b) + a * x.ln() + b * (-x).ln_1p()).exp();
    if x < (a + 1.0) / (a + b + 2.0) {
        front * continued_fraction(a, b, x) / a
    } else {
        1.0 - front * continued_fraction(b, a, 1.0 - x) / b
    }
}

/// Lentz's method.
#[allow(clippy::many_single_char_names, reason = "the names are those of the formula")]
fn continued_fraction(a: f64, b: f64, x: f64) -> f64 {
    let away_from_zero = |value: f64| if value.abs() < 1e-300 { 1e-300 } else { value };
    let mut c = 1.0;
    let mut d = 1.0 / away_from_zero(1.0 - (a + b) * x / (a + 1.0));
    let mut total = d;
    for step in 1..10_000 {
        let m = f64::from(step);
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        for term in [even, odd] {
            d = 1.0 / away_from_zero(1.0 + term * d);
            c = away_from_zero(1.0 + term / c);
            total *= c * d;
        }
        if (c * d - 1.0).abs() < 1e-15 {
            break;
        }
    }
    total
}

/// The logarithm of the gamma function for x > 0: Stirling's series, after shifting x to where it is exact to double precision.
fn ln_gamma(mut x: f64) -> f64 {
    let mut shift = 0.0;
    while x < 15.0 {
        shift += x.ln();
        x += 1.0;
    }
    let inverse = 1.0 / (x * x);
    let series = (1.0 / 12.0 - inverse * (1.0 / 360.0 - inverse * (1.0 / 1260.0 - inverse / 1680.0))) / x;
    (x - 0.5) * x.ln() - x + 0.5 * (2.0 * std::f64::consts::PI).ln() + series - shift
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_loss_needs_the_known_number_of_packets() {
        for (ratio, packets) in [(1e-2, 299), (1e-3, 2995), (1e-4, 29_956), (1e-5, 299_572)] {
            assert_eq!(packets_to_prove(ratio), Some(packets));
            assert!(upper_bound(0, packets) <= ratio && upper_bound(0, packets - 1) > ratio);
        }
        assert_eq!(packets_to_prove(0.0), None);
    }

    #[test]
    fn bounds_agree_with_the_binomial_distribution() {
        // P(X ≤ 1 | 10 trials) = (1−p)^10 + 10 p (1−p)^9 must be the error at the upper bound.
        let p = upper_bound(1, 10);
        let tail = (1.0 - p).powi(10) + 10.0 * p * (1.0 - p).powi(9);
        assert!((tail - ONE_SIDED_ERROR).abs() < 1e-9, "{tail}");
        // P(X ≥ 1) = 1 − (1−p)^10 at the lower one.
        let p = lower_bound(1, 10);
        assert!((1.0 - (1.0 - p).powi(10) - ONE_SIDED_ERROR).abs() < 1e-9);
    }

    #[test]
    fn the_edges_are_certain() {
        assert!((upper_bound(0, 0) - 1.0).abs() < f64::EPSILON && lower_bound(0, 0) < f64::EPSILON);
        assert!((upper_bound(7, 7) - 1.0).abs() < f64::EPSILON);
        assert!(lower_bound(1_000_000, 1_000_000) > 0.999);
    }
}
