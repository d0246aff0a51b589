//! What is wanted: the inventory after reading, every reference resolved to a name that exists. Pure.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use super::check::Check;
use super::credential::{CredentialSpec, SecretRef};
use super::ids::{Dscp, MacAddress, ModelId, Pcp, PortName, PortRef, SwitchName, VlanId};
use super::switch::PoePriority;
use super::units::Milliwatts;

#[derive(Debug, Clone, Default, PartialEq)]
pub struct Site {
    /// Short name, for people and file names.
    pub name: String,
    /// IANA time zone, like `Europe/Berlin`.
    pub time_zone: Option<String>,
    /// ISO 3166 country code in capitals.
    pub country: Option<String>,
    /// Settings for every phone: parameter name → value, as the `settings` of a phone.
    pub defaults: Settings,
    /// VLANs by their name in the inventory.
    pub vlans: BTreeMap<String, VlanSpec>,
    pub credentials: BTreeMap<String, CredentialSpec>,
    pub switches: BTreeMap<SwitchName, SwitchSpec>,
    /// Phones in the order written.
    pub phones: Vec<PhoneSpec>,
    /// The telephone system the phones register with.
    pub pbx: Option<PbxSpec>,
    /// Who may fetch files.
    pub provisioning: ProvisioningSpec,
    /// The far end of the voice path, to be measured.
    pub probe: Option<ProbeSpec>,
    /// Uninterruptible supplies by name.
    pub ups: BTreeMap<String, UpsSpec>,
    /// Cables by the switch port they start at, where the inventory tells of them.
    pub cables: BTreeMap<PortRef, CableSpec>,
    /// What the site is accepted by.
    pub accept: AcceptSpec,
}

/// What a site is accepted by.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AcceptSpec {
    /// The checks that must pass; `None` leaves it to [`Site::required_checks`].
    pub require: Option<BTreeSet<Check>>,
    pub reservations: Vec<Reservation>,
}

/// What a person accepts although a check does not pass.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reservation {
    pub check: Check,
    pub of: ReservedFor,
    /// Why, in that person's words.
    pub reason: String,
}

/// The one subject of a reservation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReservedFor {
    Phone(MacAddress),
    Switch(SwitchName),
    /// The path to this target of `probe`.
    Path(String),
}

/// Free settings of a phone, by the name of a concept or of a vendor's parameter.
pub type Settings = BTreeMap<String, Setting>;

/// What a setting says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Setting {
    /// Explicitly off: `null` in the inventory.
    Off,
    Text(String),
    /// A secret, by where it is kept.
    Secret(SecretRef),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VlanSpec {
    /// 802.1Q VLAN ID.
    pub id: VlanId,
    /// What it is for.
    pub role: VlanRole,
    /// 802.1p priority of its traffic.
    pub priority: Option<Pcp>,
    /// DSCP of its traffic.
    pub dscp: Option<Dscp>,
}

/// What a VLAN is for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum VlanRole {
    /// Telephones.
    Voice,
    /// The management of the switches themselves: never changed.
    Management,
    /// Anything else.
    #[default]
    Data,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SwitchSpec {
    /// How it is reached.
    pub transport: SwitchTransport,
    /// Name of the credential for reading.
    pub read: Option<String>,
    /// Name of the credential for writing; without one nothing is written.
    pub write: Option<String>,
    /// Profile name; `None` picks one by sysObjectID.
    pub profile: Option<String>,
    /// Name of the voice VLAN of its phone ports.
    pub voice_vlan: Option<String>,
    /// Name of the data VLAN of its phone ports: what a PC behind the phone is in.
    pub data_vlan: Option<String>,
    /// Ports never to be changed.
    pub protect: BTreeSet<PortName>,
    /// Power budget where the switch does not tell one.
    pub power_budget: Option<Milliwatts>,
    /// Allow writing to a switch that only the generic standard-MIB profile matches.
    pub allow_generic_write: bool,
}

/// How a switch is reached.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SwitchTransport {
    /// SNMP over UDP.
    Snmp {
        /// Host name or address.
        address: String,
        /// UDP port, 161 by default.
        port: u16,
    },
    /// This machine's own kernel bridge.
    Linux {
        /// The bridge's interface name.
        bridge: String,
    },
}

#[derive(Debug, Clone, PartialEq)]
pub struct PhoneSpec {
    /// Its MAC address: its identity.
    pub mac: MacAddress,
    pub model: ModelId,
    /// Where it is plugged in; `None` leaves that to discovery.
    pub at: Option<PortRef>,
    /// Its fixed IP address, when it has one: evidence of who asks for a file.
    pub address: Option<IpAddr>,
    /// Its lines, first line first.
    pub lines: Vec<LineSpec>,
    /// PoE priority its port shall have; `None` leaves it.
    pub poe_priority: Option<PoePriority>,
    /// Power its port shall be limited to; `None` leaves it.
    pub poe_limit: Option<Milliwatts>,
    /// Settings of this phone alone.
    pub settings: Settings,
}

