//! Names and numbers that identify things: MAC, VLAN, PCP, DSCP, ifIndex, bridge port, PSE index. Pure.
//!
//! ifIndex, bridge port and PSE group.port are different types because they are different numbers
//! that happen to coincide on some switches.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A value that is not what its name says; the text is for people.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Invalid(pub String);

/// The one of these whose name the text is; else what they are and their names, for people.
pub fn by_name<T: Copy>(text: &str, what: &str, all: &[T], name: fn(T) -> &'static str) -> Result<T, Invalid> {
    all.iter().copied().find(|one| name(*one) == text).ok_or_else(|| {
        let names: Vec<&str> = all.iter().copied().map(name).collect();
        Invalid(format!("`{text}` is not {what}: use one of {}", names.join(", ")))
    })
}

macro_rules! json_as_text {
    ($type:ty, $name:literal, $pattern:literal) => {
        impl Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }
        json_from_text!($type, $name, $pattern);
    };
}

macro_rules! json_from_text {
    ($type:ty, $name:literal, $pattern:literal) => {
        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
        impl JsonSchema for $type {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                $name.into()
            }
            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({"type": "string", "pattern": $pattern})
            }
        }
    };
}

pub(super) use json_as_text;
pub(super) use json_from_text;

/// An IEEE 802 MAC address; prints `00:04:f2:12:34:56`, reads any usual spelling.
///
/// ```
/// use model::ids::MacAddress;
/// for text in ["00:04:F2:12:34:56", "00-04-f2-12-34-56", "0004.f212.3456", "0004f2123456"] {
///     assert_eq!(text.parse::<MacAddress>().unwrap().to_string(), "00:04:f2:12:34:56");
/// }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MacAddress(pub [u8; 6]);

impl MacAddress {
    /// The first three bytes: the organisation the address was given to.
    #[must_use]
    pub const fn oui(self) -> [u8; 3] {
        [self.0[0], self.0[1], self.0[2]]
    }

    /// Twelve lower-case hexadecimal digits without separators, as most phones ask for their file.
    #[must_use]
    pub fn bare(self) -> String {
        super::hex::bare_hex(&self.0)
    }
}

impl MacAddress {
    /// Bytes of `00:04:f2:12:34:56`, printed without a formatter: rows of captures hold several by the million.
    #[inline]
    fn print(self) -> [u8; 17] {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let mut printed = *b"00:00:00:00:00:00";
        for (place, byte) in printed.chunks_mut(3).zip(self.0) {
            if let [high, low, ..] = place {
                (*high, *low) = (DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]);
            }
        }
        printed
    }
}

impl fmt::Display for MacAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(std::str::from_utf8(&self.print()).map_err(|_| fmt::Error)?)
    }
}

impl Serialize for MacAddress {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(std::str::from_utf8(&self.print()).map_err(serde::ser::Error::custom)?)
    }
}

impl FromStr for MacAddress {
    type Err = Invalid;
    fn from_str(text: &str) -> Result<Self, Invalid> {
        let wrong = || Invalid(format!("`{text}` is not a MAC address: write twelve hexadecimal digits, like 00:04:f2:12:34:56"));
        let digits: Vec<u8> = text.bytes().filter(|byte| !matches!(byte, b':' | b'-' | b'.' | b' ')).collect();
        if digits.len() != 12 || !digits.iter().all(u8::is_ascii_hexdigit) {
            return Err(wrong());
        }
        let mut bytes = [0_u8; 6];
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks(2)) {
            let pair = std::str::from_utf8(pair).map_err(|_| wrong())?;
            *byte = u8::from_str_radix(pair, 16).map_err(|_| wrong())?;
        }
        Ok(Self(bytes))
    }
}

json_from_text!(MacAddress, "MacAddress", "^([0-9a-f]{2}:){5}[0-9a-f]{2}$");

