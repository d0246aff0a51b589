//! A site whose switches are stored observations, and whose record of fetches is a file: everything `verify` rests on, to be changed.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::sync::{Arc, OnceLock};

use async_trait::async_trait;
use model::change::Observed;
use model::identifier::Identifier;
use model::ids::{IfIndex, MacAddress, PseIndex, SwitchName, VlanId};
use model::neighbour::{Neighbour, Protocol, Source};
use model::site::{Site, SwitchSpec};
use model::switch::{
    Access, Detection, Hardware, PoePort, PortState, PseGroup, SwitchCapabilities, SwitchIdentity, SwitchState, VoiceVlan,
    VoiceVlanModel,
};
use model::timestamp::Timestamp;
use model::units::Milliwatts;
use serde_json::json;
use voiceport::ops::context::{Connector, Credentials, Stop, StopCause};
use voiceport::ops::document::SiteReport;
use voiceport::ops::event::EventSink;
use voiceport::ops::machine::{LocalSecrets, SystemClock};
use voiceport::ops::render::{self, Request};
use voiceport::ops::{Context, Event, inventory, verify};
use voiceport::phones::catalogue::Catalogue;
use voiceport::serve::ServedFile;
use voiceport::switch::{Error, Switch};

use crate::laws::simulated::Simulated;
use crate::support::TempDir;

pub const VOICE: u16 = 20;
pub const DATA: u16 = 10;
/// Phones of each switch.
const PHONES: u8 = 5;

/// Where a phone of the site is.
#[derive(Debug, Clone, Copy)]
pub struct StoredPhone {
    pub mac: MacAddress,
    /// 0 has a voice VLAN of each port, 1 has members.
    pub switch: usize,
    pub port: u8,
}

impl StoredPhone {
    pub fn port_name(self) -> String {
        format!("1/{}", self.port)
    }
}

/// Everything `verify` rests on.
pub struct StoredSite {
    pub inventory: String,
    pub states: Vec<SwitchState>,
    /// Switches that do not answer.
    lost: BTreeSet<usize>,
    /// Lines of the record of fetches.
    pub fetches: Vec<serde_json::Value>,
    folder: TempDir,
}

pub fn vlan(id: u16) -> VlanId {
    VlanId::new(id).unwrap()
}

impl StoredSite {
    /// A site where all is right. Its files are made once, for all tests.
    pub fn new() -> Self {
        static FETCHES: OnceLock<Vec<serde_json::Value>> = OnceLock::new();
        let mut site =
            Self { inventory: text(), states: states(), lost: BTreeSet::new(), fetches: Vec::new(), folder: TempDir::new() };
        site.fetches = FETCHES.get_or_init(|| site.files()).clone();
        site
    }

    /// The port of a phone.
    pub fn port(&mut self, phone: StoredPhone) -> &mut PortState {
        self.states[phone.switch].ports.get_mut(&phone.port_name().as_str().into()).unwrap()
    }

    /// The site of its inventory.
    pub fn site(&self) -> Site {
        self.loaded().site
    }

    /// Its switches as they were read.
    pub fn observed(&self) -> Observed {
        let switches = self.states.iter().map(|state| (state.identity.name.clone(), state.clone()));
        Observed { switches: switches.collect(), ..Observed::default() }
    }

    pub fn lose_switch(&mut self, switch: usize) {
        self.lost.insert(switch);
    }

    pub fn forget_fetches(&mut self, mac: MacAddress) {
        self.fetches.retain(|line| line["mac"] != mac.to_string());
    }

    /// The record of phones that have fetched what there is to fetch.
    fn files(&self) -> Vec<serde_json::Value> {
        let (site, context) = (self.loaded(), self.context());
        let of_phone = |phone: StoredPhone| {
            let files = render::of_one(&site, &Request { phones: vec![phone.mac], file: None }, &context).unwrap();
            let own = files.into_iter().find(|file| file.device).unwrap();
            fetch(phone.mac, &own.name, &ServedFile::new(own.content.as_bytes()).sha256)
        };
        phones().into_iter().map(of_phone).collect()
    }

