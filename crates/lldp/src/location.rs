//! Location identification of LLDP-MED (ANSI/TIA-1057 §10.2.4): coordinates (RFC 6225), civic addresses (RFC 4776), ELIN. Pure.

use crate::cursor::{Cursor, Damage};

const COORDINATE: u8 = 1;
const CIVIC: u8 = 2;
const ELIN: u8 = 3;
/// Bits behind the binary point of a latitude or longitude.
const DEGREE_FRACTION: u32 = 25;
/// Bits behind the binary point of an altitude.
const ALTITUDE_FRACTION: u32 = 8;

/// Where a device is (§10.2.4).
///
/// ```text
///  0                   1                   2                   3
///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |  data format  |                location ID ...                |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Location<'a> {
    /// Data format 1.
    Coordinate(Coordinate),
    /// Data format 2.
    Civic(Civic<'a>),
    /// Data format 3: an emergency location identification number, digits.
    Elin(&'a [u8]),
    /// Every other data format.
    Other {
        /// Data format that is unknown here.
        format: u8,
        /// Location as sent.
        value: &'a [u8],
    },
}

/// Coordinate-based location configuration information (RFC 6225 §2.1).
///
/// ```text
///  0                   1                   2                   3
///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// | lat. res. |                      latitude                     |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// | latitude, end | lon. res. |             longitude             |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |         longitude, end        |  type | alt. res. |  altitude |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |                 altitude, end                 |     datum     |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Coordinate(pub u128);

impl Coordinate {
    /// Degrees north of the equator, from the 34-bit fixed point number sent.
    #[must_use]
    pub fn latitude_deg(self) -> f64 {
        fixed_point(self.0 >> 88, 34, DEGREE_FRACTION)
    }

    /// Degrees east of Greenwich, from the 34-bit fixed point number sent.
    #[must_use]
    pub fn longitude_deg(self) -> f64 {
        fixed_point(self.0 >> 48, 34, DEGREE_FRACTION)
    }

    /// Altitude type: 1 metres, 2 floors; 0 is unknown.
    #[must_use]
    pub const fn altitude_type(self) -> u8 {
        self.0.to_be_bytes()[10] >> 4
    }

    /// Altitude in the unit its type says.
    #[must_use]
    pub fn altitude(self) -> f64 {
        fixed_point(self.0 >> 8, 30, ALTITUDE_FRACTION)
    }

    /// Datum: 1 WGS 84, 2 NAD 83 with NAVD 88, 3 NAD 83 with MLLW.
    #[must_use]
    pub const fn datum(self) -> u8 {
        self.0.to_be_bytes()[15]
    }
}

/// The lowest `bits` of a number in two's complement, with `fraction` of them behind the binary point.
fn fixed_point(number: u128, bits: u32, fraction: u32) -> f64 {
    let magnitude = number & ((1 << bits) - 1);
    let negative = magnitude >> (bits - 1) == 1;
    // fewer than 53 bits: a double holds them all
    #[allow(clippy::cast_precision_loss, reason = "at most 34 bits are kept")]
    let size = (if negative { (1 << bits) - magnitude } else { magnitude }) as f64 / f64::from(1_u32 << fraction);
    if negative { -size } else { size }
}

/// Civic address (RFC 4776 §3.1).
///
/// ```text
/// | length of what follows | whose | country (2) | type | length | value… | …
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Civic<'a> {
    /// Whose location: 0 DHCP server, 1 network element, 2 client.
    pub of: u8,
    /// ISO 3166 country code.
    pub country: &'a [u8; 2],
    /// The elements: type, length, value.
    pub elements: &'a [u8],
}

impl<'a> Civic<'a> {
    /// Type and text of each element; a damaged one ends the list.
    pub fn elements(&self) -> impl Iterator<Item = (u8, &'a [u8])> {
        let mut cursor = Cursor::new("civic address", self.elements);
        std::iter::from_fn(move || element(&mut cursor).ok())
    }

    fn decode(mut value: Cursor<'a>) -> Result<Self, Damage> {
        let length = value.u8("lci length")?;
        let mut value = value.part(usize::from(length), "civic address")?;
        let of = value.u8("what")?;
        let country = value.chunk("country code")?;
        let mut rest = value;
        while !rest.is_empty() {
            element(&mut rest)?;
        }
        Ok(Self { of, country, elements: value.rest() })
    }
}

fn element<'a>(cursor: &mut Cursor<'a>) -> Result<(u8, &'a [u8]), Damage> {
    let kind = cursor.u8("civic address type")?;
    let length = cursor.u8("civic address length")?;
    Ok((kind, cursor.take(usize::from(length), "civic address value")?))
}

impl<'a> Location<'a> {
    /// Reads data format and location ID.
    pub fn decode(mut value: Cursor<'a>) -> Result<Self, Damage> {
        Ok(match value.u8("location data format")? {
            COORDINATE => Self::Coordinate(Coordinate(u128::from_be_bytes(value.array("coordinates")?))),
            CIVIC => Self::Civic(Civic::decode(value)?),
            ELIN => Self::Elin(value.rest()),
            format => Self::Other { format, value: value.rest() },
        })
    }

    /// Appends data format and location ID; `None` when a civic address is longer than its length can say.
    pub fn encode(&self, out: &mut Vec<u8>) -> Option<()> {
        match self {
            Self::Coordinate(coordinate) => {
                out.push(COORDINATE);
                out.extend(coordinate.0.to_be_bytes());
            }
            Self::Civic(civic) => {
                out.extend([CIVIC, u8::try_from(civic.elements.len() + 3).ok()?, civic.of]);
                out.extend(civic.country);
                out.extend(civic.elements);
            }
            Self::Elin(number) => {
                out.push(ELIN);
                out.extend(*number);
            }
            Self::Other { format, value } => {
                out.push(*format);
                out.extend(*value);
            }
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn coordinates_are_fixed_point_in_twos_complement() {
        // RFC 3825 appendix A: 38.89868 degrees north, 77.03723 degrees west, 15 metres up, WGS 84
        let bits = 18 << 122 | 0x0_4dcc_1fc8 << 88 | 18 << 82 | 0x3_65ec_f031 << 48 | 1 << 44 | 30 << 38 | 15 << 16 | 1;
        let place = Coordinate(bits);
        assert!((place.latitude_deg() - 38.898_68).abs() < 1e-4, "{}", place.latitude_deg());
        assert!((place.longitude_deg() + 77.037_23).abs() < 1e-4, "{}", place.longitude_deg());
        assert!((place.altitude() - 15.0).abs() < 1e-9);
        assert_eq!((place.altitude_type(), place.datum()), (1, 1));
    }

    #[test]
    fn a_civic_address_cut_inside_an_element_is_damaged() {
        let whole = [2, 9, 1, b'D', b'E', 3, 4, b'B', b'o', b'n', b'n'];
        let mut civic = Vec::new();
        let Location::Civic(address) = Location::decode(Cursor::new("lldp-med", &whole)).unwrap() else { panic!() };
        civic.extend(address.elements());
        assert_eq!(civic, [(3, &b"Bonn"[..])]);
        let cut = [2, 8, 1, b'D', b'E', 3, 4, b'B', b'o', b'n'];
        assert!(Location::decode(Cursor::new("lldp-med", &cut)).is_err());
    }
}
