//! The kernel's neighbour table: which MAC answers for an address on a directly connected network. I/O.
//!
//! Read from `/proc/net/arp`. Not supported: IPv6 (NDP), which that file does not show.

use std::net::IpAddr;

use model::ids::MacAddress;

/// `ATF_COM` of `linux/if_arp.h`: the entry has an answer.
const COMPLETE: u32 = 0x2;

/// The table as it is now; empty when it cannot be read.
#[must_use]
pub fn read() -> Vec<(IpAddr, MacAddress)> {
    std::fs::read_to_string("/proc/net/arp").map(|text| parse(&text)).unwrap_or_default()
}

/// The complete entries of the file's text; a damaged line is left out.
#[must_use]
pub fn parse(text: &str) -> Vec<(IpAddr, MacAddress)> {
    text.lines().skip(1).filter_map(entry).collect()
}

fn entry(line: &str) -> Option<(IpAddr, MacAddress)> {
    let mut columns = line.split_whitespace();
    let (address, flags, mac) = (columns.next()?, columns.nth(1)?, columns.next()?);
    let flags = u32::from_str_radix(flags.trim_start_matches("0x"), 16).ok()?;
    let mac: MacAddress = mac.parse().ok()?;
    (flags & COMPLETE != 0 && mac.0 != [0; 6]).then_some((address.parse().ok()?, mac))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_complete_entries_count() {
        let text = "IP address       HW type     Flags       HW address            Mask     Device\n\
                    192.0.2.7        0x1         0x2         00:15:65:12:34:56     *        eth0\n\
                    192.0.2.8        0x1         0x0         00:00:00:00:00:00     *        eth0\n\
                    192.0.2.9        0x1\n";
        assert_eq!(parse(text), [("192.0.2.7".parse().unwrap(), "001565123456".parse().unwrap())]);
    }
}