    fn loaded(&self) -> inventory::LoadedSite {
        let path = self.folder.path().join("site.yaml");
        std::fs::write(&path, &self.inventory).unwrap();
        let catalogue = catalogue();
        let read = voiceport::inventory::read(&path, catalogue).unwrap_or_else(|error| panic!("{error}\n{}", self.inventory));
        let folder = self.folder.path().to_owned();
        inventory::LoadedSite {
            site: read.site,
            catalogue: catalogue.clone(),
            folder,
            places: Arc::new(read.places),
            templates: inventory::Templates::default(),
        }
    }

    fn context(&self) -> Context {
        let names = self.states.iter().map(|state| state.identity.name.clone());
        let states = names.zip(self.states.iter().cloned()).enumerate();
        let states = states.filter(|(number, _)| !self.lost.contains(number)).map(|(_, named)| named).collect();
        Context {
            connector: Arc::new(Stored(states)),
            secrets: Arc::new(LocalSecrets),
            state_folder: Some(self.folder.path().to_owned()),
            clock: Arc::new(SystemClock),
            events: Arc::new(Silent),
            stop: Arc::new(Never),
        }
    }

    /// What `verify` says of it.
    pub fn verify(&self) -> SiteReport {
        let lines: Vec<String> = self.fetches.iter().map(|line| format!("{line}\n")).collect();
        std::fs::write(self.folder.path().join("fetched.jsonl"), lines.concat()).unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(verify::run(self.loaded(), &verify::Request::default(), &self.context())).unwrap().report.0
    }
}

/// Read once, for all tests.
pub fn catalogue() -> &'static Catalogue {
    static CATALOGUE: OnceLock<Catalogue> = OnceLock::new();
    CATALOGUE.get_or_init(|| voiceport::phones::builtin().unwrap())
}

/// The phones of both switches.
pub fn phones() -> Vec<StoredPhone> {
    let phone = |switch: usize, port: u8| {
        let number = u8::try_from(switch).unwrap() * PHONES + port;
        StoredPhone { mac: MacAddress([0x00, 0x15, 0x65, 0, 0, number]), switch, port }
    };
    (0..2).flat_map(|switch| (1..=PHONES).map(move |port| phone(switch, port))).collect()
}

/// Both switches, with every phone where it belongs.
pub fn states() -> Vec<SwitchState> {
    let mut states = vec![state("upper", VoiceVlanModel::PortObject), state("lower", VoiceVlanModel::TaggedMember)];
    for phone in phones() {
        let port = states[phone.switch].ports.get_mut(&phone.port_name().as_str().into()).unwrap();
        let mut neighbour = Neighbour::new(Source::Switch, Protocol::Lldp);
        neighbour.mac = Some(phone.mac);
        neighbour.management_addresses = vec![Identifier::Ip([192, 0, 2, phone.mac.0[5]].into())];
        port.neighbours = vec![neighbour];
    }
    states
}

fn text() -> String {
    let mut text = format!(
        "site: {{name: stored}}\nvlans: {{voice: {{id: {VOICE}, role: voice}}, data: {{id: {DATA}}}}}\n\
         credentials: {{c: {{snmp: v2c, community: {{insecure_literal: true, value: community}}}}}}\n\
         switches:\n  upper: {{address: 192.0.2.1, read: c, write: c, data_vlan: data}}\n  lower: {{address: 192.0.2.2, read: c, write: c, data_vlan: data}}\n\
         pbx: {{address: 192.0.2.9}}\nphones:\n"
    );
    for phone in phones() {
        let (mac, number, switch) = (phone.mac, 100 + phone.mac.0[5], ["upper", "lower"][phone.switch]);
        writeln!(
            text,
            "  - {{mac: \"{mac}\", model: yealink/t46s, at: {{switch: {switch}, port: \"1/{}\"}}, lines: [{{extension: \"{number}\", \
             name: Desk {number}, secret: {{insecure_literal: true, value: password-{number}}}}}]}}",
            phone.port
        )
        .unwrap();
    }
    text
}

