//! Speed and duplex of a link: ETHTOOL_MSG_LINKMODES_GET (Linux 5.6). Pure.
//!
//! Numbers as in `include/uapi/linux/ethtool_netlink_generated.h` and, for duplex, `include/uapi/linux/ethtool.h`.

use model::switch::Duplex;

use super::attribute::attributes;

/// ETHTOOL_MSG_LINKMODES_GET.
pub(super) const GET: u8 = 4;
/// ETHTOOL_A_LINKMODES_SPEED, Mbit/s.
const SPEED: u16 = 5;
/// ETHTOOL_A_LINKMODES_DUPLEX.
const DUPLEX: u16 = 6;
/// SPEED_UNKNOWN; some drivers say 0 instead.
const UNKNOWN: u32 = u32::MAX;

/// How a link runs; `None` is what the driver does not tell, as while the link is down.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct LinkMode {
    /// Mbit/s.
    pub speed_mbps: Option<u32>,
    pub duplex: Option<Duplex>,
}

/// What a GET answered.
pub(super) fn decode(answer: &[u8]) -> LinkMode {
    let mut mode = LinkMode::default();
    for attribute in attributes(answer) {
        match attribute.kind {
            SPEED => mode.speed_mbps = attribute.u32().filter(|speed| !matches!(*speed, 0 | UNKNOWN)),
            DUPLEX => {
                mode.duplex = match attribute.u8() {
                    Some(0) => Some(Duplex::Half),
                    Some(1) => Some(Duplex::Full),
                    _ => None,
                }
            }
            _ => {}
        }
    }
    mode
}

#[cfg(test)]
mod tests {
    use super::super::attribute::Attributes;
    use super::*;

    #[test]
    fn what_the_driver_does_not_tell_is_left_open() {
        let mode = |speed, duplex: u8| decode(&Attributes::default().u32(SPEED, speed).bytes(DUPLEX, &[duplex]).into_bytes());
        assert_eq!(mode(100, 0), LinkMode { speed_mbps: Some(100), duplex: Some(Duplex::Half) });
        assert_eq!(mode(1000, 1), LinkMode { speed_mbps: Some(1000), duplex: Some(Duplex::Full) });
        for (speed, duplex) in [(UNKNOWN, 255), (0, 255)] {
            assert_eq!(mode(speed, duplex), LinkMode::default());
        }
        assert_eq!(decode(b"garbage"), LinkMode::default());
    }
}
