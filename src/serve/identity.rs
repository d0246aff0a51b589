//! Who may have which file. Pure.
//!
//! A MAC in a name or a User-Agent is typed by the asker and proves nothing. What proves is where the asker's address is.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use model::ids::MacAddress;
use model::serve::Evidence;

/// Which MAC is behind an address, and who says so.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EvidenceBook {
    claims: BTreeMap<Evidence, BTreeSet<(IpAddr, MacAddress)>>,
}

/// Whether an asker may have a phone's own file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// The asker is the phone.
    Proved(Evidence),
    /// It is not, or nothing shows that it is.
    Unproved(String),
}

impl EvidenceBook {
    /// Replaces everything of one kind.
    pub fn replace(&mut self, evidence: Evidence, claims: impl IntoIterator<Item = (IpAddr, MacAddress)>) {
        let claims = claims.into_iter().map(|(address, mac)| (address.to_canonical(), mac)).collect();
        self.claims.insert(evidence, claims);
    }

    /// The MACs that one kind of evidence has for an address.
    fn macs(&self, evidence: Evidence, address: IpAddr) -> impl Iterator<Item = MacAddress> {
        let claims = self.claims.get(&evidence).into_iter().flatten();
        claims.filter(move |(at, _)| *at == address).map(|(_, mac)| *mac)
    }

    /// Rules, in this order: 1. the neighbour table names another MAC for the address: no, whatever else is said, because it shows
    /// who uses the address now; 2. it names the phone's: yes; 3. a switch port's table names the phone's: yes; 4. the inventory
    /// gives the phone this address: yes; 5. nothing does: no.
    #[must_use]
    pub fn judge(&self, address: IpAddr, phone: MacAddress) -> Verdict {
        let address = address.to_canonical();
        let mut now: Vec<MacAddress> = self.macs(Evidence::NeighbourTable, address).collect();
        now.sort_unstable();
        if let Some(other) = now.iter().find(|mac| **mac != phone) {
            return Verdict::Unproved(format!("address {address} is that of {other}"));
        }
        let kinds = [Evidence::NeighbourTable, Evidence::SwitchPort, Evidence::InventoryAddress];
        let proof = kinds.into_iter().find(|kind| self.macs(*kind, address).any(|mac| mac == phone));
        proof.map_or_else(|| Verdict::Unproved(format!("nothing shows that {address} is {phone}")), Verdict::Proved)
    }

    /// Whether anything is known of the address.
    #[must_use]
    pub fn knows(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.claims.values().flatten().any(|(at, _)| *at == address)
    }
}

/// The name a request means: the last part of its path, in lower case, whatever the slashes; `None` when there is none.
///
/// Names live in a table, not in a file system, so folders lead nowhere.
#[must_use]
pub fn requested_name(asked: &str) -> Option<String> {
    let name = asked.rsplit(['/', '\\']).next()?.trim_end_matches('\0');
    (!name.is_empty() && name != ".." && name != ".").then(|| name.to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    const PHONE: MacAddress = MacAddress([0, 0x15, 0x65, 0, 0, 1]);
    const OTHER: MacAddress = MacAddress([0, 0x15, 0x65, 0, 0, 2]);

    fn at(last: u8) -> IpAddr {
        IpAddr::from([192, 0, 2, last])
    }

    #[test]
    fn names_are_found_whatever_case_and_slashes() {
        for asked in
            ["001565AABBCC.cfg", "/001565aabbcc.CFG", "\\001565aabbcc.cfg", "prov/x/001565aabbcc.cfg", "../001565aabbcc.cfg\0"]
        {
            assert_eq!(requested_name(asked).as_deref(), Some("001565aabbcc.cfg"), "{asked}");
        }
        assert!(["", "/", "a/", "..", "a/.."].iter().all(|asked| requested_name(asked).is_none()));
    }

    #[test]
    fn each_kind_of_evidence_proves_alone() {
        for kind in [Evidence::NeighbourTable, Evidence::SwitchPort, Evidence::InventoryAddress] {
            let mut book = EvidenceBook::default();
            book.replace(kind, [(at(1), PHONE)]);
            assert_eq!(book.judge(at(1), PHONE), Verdict::Proved(kind));
            assert!(matches!(book.judge(at(1), OTHER), Verdict::Unproved(_)));
            assert!(matches!(book.judge(at(2), PHONE), Verdict::Unproved(_)));
        }
    }

    #[test]
    fn a_taken_over_address_proves_nothing() {
        let mut book = EvidenceBook::default();
        book.replace(Evidence::InventoryAddress, [(at(1), PHONE)]);
        book.replace(Evidence::NeighbourTable, [(at(1), OTHER)]);
        assert_eq!(book.judge(at(1), PHONE), Verdict::Unproved("address 192.0.2.1 is that of 00:15:65:00:00:02".into()));
    }

    #[test]
    fn mapped_addresses_are_the_same() {
        let mut book = EvidenceBook::default();
        book.replace(Evidence::InventoryAddress, [(at(1), PHONE)]);
        assert_eq!(book.judge("::ffff:192.0.2.1".parse().unwrap(), PHONE), Verdict::Proved(Evidence::InventoryAddress));
    }
}