impl PhoneSpec {
    /// What people call it: extension and name of its first line, else its MAC address.
    #[must_use]
    pub fn called(&self) -> String {
        match self.lines.first() {
            Some(LineSpec { extension, name: Some(name), .. }) => format!("phone {extension} {name}"),
            Some(line) => format!("phone {}", line.extension),
            None => format!("phone {}", self.mac),
        }
    }
}

/// One line (account) of a phone.
#[derive(Debug, Clone, PartialEq)]
pub struct LineSpec {
    pub extension: String,
    /// What the display shows.
    pub name: Option<String>,
    /// SIP user; the extension when absent.
    pub user: String,
    pub secret: SecretRef,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PbxSpec {
    /// Host name or address.
    pub address: String,
    /// SIP port; by transport when absent.
    pub port: Option<u16>,
    pub transport: SipTransport,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are the standards' own")]
pub enum SipTransport {
    #[default]
    Udp,
    Tcp,
    Tls,
}

impl SipTransport {
    /// The name in the inventory and in templates: `udp`, `tcp`, `tls`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Udp => "udp",
            Self::Tcp => "tcp",
            Self::Tls => "tls",
        }
    }

    /// The registered port: 5060, or 5061 for TLS (RFC 3261 §19.1.2).
    #[must_use]
    pub const fn default_port(self) -> u16 {
        match self {
            Self::Tls => 5061,
            Self::Udp | Self::Tcp => 5060,
        }
    }
}

/// Who may fetch files.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProvisioningSpec {
    /// The URL phones are told to fetch from, when it is not this machine's own address.
    pub url: Option<String>,
}

/// The far end of the voice path: a STAMP reflector near the telephone system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProbeSpec {
    /// `host`, `host:port` or `[v6]:port`; port 862 by default.
    pub target: String,
    /// How long to measure.
    pub duration: Option<std::time::Duration>,
    /// Calls at the same time.
    pub streams: Option<u32>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UpsSpec {
    /// Usable energy in watt-hours.
    pub energy_wh: u32,
    /// Switches behind it.
    pub switches: Vec<SwitchName>,
    /// What the switches themselves draw, without PoE.
    pub base_load: Option<Milliwatts>,
}

/// One cable from a switch port to a phone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CableSpec {
    pub length_m: u32,
    /// Its category; `None` when it is not known.
    pub category: Option<CableCategory>,
}

/// Categories of twisted-pair cable (ISO/IEC 11801, TIA-568).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are the standards' own")]
pub enum CableCategory {
    Cat3,
    Cat5e,
    Cat6,
    Cat6a,
    Cat7,
}

impl Site {
    /// The voice VLAN of a switch's phone ports: its own, else the site's only VLAN with the role `voice`.
    #[must_use]
    pub fn voice_vlan(&self, switch: &SwitchSpec) -> Option<&VlanSpec> {
        match &switch.voice_vlan {
            Some(name) => self.vlans.get(name),
            None => self.vlans.values().find(|vlan| vlan.role == VlanRole::Voice),
        }
    }

    /// The checks that must pass: those of `accept.require`; else powered, vlan, found and fetched for each phone and saved for each
    /// switch, and qos where the inventory names a reflector.
    #[must_use]
    pub fn required_checks(&self) -> BTreeSet<Check> {
        if let Some(named) = &self.accept.require {
            return named.clone();
        }
        let always = [Check::Powered, Check::Vlan, Check::Found, Check::Fetched, Check::Saved];
        always.into_iter().chain(self.probe.as_ref().map(|_| Check::Qos)).collect()
    }

    /// The data VLAN of a switch's phone ports, when the inventory names one.
    #[must_use]
    pub fn data_vlan(&self, switch: &SwitchSpec) -> Option<&VlanSpec> {
        self.vlans.get(switch.data_vlan.as_ref()?)
    }

    /// The same without its phones, which are most of it.
    #[must_use]
    pub fn without_phones(&self) -> Self {
        Self {
            name: self.name.clone(),
            time_zone: self.time_zone.clone(),
            country: self.country.clone(),
            defaults: self.defaults.clone(),
            vlans: self.vlans.clone(),
            credentials: self.credentials.clone(),
            switches: self.switches.clone(),
            phones: Vec::new(),
            pbx: self.pbx.clone(),
            provisioning: self.provisioning.clone(),
            probe: self.probe.clone(),
            ups: self.ups.clone(),
            cables: self.cables.clone(),
            accept: self.accept.clone(),
        }
    }

    /// The phone with this MAC.
    #[must_use]
    pub fn phone(&self, mac: MacAddress) -> Option<&PhoneSpec> {
        self.phones.iter().find(|phone| phone.mac == mac)
    }
}
