//! The attribute that every message of ethtool netlink begins with: which interface it is about. Pure.
//!
//! Numbers as in `include/uapi/linux/ethtool_netlink_generated.h`; a request's header and an answer's have the same layout.

use super::attribute::{Attributes, attributes};

/// ETHTOOL_A_…_HEADER: 1 in every message.
pub(super) const HEADER: u16 = 1;
/// ETHTOOL_A_HEADER_DEV_INDEX.
const INTERFACE: u16 = 1;

/// A request about the interface with this index.
pub(super) fn about(interface: u32) -> Attributes {
    Attributes::default().nested(HEADER, &Attributes::default().u32(INTERFACE, interface))
}

/// The index of the interface that an answer is about.
pub(super) fn interface(answer: &[u8]) -> Option<u32> {
    let header = attributes(answer).find(|attribute| attribute.kind == HEADER)?;
    attributes(header.value).find(|attribute| attribute.kind == INTERFACE)?.u32()
}

#[cfg(test)]
#[cfg(target_endian = "little")]
mod tests {
    use super::*;

    #[test]
    fn a_request_names_the_interface_by_its_index() {
        let request = about(7).into_bytes();
        assert_eq!(request, b"\x0c\0\x01\x80\x08\0\x01\0\x07\0\0\0");
        assert_eq!((interface(&request), interface(b"\x04\0\x01\x80"), interface(b"garbage")), (Some(7), None, None));
    }
}
