//! What the numbers of a table of ports are: ifIndexes, bridge ports or places among the bridge ports. Pure.
//!
//! Standards and vendors say what a table is indexed by, and agents differ: dot1qPvid by ifIndex, bits of a PortList that are ifIndexes
//! or count the ports of a stack without gaps. Taken for the wrong one, a number is another port, and a write to it is read back as it
//! was meant. So the numbers of each table prove it themselves: they are what explains all of them that anything explains.

use std::collections::BTreeSet;

use crate::switch::snmp::read::interfaces::{Interface, Interfaces};
use model::ids::{BridgePort, IfIndex};

/// What a number of a table can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Numbering {
    IfIndex,
    /// dot1dBasePort.
    BridgePort,
    /// The place among all bridge ports that have an interface, from 1.
    Ordinal,
}

/// What the numbers of one table are, as far as they prove it. Where two numberings fit, a port has a number, and a number a port, only
/// if both say the same.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Numbers {
    fits: Vec<Numbering>,
}

impl Numbering {
    /// The interface of a number.
    #[must_use]
    pub fn interface(self, interfaces: &Interfaces, number: u32) -> Option<IfIndex> {
        match self {
            Self::IfIndex => Some(IfIndex(number)).filter(|index| interfaces.get(*index).is_some_and(Interface::may_bridge)),
            Self::BridgePort => interfaces.of_bridge_port(BridgePort(number)),
            Self::Ordinal => {
                let before = usize::try_from(number.checked_sub(1)?).ok()?;
                interfaces.bridge_ports().nth(before).map(|(_, index)| index)
            }
        }
    }

    /// The number of an interface.
    #[must_use]
    pub fn number(self, interfaces: &Interfaces, index: IfIndex) -> Option<u32> {
        match self {
            Self::IfIndex => interfaces.get(index).filter(|it| it.may_bridge()).map(|_| index.0),
            Self::BridgePort => interfaces.get(index)?.bridge_port.map(|port| port.0),
            Self::Ordinal => {
                let before = interfaces.bridge_ports().position(|(_, other)| other == index)?;
                u32::try_from(before).ok()?.checked_add(1)
            }
        }
    }
}

impl Numbers {
    /// Proves what these numbers, all of one table, are.
    ///
    /// 1. A numbering fits when no other explains more of the numbers: those that no numbering explains, of ports that are not there,
    ///    count for none.
    /// 2. The place among the bridge ports is in no standard. It fits only when it explains every number, and some that the others do not;
    ///    a number that is alone may be that of a port that is not there.
    /// 3. A table without numbers proves nothing: a port has a number in it only where its ifIndex and bridge port are the same.
    #[must_use]
    pub fn proved(numbers: &BTreeSet<u32>, interfaces: &Interfaces) -> Self {
        Self::of_those(numbers, interfaces, |_, _| true)
    }

    /// The same where the rows say something that cannot be true of every interface: where two numberings fit, the one that is not
    /// contradicted as often as the other.
    #[must_use]
    pub fn proved_by(numbers: &BTreeSet<u32>, interfaces: &Interfaces, can_be: impl Fn(u32, IfIndex) -> bool) -> Self {
        let all = Self::proved(numbers, interfaces);
        let possible = if all.fits.len() > 1 { Self::of_those(numbers, interfaces, can_be) } else { Self::default() };
        if possible.fits.len() == 1 { possible } else { all }
    }