pub fn fetch(mac: MacAddress, file: &str, sha256: &str) -> serde_json::Value {
    json!({
        "site": "stored", "mac": mac.to_string(), "file": file.to_lowercase(), "sha256": sha256, "address": "192.0.2.50",
        "at": Timestamp::from_unix_nanos(1_700_000_000_000_000_000),
    })
}

fn state(name: &str, model: VoiceVlanModel) -> SwitchState {
    let members = model == VoiceVlanModel::TaggedMember;
    let port = |number: u8| PortState {
        if_index: Some(IfIndex(u32::from(number))),
        link_up: Some(true),
        poe: Some(PoePort {
            index: Some(PseIndex { group: 1, port: u32::from(number) }),
            enabled: Some(true),
            detection: Some(Detection::Delivering),
            class: Some(2),
            allocated: Some(Milliwatts(7_000)),
            measured: Some(Milliwatts(3_000)),
            ..PoePort::default()
        }),
        pvid: Some(vlan(DATA)),
        tagged: members.then(|| BTreeSet::from([vlan(VOICE)])),
        untagged: members.then(|| BTreeSet::from([vlan(DATA)])),
        voice_vlan: (!members).then_some(VoiceVlan::Vlan(vlan(VOICE))),
        ..PortState::default()
    };
    let write = |is: bool| if is { Access::Write } else { Access::None };
    SwitchState {
        identity: SwitchIdentity {
            name: name.into(),
            system_name: None,
            description: Some("stored".to_owned()),
            object_id: None,
            uptime_cs: None,
            profile: "stored".to_owned(),
            hardware: Hardware::default(),
        },
        capabilities: SwitchCapabilities {
            poe: Access::Write,
            access_vlan: Access::Write,
            membership: write(members),
            voice_vlan: model,
            vlan_create: Access::Write,
            persist: Access::Write,
            ..SwitchCapabilities::default()
        },
        read_at: Timestamp::from_unix_nanos(0),
        vlans: Some(BTreeMap::from([(vlan(DATA), "data".to_owned()), (vlan(VOICE), "voice".to_owned())])),
        suspended_vlans: BTreeSet::new(),
        voice_attributes: None,
        voice_vlan: None,
        voice_function: (!members).then_some(true),
        ports: (1..=PHONES).map(|number| (format!("1/{number}").as_str().into(), port(number))).collect(),
        pse_groups: BTreeMap::from([(1, PseGroup { nominal: Some(Milliwatts(370_000)), ..PseGroup::default() })]),
        unmapped_pse: Vec::new(),
        unplaced_neighbours: Vec::new(),
        unread: Vec::new(),
        own_addresses: BTreeSet::new(),
        unsaved_changes: Some(false),
        notes: Vec::new(),
    }
}

/// Switches that show what is stored.
struct Stored(BTreeMap<SwitchName, SwitchState>);

#[async_trait]
impl Connector for Stored {
    async fn open(&self, name: &SwitchName, _: &SwitchSpec, _: Credentials) -> Result<Arc<dyn Switch>, Error> {
        match self.0.get(name) {
            Some(state) => Ok(Arc::new(Simulated::new(state.clone()))),
            None => Err(Error::Unreachable {
                switch: name.clone(),
                address: "192.0.2.1".to_owned(),
                cause: "no route to host".to_owned(),
            }),
        }
    }
}

struct Silent;

impl EventSink for Silent {
    fn emit(&self, _: Event<'_>) {}
}

struct Never;

#[async_trait]
impl Stop for Never {
    async fn asked(&self) -> StopCause {
        std::future::pending().await
    }
}
