//! What a profile says of VLANs: their table, the membership of ports, port modes, the untagged VLAN, the voice VLAN. Values only. Pure.

use serde::Deserialize;

use super::object::{Meanings, Object, OnOff, Reading};
use super::standard;
use model::switch::{PortMode, UntaggedMove, VoiceVlan};

/// Which VLANs exist, and how they are created.
#[derive(Debug, Clone, Deserialize)]
#[serde(tag = "model", rename_all = "snake_case", deny_unknown_fields)]
pub enum VlanTable {
    /// A table with row status (Q-BRIDGE-MIB dot1qVlanStaticTable and its like).
    RowStatus {
        #[serde(default = "standard::vlan_name")]
        name: Option<Object>,
        #[serde(default = "standard::vlan_row_status")]
        row_status: Object,
        /// Whether rows may be created and destroyed.
        #[serde(default = "yes")]
        create: bool,
    },
    /// A table that only tells which VLANs exist.
    StateTable {
        /// State, indexed by management domain and VLAN.
        state: Reading,
        /// Name, indexed alike.
        name: Reading,
        /// The state of a VLAN that works.
        operational: i64,
        /// How VLANs are created and removed, where they can be.
        edit: Option<Box<EditBuffer>>,
    },
}

/// Creating VLANs in a buffer that one manager at a time may own, and applying it (CISCO-VTP-MIB). Objects are indexed by management
/// domain, those of a VLAN by domain and VLAN.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EditBuffer {
    /// What to do with the buffer.
    pub operation: Object,
    /// Its value for taking the buffer.
    pub copy: i64,
    /// Its value for applying it.
    pub apply: i64,
    /// Its value for giving it back.
    pub release: i64,
    /// Who owns the buffer.
    pub owner: Object,
    /// What became of applying.
    pub status: Reading,
    /// Its value while it is being applied.
    pub in_progress: i64,
    /// Its value for done.
    pub succeeded: i64,
    /// What its values are called, from 1.
    pub states: Vec<String>,
    /// Row status of a VLAN in the buffer.
    pub row_status: Object,
    /// Type of a VLAN in the buffer.
    pub kind: Object,
    /// Its value for Ethernet.
    pub ethernet: i64,
    /// Name of a VLAN in the buffer.
    pub name: Object,
    /// Number of a VLAN in 802.10, four bytes.
    pub said: Object,
}

/// Which ports are in a VLAN, and how they are put there.
#[derive(Debug, Clone, Deserialize)]
#[serde(tag = "model", rename_all = "snake_case", deny_unknown_fields)]
pub enum MembershipTable {
    /// Two port lists for each VLAN: all members and the untagged ones (Q-BRIDGE-MIB).
    PortLists {
        /// Order of ports in a PortList.
        #[serde(default)]
        codec: PortListCodec,
        /// Members, tagged and untagged.
        #[serde(default = "standard::egress")]
        egress: Object,
        #[serde(default = "standard::untagged")]
        untagged: Object,
        /// The same as they are in force, read where the two above have no rows; indexed by time mark and VLAN.
        #[serde(default = "standard_current")]
        current: Option<Current>,
        /// How the two lists are written.
        #[serde(default)]
        write: MembershipWrite,
    },
    /// A bitmap of VLANs for each port in trunk mode; in access mode the port is in its untagged VLAN alone.
    VlanBitmaps {
        /// Order of VLANs in an byte.
        codec: PortListCodec,
        /// The bitmaps, each with the VLAN of its first bit.
        blocks: Vec<Bitmap>,
        /// Whether they are only read.
        #[serde(default)]
        read_only: bool,
    },
    /// A row for each member of a VLAN, indexed by VLAN and ifIndex, that tells how it is a member. Only read.
    MemberRows {
        tagging: Reading,
        /// Its value for tagged.
        tagged: i64,
        /// Its value for untagged.
        untagged: i64,
    },
    /// A list of members for each VLAN, and for each port which of its VLANs it tags. Only read.
    MembersAndTagging {
        /// The list, by VLAN; its first bit is ifIndex 0.
        members: Reading,
        /// What the port tags, by ifIndex.
        tagging: Meanings<Tagging>,
    },
    /// Objects of a VLAN that take lists of ports as text: to be added tagged, added untagged, removed.
    Commands {
        /// Takes ports to be tagged members; read, it lists the tagged members.
        tagged: Object,
        /// Takes ports to be untagged members; read, it lists the untagged members.
        untagged: Object,
        /// Takes ports that shall be no members.
        remove: Object,
        /// How the lists are written.
        grammar: ListGrammar,
    },
}

/// How a list of ports is written as text. An item is a port's name, or the number of its bridge port; a range is an item and the last
/// number of the last port, as in `1/0/4-7`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListGrammar {
    /// What is between two items.
    pub between: char,
    /// What is between the ends of a range.
    pub range: char,
    /// What ports are called in lists, by ifIndex or bridge port.
    pub names: Option<Reading>,
}

/// Which of its VLANs a port tags.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tagging {
    All,
    None,
    /// The VLAN of untagged frames received, and no other.
    OnlyPvid,
    /// All but that one.
    AllButPvid,
}

/// The port lists in force.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Current {
    pub egress: Reading,
    pub untagged: Reading,
}

/// One bitmap of VLANs.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bitmap {
    /// The object, by port.
    pub object: Object,
    /// The VLAN of its first bit.
    pub first: u16,
}