    fn of_those(numbers: &BTreeSet<u32>, interfaces: &Interfaces, can_be: impl Fn(u32, IfIndex) -> bool) -> Self {
        if numbers.is_empty() {
            return Self { fits: vec![Numbering::IfIndex, Numbering::BridgePort] };
        }
        let explained = |numbering: Numbering| -> BTreeSet<u32> {
            let is = |number: &u32| numbering.interface(interfaces, *number).is_some_and(|index| can_be(*number, index));
            numbers.iter().copied().filter(is).collect()
        };
        let by_index = explained(Numbering::IfIndex);
        let by_port = explained(Numbering::BridgePort);
        let is_less = |less: &BTreeSet<u32>, more: &BTreeSet<u32>| less.len() < more.len() && less.is_subset(more);
        let by_place = explained(Numbering::Ordinal);
        let is_more = is_less(&by_index, &by_place) && is_less(&by_port, &by_place);
        if numbers.len() > 1 && by_place.len() == numbers.len() && is_more {
            return Self { fits: vec![Numbering::Ordinal] };
        }
        let fits = [(Numbering::IfIndex, &by_index, &by_port), (Numbering::BridgePort, &by_port, &by_index)];
        let fits = fits.into_iter().filter(|(_, own, other)| !own.is_empty() && !is_less(own, other));
        Self { fits: fits.map(|(numbering, ..)| numbering).collect() }
    }

    /// The interface of a number, where it is proved.
    #[must_use]
    pub fn interface(&self, interfaces: &Interfaces, number: u32) -> Option<IfIndex> {
        if self.fits == [Numbering::IfIndex] {
            // Also of what bridges nothing itself: a unit above a port, the bridge as a whole.
            return Some(IfIndex(number)).filter(|index| interfaces.get(*index).is_some());
        }
        self.agreed(|numbering| numbering.interface(interfaces, number))
    }

    /// The number of an interface, where it is proved.
    #[must_use]
    pub fn number(&self, interfaces: &Interfaces, index: IfIndex) -> Option<u32> {
        self.agreed(|numbering| numbering.number(interfaces, index))
    }

    /// Whether they are places among the bridge ports, or nothing: no standard has such numbers.
    #[must_use]
    pub fn follow_no_standard(&self) -> bool {
        self.fits.iter().all(|numbering| *numbering == Numbering::Ordinal)
    }

    /// How many of these numbers, all of one table, are not proved to be a port's though some are of ports that are there.
    #[must_use]
    pub fn unproved(&self, interfaces: &Interfaces, numbers: &BTreeSet<u32>) -> usize {
        if self.fits.is_empty() {
            return numbers.len();
        }
        let is_open =
            |number: &&u32| self.interface(interfaces, **number).is_none() && !self.candidates(interfaces, **number).is_empty();
        numbers.iter().filter(is_open).count()
    }

    /// The interfaces that a number can be, where that is not proved.
    pub fn candidates(&self, interfaces: &Interfaces, number: u32) -> BTreeSet<IfIndex> {
        self.fits.iter().filter_map(|numbering| numbering.interface(interfaces, number)).collect()
    }

