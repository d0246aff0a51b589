//! One port with the numbers it has in the tables of the profile. Pure.

use std::collections::{BTreeMap, BTreeSet};

use crate::switch::snmp::mib;
use crate::switch::snmp::profile::{Index, MembershipTable, Object, Profile, Voice, VoicePort};
use crate::switch::snmp::read::interfaces::{Interface, Interfaces};
use crate::switch::snmp::read::numbering::Numbers;
use model::ids::IfIndex;
use snmp::Oid;
use snmp::manager::Tables;

/// The number of the bridge component on a switch that has only one.
const ONLY: u32 = 1;

/// What the numbers of each table of ports are, by the OID of its rows.
#[derive(Debug, Clone, Default)]
pub struct Numberings {
    by_table: BTreeMap<Oid, Numbers>,
    /// Tables that were read to their ends and have rows.
    told: BTreeSet<Oid>,
    /// Columns of tables of which some numbers are not proved, and how many.
    pub unproved: Vec<(Oid, usize)>,
}

/// A port.
#[derive(Debug, Clone, Copy)]
pub struct Port<'a> {
    pub index: IfIndex,
    pub interface: &'a Interface,
    pub interfaces: &'a Interfaces,
    pub numberings: &'a Numberings,
}

impl Numberings {
    /// Proves the numbers of each table of ports that the profile names, from all its columns that it names.
    #[must_use]
    pub fn of(profile: &Profile, tables: &Tables, interfaces: &Interfaces) -> Self {
        let mut numbers: BTreeMap<Oid, BTreeSet<u32>> = BTreeMap::new();
        for column in columns(profile) {
            let rows = tables.column(&column).filter_map(|(instance, _)| instance.last().copied());
            numbers.entry(table(&column)).or_default().extend(rows);
        }
        let mut numberings = Self::default();
        for (table, numbers) in numbers {
            let proved = Numbers::proved(&numbers, interfaces);
            let unproved = proved.unproved(interfaces, &numbers);
            let column = columns(profile).into_iter().find(|column| column.starts_with(&table)).filter(|_| unproved > 0);
            numberings.unproved.extend(column.map(|column| (column, unproved)));
            if !numbers.is_empty() {
                numberings.told.insert(table.clone());
            }
            numberings.by_table.insert(table, proved);
        }
        numberings
    }

    /// Takes note of columns that were not read to their ends.
    pub fn cut<'c>(&mut self, columns: impl Iterator<Item = &'c Oid>) {
        for column in columns {
            self.told.retain(|table| !column.starts_with(table) && !table.starts_with(column));
        }
    }

    /// Whether the table that a column is of has rows and was read to its end: who has no row has none on the switch either. An agent
    /// leaves out a table that it does not know, so one without rows says nothing.
    #[must_use]
    pub fn has_rows(&self, column: &Oid) -> bool {
        self.told.contains(&table(column))
    }

    /// The numbers of the table that a column is of.
    #[must_use]
    pub fn of_column(&self, column: &Oid) -> Option<&Numbers> {
        self.by_table.get(&table(column))
    }
}

impl Port<'_> {
    /// The port's number in the table that a column is of; `None` where nothing proves it.
    #[must_use]
    pub fn number(&self, column: &Oid) -> Option<u32> {
        self.numberings.of_column(column)?.number(self.interfaces, self.index)
    }

    /// The instance of a port's object; `None` for objects that are no port's, and where nothing proves the port's number.
    #[must_use]
    pub fn instance(&self, object: &Object) -> Option<Oid> {
        match object.index {
            Index::Interface | Index::BridgePort => Some(Oid::from([self.number(&object.oid)?])),
            Index::ComponentPort => Some(Oid::from([ONLY, self.number(&object.oid)?])),
            Index::Pse | Index::Vlan | Index::ComponentVlan | Index::Domain | Index::DomainVlan | Index::Scalar => None,
        }
    }
}

/// The OID of a table's rows.
fn table(column: &[u32]) -> Oid {
    Oid::new(column.split_last().map_or(column, |(_, row)| row))
}

/// The columns with a row for each port whose number is the last of the instance.
#[must_use]
pub fn columns(profile: &Profile) -> Vec<Oid> {
    let mut columns: Vec<Oid> = objects(profile).map(|object| object.oid.clone()).collect();
    columns.extend(profile.trunk.iter().map(|trunk| trunk.object.oid.clone()));
    match &profile.membership {
        Some(MembershipTable::MemberRows { tagging, .. }) => columns.push(tagging.oid.clone()),
        Some(MembershipTable::MembersAndTagging { tagging, .. }) => columns.push(tagging.oid.clone()),
        _ => {}
    }
    if profile.access_vlan.is_some() {
        columns.push(mib::PVID.into());
    }
    columns.sort();
    columns.dedup();
    columns
}

/// Objects of ports that may be written.
pub fn objects(profile: &Profile) -> impl Iterator<Item = &Object> {
    let access = profile.access_vlan.iter().flat_map(|access| std::iter::once(&access.object).chain(&access.trunk));
    let voice = match &profile.voice_vlan {
        Some(Voice::PortObject { object, .. }) => vec![object],
        Some(Voice::PortMode { mode, vlan, .. }) => vec![mode, vlan],
        Some(Voice::PortRow { vlan, row_status }) => vec![vlan, row_status],
        Some(Voice::SwitchObject { port: VoicePort::Object(on_off), .. }) => vec![&on_off.object],
        _ => Vec::new(),
    };
    let bitmaps = match &profile.membership {
        Some(MembershipTable::VlanBitmaps { blocks, .. }) => blocks.iter().map(|block| &block.object).collect(),
        _ => Vec::new(),
    };
    let objects = access.chain(profile.port_mode.iter().map(|modes| &modes.object)).chain(voice).chain(bitmaps);
    objects.filter(|object| matches!(object.index, Index::Interface | Index::BridgePort | Index::ComponentPort))
}