/// Order of bits in a list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PortListCodec {
    #[default]
    /// RFC 4363: the most significant bit is the lowest port.
    MsbFirst,
    /// Bits reversed inside each byte.
    LsbFirst,
    /// Decimal port numbers separated by commas, as text.
    AsciiDecimal,
}

/// How egress and untagged lists are written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MembershipWrite {
    #[default]
    /// One request for each list: a port leaves untagged before egress and enters egress before untagged.
    OneObjectPerRequest,
    /// Both lists in one request, in that order.
    OneRequest,
    /// They are only read.
    None,
}

/// Access and trunk mode of ports.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PortModes {
    pub object: Object,
    /// Its value for access.
    pub access: i64,
    /// Its value for trunk.
    pub trunk: i64,
    /// Its value for any VLANs tagged and untagged.
    pub hybrid: Option<i64>,
    /// Whether it is only read.
    #[serde(default)]
    pub read_only: bool,
}

/// The VLAN of untagged frames.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccessVlan {
    /// The object; its value is the VLAN.
    #[serde(default = "standard::pvid")]
    pub object: Object,
    /// The object of ports in trunk mode, where it is another.
    pub trunk: Option<Object>,
    /// Where the column depends on the firmware: which it may be, each with what proves it. `object` is then the first that is proved.
    #[serde(default)]
    pub firmware: Vec<FirmwareColumn>,
    /// In which order a port changes its untagged VLAN.
    #[serde(default)]
    pub order: UntaggedMove,
    /// Whether it is only read.
    #[serde(default)]
    pub read_only: bool,
}

/// A column of one firmware.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FirmwareColumn {
    pub object: Object,
    /// Another column of the same table.
    pub proof: Reading,
    /// What that holds in every row.
    pub holds: ValueKind,
}

/// What kind of value a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ValueKind {
    Number,
    Text,
}

/// How a port is given its voice VLAN.
#[derive(Debug, Clone, Deserialize)]
#[serde(tag = "model", rename_all = "snake_case", deny_unknown_fields)]
pub enum Voice {
    /// The port is a tagged member of the VLAN.
    TaggedMember,
    /// An object of the port says it.
    PortObject {
        /// The object; 1 to 4094 are VLANs.
        object: Object,
        /// Its value for none.
        none: i64,
        /// Its value for untagged.
        untagged: Option<i64>,
        /// Its value for priority-tagged.
        priority_tagged: Option<i64>,
    },
    /// Two objects of the port say it: the mode and the VLAN.
    PortMode {
        mode: Object,
        /// The VLAN, valid in the mode for it.
        vlan: Object,
        /// The mode for a VLAN.
        by_vlan: i64,
        /// The mode for none.
        none: i64,
        /// Other modes that mean none.
        #[serde(default)]
        also_none: Vec<i64>,
        /// The mode for untagged.
        untagged: i64,
        /// The mode for priority-tagged.
        priority_tagged: i64,
    },
    /// A row of the port says it; without a row there is none.
    PortRow { vlan: Object, row_status: Object },
    /// The VLAN has the attribute, and the port is a tagged member of it.
    VlanAttribute { attribute: OnOff },
    /// One voice VLAN for the switch.
    SwitchObject {
        object: Object,
        /// Its value for none; some switches always have one.
        none: Option<i64>,
        /// What makes it the port's.
        port: VoicePort,
    },
}

/// What makes the switch's one voice VLAN a port's.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum VoicePort {
    /// Tagged membership in it.
    TaggedMember,
    /// An object of the port.
    Object(OnOff),
    /// The port's bit in a PortList.
    List {
        object: Object,
        /// Order of its bits.
        codec: PortListCodec,
    },
}

impl PortModes {
    /// The value of a mode; `None` when the switch has no such mode.
    #[must_use]
    pub fn value(&self, mode: PortMode) -> Option<i64> {
        match mode {
            PortMode::Access => Some(self.access),
            PortMode::Trunk => Some(self.trunk),
            PortMode::Hybrid => self.hybrid,
        }
    }

    /// The mode of a value.
    #[must_use]
    pub fn meaning(&self, value: i64) -> Option<PortMode> {
        [PortMode::Access, PortMode::Trunk, PortMode::Hybrid].into_iter().find(|mode| self.value(*mode) == Some(value))
    }
}

impl Voice {
    /// The value of an object that says VLAN or meaning in one number; `None` when the switch has no such meaning.
    #[must_use]
    pub fn number(meaning: VoiceVlan, none: Option<i64>, untagged: Option<i64>, priority_tagged: Option<i64>) -> Option<i64> {
        match meaning {
            VoiceVlan::None => none,
            VoiceVlan::Untagged => untagged,
            VoiceVlan::PriorityTagged => priority_tagged,
            VoiceVlan::Vlan(vlan) => Some(i64::from(vlan.get())),
        }
    }
}

const fn yes() -> bool {
    true
}

/// dot1qVlanCurrentEgressPorts and dot1qVlanCurrentUntaggedPorts. An Option because a profile may say that there are none.
#[allow(clippy::unnecessary_wraps, reason = "the default of an optional field")]
fn standard_current() -> Option<Current> {
    let column = |name: &str, column| Reading { name: name.to_owned(), oid: [1, 3, 6, 1, 2, 1, 17, 7, 1, 4, 2, 1, column].into() };
    Some(Current { egress: column("dot1qVlanCurrentEgressPorts", 4), untagged: column("dot1qVlanCurrentUntaggedPorts", 5) })
}
