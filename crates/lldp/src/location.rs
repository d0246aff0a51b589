//! Location identification of LLDP-MED (ANSI/TIA-1057 §10.2.4): coordinates (RFC 6225), civic addresses (RFC 4776), ELIN. Pure.

use crate::cursor::{Anomaly, Cursor, Damage, Rule};

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
    /// What follows the last whole element; empty unless the sender made a mistake.
    pub rest: &'a [u8],
}

impl<'a> Civic<'a> {
    /// Type and text of each element.
    pub fn elements(&self) -> impl Iterator<Item = (u8, &'a [u8])> {
        let mut cursor = Cursor::new("civic address", self.elements);
        std::iter::from_fn(move || element(&mut cursor).ok())
    }

    fn decode(mut value: Cursor<'a>, cut: &mut Option<Anomaly>) -> Result<Self, Damage> {
        let length = usize::from(value.u8("lci length")?);
        let offset = value.offset();
        let mut rest = value;
        if let Err(damage) = rest.take(length, "civic address") {
            *cut = Some(damage.into());
        }
        let counted = value.limit(length);
        let of = value.u8("what")?;
        let country = value.chunk("country code")?;
        let mut list = counted;
        list.take(3, "what, country code")?;
        let mut whole = list;
        while !list.is_empty() {
            if let Err(damage) = element(&mut list) {
                *cut = cut.or(Some(damage.into()));
                break;
            }
            whole = list;
        }
        let elements = value.take(whole.offset() - value.offset(), "civic address")?;
        if cut.is_none() && !value.is_empty() {
            *cut = Some(Anomaly::Odd { protocol: "lldp-med", rule: Rule::BytesBehindList, offset: offset + length });
        }
        Ok(Self { of, country, elements, rest: value.rest() })
    }
}

fn element<'a>(cursor: &mut Cursor<'a>) -> Result<(u8, &'a [u8]), Damage> {
    let kind = cursor.u8("civic address type")?;
    let length = cursor.u8("civic address length")?;
    Ok((kind, cursor.take(usize::from(length), "civic address value")?))
}

impl<'a> Location<'a> {
    /// Reads data format and location ID. `cut` gets what is wrong with the tail of a civic address whose other elements are good.
    pub fn decode(mut value: Cursor<'a>, cut: &mut Option<Anomaly>) -> Result<Self, Damage> {
        Ok(match value.u8("location data format")? {
            COORDINATE => Self::Coordinate(Coordinate(u128::from_be_bytes(value.array("coordinates")?))),
            CIVIC => Self::Civic(Civic::decode(value, cut)?),
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
                out.extend(civic.rest);
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

    /// The elements, the tail, and what is wrong with it.
    type Read<'a> = (Vec<(u8, &'a [u8])>, &'a [u8], Option<String>);

    fn civic(bytes: &[u8]) -> Read<'_> {
        let mut cut = None;
        let Location::Civic(address) = Location::decode(Cursor::new("lldp-med", bytes), &mut cut).unwrap() else { panic!() };
        (address.elements().collect(), address.rest, cut.map(|anomaly| anomaly.to_string()))
    }

    #[test]
    fn a_civic_address_cut_inside_an_element_keeps_those_before_it() {
        let bonn = (3, &b"Bonn"[..]);
        assert_eq!(civic(&[2, 9, 1, b'D', b'E', 3, 4, b'B', b'o', b'n', b'n']), (vec![bonn], &[][..], None));
        let cut = [2, 12, 1, b'D', b'E', 3, 4, b'B', b'o', b'n', b'n', 19, 2, b'7'];
        let wrong = "lldp-med: civic address value at offset 13 needs 2 bytes, 1 left";
        assert_eq!(civic(&cut), (vec![bonn], &[19, 2, b'7'][..], Some(wrong.to_owned())));
    }

    #[test]
    fn a_civic_address_of_another_length_than_it_says_is_noted() {
        let bonn = (3, &b"Bonn"[..]);
        let short = [2, 40, 1, b'D', b'E', 3, 4, b'B', b'o', b'n', b'n'];
        let wrong = "lldp-med: civic address at offset 2 needs 40 bytes, 9 left";
        assert_eq!(civic(&short), (vec![bonn], &[][..], Some(wrong.to_owned())));
        let long = [2, 9, 1, b'D', b'E', 3, 4, b'B', b'o', b'n', b'n', 9, 9];
        let wrong = "lldp-med: bytes behind the last member of a list at offset 11";
        assert_eq!(civic(&long), (vec![bonn], &[9, 9][..], Some(wrong.to_owned())));
    }
}
