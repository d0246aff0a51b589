//! Who is logged in here over the network: established TCP connections to SSH, as `/proc/net/tcp` and `tcp6` list them. Pure.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The port of SSH.
const SSH: u16 = 22;
/// TCP_ESTABLISHED.
const ESTABLISHED: &str = "01";

/// The port of this machine in what sshd tells a login of its connection, `SSH_CONNECTION`: client, its port, server, its port. Where SSH
/// listens elsewhere than usual, this is how it is known.
pub(super) fn ssh_port(connection: &str) -> Option<u16> {
    connection.split_whitespace().nth(3)?.parse().ok()
}

/// The far ends of SSH connections to this machine, to the usual port or this one; an IPv4 address that IPv6 carries is the IPv4 address.
pub(super) fn ssh_peers(table: &str, also: Option<u16>) -> BTreeSet<IpAddr> {
    let peer = |line: &str| {
        let mut columns = line.split_whitespace().skip(1);
        let (local, remote, state) = (columns.next()?, columns.next()?, columns.next()?);
        let own = port(local)?;
        let is_session = state == ESTABLISHED && (own == SSH || Some(own) == also);
        is_session.then(|| address(remote)).flatten()
    };
    table.lines().filter_map(peer).filter(|address| !address.is_loopback()).collect()
}

fn port(end: &str) -> Option<u16> {
    u16::from_str_radix(end.split_once(':')?.1, 16).ok()
}

/// Words of 32 bits in host byte order, each as eight digits.
fn address(end: &str) -> Option<IpAddr> {
    let digits = end.split_once(':')?.0;
    let mut bytes = Vec::new();
    for start in (0..digits.len()).step_by(8) {
        bytes.extend(u32::from_str_radix(digits.get(start..start + 8)?, 16).ok()?.to_ne_bytes());
    }
    if let Ok(bytes) = <[u8; 4]>::try_from(bytes.as_slice()) {
        return Some(Ipv4Addr::from(bytes).into());
    }
    <[u8; 16]>::try_from(bytes.as_slice()).ok().map(|bytes| Ipv6Addr::from(bytes).to_canonical())
}

#[cfg(test)]
#[cfg(target_endian = "little")]
mod tests {
    use super::*;

    #[test]
    fn only_established_connections_to_ssh_are_sessions() {
        let tables = "\
  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 00000000:0016 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1 1
   1: 0100000A:0016 0200000A:C001 01 00000000:00000000 00:00000000 00000000     0        0 2 1
   2: 0100000A:0050 0300000A:C001 01 00000000:00000000 00:00000000 00000000     0        0 3 1
   3: 0100000A:0016 0400000A:C001 06 00000000:00000000 00:00000000 00000000     0        0 4 1
   4: 0100007F:0016 0100007F:C001 01 00000000:00000000 00:00000000 00000000     0        0 5 1
   5: 0000000000000000FFFF00000100000A:0016 0000000000000000FFFF00000500000A:C001 01 00000000:00000000 00:00000000
   6: B80D0120000000000000000001000000:0016 B80D0120000000000000000002000000:C001 01 00000000:00000000 00:00000000
   7: 0100000A:0016 0é00000A:C001 01
";
        let peers: Vec<String> = ssh_peers(tables, None).iter().map(ToString::to_string).collect();
        assert_eq!(peers, ["10.0.0.2", "10.0.0.5", "2001:db8::2"]);
        let elsewhere = ssh_peers(tables, ssh_port("10.0.0.3 49153 10.0.0.1 80"));
        assert_eq!(elsewhere.len(), 4);
        assert_eq!(ssh_port("10.0.0.3"), None);
    }
}
