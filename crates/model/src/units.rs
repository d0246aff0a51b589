//! Physical quantities as types. Pure.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Electrical power in milliwatts.
///
/// Watts, tenths of a watt and milliwatts all occur on the wire; they are converted once, where they are decoded.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Milliwatts(pub u32);

impl Milliwatts {
    /// From whole watts, saturating.
    #[must_use]
    pub const fn from_watts(watts: u32) -> Self {
        Self(watts.saturating_mul(1000))
    }

    /// From tenths of a watt, the unit of LLDP (802.3 and LLDP-MED), saturating.
    #[must_use]
    pub const fn from_tenths(tenths: u32) -> Self {
        Self(tenths.saturating_mul(100))
    }
}

impl fmt::Display for Milliwatts {
    /// Watts with one decimal: `15.4 W`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tenths = (u64::from(self.0) + 50) / 100;
        write!(f, "{}.{} W", tenths / 10, tenths % 10)
    }
}

impl std::ops::Add for Milliwatts {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl std::iter::Sum for Milliwatts {
    fn sum<I: Iterator<Item = Self>>(items: I) -> Self {
        items.fold(Self(0), |total, item| total + item)
    }
}

#[cfg(test)]
mod tests {
    use super::Milliwatts;

    #[test]
    fn power_prints_in_watts() {
        assert_eq!(Milliwatts(15_400).to_string(), "15.4 W");
        assert_eq!(Milliwatts(6_490).to_string(), "6.5 W");
        assert_eq!(Milliwatts::from_watts(370).to_string(), "370.0 W");
    }
}
