//! Who may have which file. Pure.
//!
//! A MAC in a name or a User-Agent is typed by the asker and proves nothing. What proves is where the asker's address is.

use std::collections::{BTreeMap, HashMap};
use std::net::IpAddr;

use model::ids::MacAddress;
use model::serve::Evidence;

/// Which MAC is behind an IP address, and who says so; looked up by the address.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Bindings {
    claims: BTreeMap<Evidence, HashMap<IpAddr, Vec<MacAddress>>>,
}

/// Whether an asker may have a phone's own file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// The asker is the phone.
    Proved(Evidence),
    /// It is not, or nothing shows that it is.
    Unproved(String),
}

impl Bindings {
    /// Replaces everything of one kind.
    pub fn replace(&mut self, evidence: Evidence, claims: impl IntoIterator<Item = (IpAddr, MacAddress)>) {
        let mut by_address: HashMap<IpAddr, Vec<MacAddress>> = HashMap::new();
        for (address, mac) in claims {
            by_address.entry(address.to_canonical()).or_default().push(mac);
        }
        self.claims.insert(evidence, by_address);
    }

    /// The MACs that one kind of evidence has for an address.
    fn macs(&self, evidence: Evidence, address: IpAddr) -> &[MacAddress] {
        self.claims.get(&evidence).and_then(|claims| claims.get(&address)).map_or(&[], Vec::as_slice)
    }

    /// Whether the phone is at the address, where `now` is what the neighbour table has for it at this moment.
    ///
    /// Rules, in this order: 1. the neighbour table names another MAC for the address: no, whatever else is said, because it shows
    /// who uses the address now; 2. it names the phone's: yes; 3. a switch port's table names the phone's: yes; 4. the inventory
    /// gives the phone this address: yes; 5. nothing does: no.
    #[must_use]
    pub fn judge(&self, address: IpAddr, now: &[MacAddress], phone: MacAddress) -> Verdict {
        let address = address.to_canonical();
        if let Some(other) = now.iter().filter(|mac| **mac != phone).min() {
            return Verdict::Unproved(format!("address {address} is that of {other}"));
        }
        if !now.is_empty() {
            return Verdict::Proved(Evidence::NeighbourTable);
        }
        let kinds = [Evidence::SwitchPort, Evidence::InventoryAddress];
        let proof = kinds.into_iter().find(|kind| self.macs(*kind, address).contains(&phone));
        proof.map_or_else(|| Verdict::Unproved(format!("nothing shows that {address} is {phone}")), Verdict::Proved)
    }

    /// Whether anything but the neighbour table knows the address.
    #[must_use]
    pub fn knows(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.claims.values().any(|claims| claims.contains_key(&address))
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

    fn bindings(evidence: Evidence) -> Bindings {
        let mut bindings = Bindings::default();
        bindings.replace(evidence, [(at(1), PHONE)]);
        bindings
    }

    #[test]
    fn each_kind_of_evidence_proves_alone() {
        for kind in [Evidence::SwitchPort, Evidence::InventoryAddress] {
            let bindings = bindings(kind);
            assert_eq!(bindings.judge(at(1), &[], PHONE), Verdict::Proved(kind));
            assert!(matches!(bindings.judge(at(1), &[], OTHER), Verdict::Unproved(_)));
            assert!(matches!(bindings.judge(at(2), &[], PHONE), Verdict::Unproved(_)));
            assert_eq!((bindings.knows(at(1)), bindings.knows(at(2))), (true, false));
        }
        assert_eq!(Bindings::default().judge(at(1), &[PHONE], PHONE), Verdict::Proved(Evidence::NeighbourTable));
        assert!(matches!(Bindings::default().judge(at(1), &[PHONE], OTHER), Verdict::Unproved(_)));
    }

    #[test]
    fn a_taken_over_address_proves_nothing() {
        for now in [&[OTHER][..], &[PHONE, OTHER]] {
            let verdict = bindings(Evidence::InventoryAddress).judge(at(1), now, PHONE);
            assert_eq!(verdict, Verdict::Unproved("address 192.0.2.1 is that of 00:15:65:00:00:02".into()));
        }
    }

    #[test]
    fn a_claim_that_is_replaced_proves_no_more() {
        let mut bindings = bindings(Evidence::SwitchPort);
        bindings.replace(Evidence::SwitchPort, [(at(2), PHONE)]);
        assert!(matches!(bindings.judge(at(1), &[], PHONE), Verdict::Unproved(_)));
        assert_eq!(bindings.judge(at(2), &[], PHONE), Verdict::Proved(Evidence::SwitchPort));
    }

    #[test]
    fn mapped_addresses_are_the_same() {
        let mapped = "::ffff:192.0.2.1".parse().unwrap();
        let verdict = bindings(Evidence::InventoryAddress).judge(mapped, &[], PHONE);
        assert_eq!(verdict, Verdict::Proved(Evidence::InventoryAddress));
    }
}