    fn agreed<T: PartialEq>(&self, says: impl Fn(Numbering) -> Option<T>) -> Option<T> {
        let mut said = self.fits.iter().map(|numbering| says(*numbering));
        let first = said.next()??;
        said.all(|other| other.as_ref() == Some(&first)).then_some(first)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::switch::snmp::mib;
    use snmp::Oid;
    use snmp::manager::{Datum, Tables};

    /// Ethernet interfaces with these ifIndexes, and bridge ports with theirs.
    fn switch(interfaces: impl IntoIterator<Item = u32>, bridge_ports: impl IntoIterator<Item = (u32, u32)>) -> Interfaces {
        let mut tables = Tables::default();
        tables.extend(interfaces.into_iter().map(|index| (Oid::joined(mib::IF_TYPE, &[index]), Datum::Number(6))));
        let row = |(port, index): (u32, u32)| (Oid::joined(mib::BASE_PORT_IF_INDEX, &[port]), Datum::Number(i64::from(index)));
        tables.extend(bridge_ports.into_iter().map(row));
        Interfaces::of(&tables)
    }

    fn proved(interfaces: &Interfaces, numbers: impl IntoIterator<Item = u32>) -> Numbers {
        Numbers::proved(&numbers.into_iter().collect(), interfaces)
    }

    #[test]
    fn rows_by_if_index_are_seen_though_one_number_is_a_bridge_port_too() {
        let interfaces = switch([41, 42, 50], [(1, 41), (2, 42), (41, 50)]);
        let pvids = proved(&interfaces, [41, 42, 50]);
        assert_eq!(pvids.fits, [Numbering::IfIndex]);
        assert_eq!(pvids.number(&interfaces, IfIndex(50)), Some(50));
        assert_eq!(proved(&interfaces, [1, 2, 41]).interface(&interfaces, 41), Some(IfIndex(50)));
        let one = proved(&interfaces, [41]);
        assert_eq!((one.interface(&interfaces, 41), one.number(&interfaces, IfIndex(41))), (None, None), "41 is two ports");
    }

    #[test]
    fn bridge_ports_from_0_with_bits_that_are_if_indexes() {
        let interfaces = switch((1..=8).chain([12]), (0..=7).map(|port| (port, port + 1)).chain([(11, 12)]));
        let bits = proved(&interfaces, (1..=8).chain([12]));
        assert_eq!(bits.fits, [Numbering::IfIndex]);
        assert_eq!(bits.number(&interfaces, IfIndex(1)), Some(1));
    }

    #[test]
    fn bridge_ports_with_gaps_are_told_from_places_by_their_numbers() {
        let ports = || (1..=8).chain([33, 34, 1000]);
        let interfaces = switch((1001..=1008).chain([1101, 1102, 2001]), ports().zip((1001..=1008).chain([1101, 1102, 2001])));
        assert_eq!(proved(&interfaces, ports()).number(&interfaces, IfIndex(2001)), Some(1000));
        assert_eq!(proved(&interfaces, [33, 34, 1000]).number(&interfaces, IfIndex(1101)), Some(33));
        assert_eq!(proved(&interfaces, 1..=11).number(&interfaces, IfIndex(2001)), Some(11), "places");
        assert_eq!(proved(&interfaces, [11]), Numbers::default(), "11 alone is no proof");
        assert_eq!(proved(&interfaces, 1..=12).number(&interfaces, IfIndex(2001)), Some(1000), "one more than there are places");
    }

    #[test]
    fn what_two_numberings_say_alike_is_proved() {
        let interfaces = switch([1, 2, 3, 5, 9], [(1, 1), (2, 2), (3, 5), (5, 3)]);
        let numbers = proved(&interfaces, [1, 2, 3, 5]);
        let ports = [1, 2, 3, 5, 9].map(|number| numbers.interface(&interfaces, number).map(|index| index.0));
        assert_eq!(ports, [Some(1), Some(2), None, None, None]);
    }

    #[test]
    fn numbers_of_ports_that_are_not_there_and_no_numbers_prove_nothing() {
        let interfaces = switch([1, 2, 103], [(1, 1), (2, 2), (3, 103)]);
        assert_eq!(proved(&interfaces, [7, 8]), Numbers::default());
        assert_eq!(proved(&interfaces, [2, 3, 60]).number(&interfaces, IfIndex(103)), Some(3), "60 is nobody's");
        let none = proved(&interfaces, []);
        assert_eq!((none.number(&interfaces, IfIndex(2)), none.number(&interfaces, IfIndex(103))), (Some(2), None));
    }

    #[test]
    fn a_port_that_cannot_be_meant_is_not() {
        let interfaces = switch([1, 2], [(1, 2), (2, 1)]);
        let up = |_: u32, index: IfIndex| index == IfIndex(2);
        let learned = Numbers::proved_by(&[1].into(), &interfaces, up);
        assert_eq!(learned.interface(&interfaces, 1), Some(IfIndex(2)));
        let none = Numbers::proved_by(&[1].into(), &interfaces, |_, _| false);
        assert_eq!(none, proved(&interfaces, [1]), "what contradicts both decides nothing");
    }
}