macro_rules! ranged_number {
    ($(#[$doc:meta])* $type:ident($inner:ty), $low:literal..=$high:literal, $what:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "u64", into = "u64")]
        pub struct $type($inner);

        impl $type {
            /// The number, when it is in range.
            #[must_use]
            pub const fn new(number: $inner) -> Option<Self> {
                #[allow(unused_comparisons, clippy::absurd_extreme_comparisons, reason = "a range may start at 0")]
                if number >= $low && number <= $high { Some(Self(number)) } else { None }
            }

            #[must_use]
            pub const fn get(self) -> $inner {
                self.0
            }
        }

        impl TryFrom<u64> for $type {
            type Error = Invalid;
            fn try_from(number: u64) -> Result<Self, Invalid> {
                <$inner>::try_from(number)
                    .ok()
                    .and_then(Self::new)
                    .ok_or_else(|| Invalid(format!(concat!("{} is not ", $what, ": use ", $low, " to ", $high), number)))
            }
        }

        impl From<$type> for u64 {
            fn from(number: $type) -> u64 {
                u64::from(number.0)
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl JsonSchema for $type {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($type).into()
            }
            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({"type": "integer", "minimum": $low, "maximum": $high})
            }
        }
    };
}

ranged_number!(
    /// An 802.1Q VLAN identifier that names a VLAN: 1 to 4094.
    VlanId(u16), 1..=4094, "a VLAN"
);
ranged_number!(
    /// An 802.1Q priority code point: 0 to 7, voice is 5 by custom.
    Pcp(u8), 0..=7, "a priority code point"
);
ranged_number!(
    /// A differentiated-services code point (RFC 2474): 0 to 63, voice is EF = 46. Never the whole DS byte.
    Dscp(u8), 0..=63, "a DSCP"
);

impl Dscp {
    /// Expedited forwarding, the mark of voice (RFC 3246).
    pub const EF: Self = Self(46);
    /// Default forwarding, best effort (RFC 2474).
    pub const BEST_EFFORT: Self = Self(0);

    /// The DS byte with both ECN bits clear, as `IP_TOS` takes it.
    #[must_use]
    pub const fn ds_byte(self) -> u8 {
        self.0 << 2
    }
}

impl VlanId {
    /// The VLAN that every bridge begins with (IEEE 802.1Q, the default PVID).
    pub const DEFAULT: Self = Self(1);
}

impl FromStr for Dscp {
    type Err = Invalid;
    /// Reads `ef`, `be`, `va`, `cs0`…`cs7`, `af11`…`af43` or a number 0–63.
    fn from_str(text: &str) -> Result<Self, Invalid> {
        let lower = text.to_ascii_lowercase();
        let named = match (lower.as_str(), lower.as_bytes()) {
            ("ef", _) => Some(46),
            ("be" | "df" | "default", _) => Some(0),
            ("va" | "voice-admit", _) => Some(44),
            ("le", _) => Some(1),
            (_, [b'c', b's', class @ b'0'..=b'7']) => Some((class - b'0') * 8),
            (_, [b'a', b'f', class @ b'1'..=b'4', drop @ b'1'..=b'3']) => Some((class - b'0') * 8 + (drop - b'0') * 2),
            _ => None,
        };
        if let Some(number) = named {
            return Ok(Self(number));
        }
        let number: u64 = lower
            .parse()
            .map_err(|_| Invalid(format!("`{text}` is not a DSCP: use ef, be, cs0 to cs7, af11 to af43, or 0 to 63")))?;
        Self::try_from(number).map_err(|wrong| match number {
            64..=255 => Invalid(format!("{wrong} ({number} looks like the whole DS byte; its DSCP is {})", number >> 2)),
            _ => wrong,
        })
    }
}

macro_rules! plain_number {
    ($(#[$doc:meta])* $type:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
        pub struct $type(pub u32);
        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

plain_number!(
    /// ifIndex of IF-MIB (RFC 2863), or the kernel's interface index.
    IfIndex
);
plain_number!(
    /// dot1dBasePort of BRIDGE-MIB (RFC 4188): the bit number in a PortList.
    BridgePort
);

/// pethPsePortGroupIndex and pethPsePortIndex of POWER-ETHERNET-MIB (RFC 3621); no mapping to ifIndex is defined.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
pub struct PseIndex {
    /// The box of a stack or the module of a chassis.
    pub group: u32,
    /// The port inside the group.
    pub port: u32,
}

impl fmt::Display for PseIndex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.group, self.port)
    }
}

macro_rules! name {
    ($(#[$doc:meta])* $type:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
        pub struct $type(String);
        impl $type {
            /// The name as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }
        impl<T: Into<String>> From<T> for $type {
            fn from(text: T) -> Self {
                Self(text.into())
            }
        }
        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }
    };
}

name!(
    /// A switch's key under `switches` in the inventory.
    SwitchName
);
name!(
    /// A switch port as the switch calls it: ifName, or the interface's name on Linux.
    PortName
);

/// One port of one switch.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
pub struct PortRef {
    pub switch: SwitchName,
    /// The port on it.
    pub port: PortName,
}

impl fmt::Display for PortRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.switch, self.port)
    }
}

/// A phone model as `vendor/model` in lower case, like `yealink/t46s`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ModelId {
    /// The folder under `templates/`.
    pub vendor: String,
    /// The key in that vendor's model table.
    pub model: String,
}

impl fmt::Display for ModelId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.vendor, self.model)
    }
}

impl FromStr for ModelId {
    type Err = Invalid;
    fn from_str(text: &str) -> Result<Self, Invalid> {
        match text.split_once('/') {
            Some((vendor, model)) if !vendor.is_empty() && !model.is_empty() => {
                Ok(Self { vendor: vendor.to_lowercase(), model: model.to_lowercase() })
            }
            _ => Err(Invalid(format!("`{text}` is not a model: write vendor/model, like yealink/t46s"))),
        }
    }
}

json_as_text!(ModelId, "ModelId", "^[^/]+/[^/]+$");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mac_that_is_none_says_what_to_write() {
        for wrong in ["", "00:04:f2:12:34", "00:04:f2:12:34:5g", "0004f212345é", "00:04:f2:12:34:+5"] {
            let error = wrong.parse::<MacAddress>().unwrap_err();
            assert!(error.to_string().contains("twelve hexadecimal digits"), "{error}");
        }
    }

    #[test]
    fn vlans_out_of_range_do_not_exist() {
        assert!(VlanId::new(0).is_none() && VlanId::new(4095).is_none());
        assert_eq!(VlanId::try_from(4095).unwrap_err().to_string(), "4095 is not a VLAN: use 1 to 4094");
    }

    #[test]
    fn dscp_reads_names_and_refuses_the_ds_byte() {
        let read = |text: &str| text.parse::<Dscp>().map(Dscp::get);
        assert_eq!((read("EF"), read("af31"), read("cs3"), read("46")), (Ok(46), Ok(26), Ok(24), Ok(46)));
        assert!(read("184").unwrap_err().to_string().contains("its DSCP is 46"));
    }
}
