//! One simulated phone: boots when its port gives power, joins its VLAN, gets an address, fetches its files. I/O.
//!
//! Not simulated: DHCP and SIP on the wire; the phone is handed its address and its server.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc::UnboundedSender;
use tokio::sync::watch;
use tokio::time::sleep;

use model::ids::{MacAddress, VlanId};

use super::advert::Advert;
use super::fetch::{self, Failure};
use super::models::Phone;
use super::plant::Plant;
use super::state::Switch;
use super::{Servers, site};

/// From power to the first LLDP frame. Each phone takes a little longer than the one before, always the same.
const BOOT: Duration = Duration::from_millis(200);
const BOOT_STEP: Duration = Duration::from_millis(30);
/// From joining the voice VLAN to having an address.
const LEASE: Duration = Duration::from_millis(50);
/// Pause after a failed fetch: doubled each time up to the longest.
const RETRY: Duration = Duration::from_millis(250);
const LONGEST_RETRY: Duration = Duration::from_secs(2);

/// How far a phone has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// Its port gives no power.
    Off,
    /// It has power and starts.
    Booting,
    /// It runs and is heard in LLDP, but has no address: it was told no VLAN, or one without phones' addresses.
    Waiting,
    /// It is in the voice VLAN and has an address.
    Addressed,
    /// It asked for a file and did not get it; some are rightly not found.
    Missed,
    /// It got a file.
    Fetched,
    /// It got its own file, and the file is right.
    Configured,
}

/// One step of one phone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PhoneEvent {
    /// Which.
    pub mac: MacAddress,
    /// How far it has come.
    pub stage: Stage,
    /// The file's name, the address or the cause, in words.
    pub detail: String,
}

/// A phone in its socket.
pub(super) struct Desk {
    pub(super) phone: Phone,
    pub(super) number: u32,
    pub(super) plant: Arc<Plant>,
    pub(super) servers: watch::Receiver<Servers>,
    pub(super) events: UnboundedSender<PhoneEvent>,
    /// Whether it runs already when its life begins.
    pub(super) booted: bool,
}

impl Desk {
    /// Lives until the lab is gone.
    pub(super) async fn run(mut self) {
        loop {
            self.tell(Stage::Off, "");
            if self.plant.wait_for(|switch| switch.delivers(self.phone.port).then_some(())).await.is_none() {
                return;
            }
            let plant = Arc::clone(&self.plant);
            let port = self.phone.port;
            tokio::select! {
                _ = plant.wait_for(|switch| (!switch.delivers(port)).then_some(())) => {}
                () = self.live() => {}
            }
            self.advertise(|_| None);
        }
    }

    /// As the site begins: whoever has power had it long before, and is heard.
    pub(super) fn begin(&mut self) {
        self.booted = self.plant.read(|switch| switch.delivers(self.phone.port));
        if self.booted {
            self.announce(None, self.told());
        }
    }

    /// From power to power.
    async fn live(&mut self) {
        if !std::mem::take(&mut self.booted) {
            self.tell(Stage::Booting, "");
            sleep(BOOT + BOOT_STEP * self.number).await;
            self.announce(None, self.told());
        }
        self.tell(Stage::Waiting, &self.told().map_or_else(|| "no voice VLAN".to_owned(), |vlan| format!("VLAN {vlan}")));
        loop {
            self.follow_vlan().await;
            sleep(LEASE).await;
            self.announce(Some(self.phone.address), self.told());
            self.tell(Stage::Addressed, &self.phone.address.to_string());
            let plant = Arc::clone(&self.plant);
            let port = self.phone.port;
            let moved = plant.wait_for(move |switch| (switch.advertised_voice_vlan(port) != Some(site::VOICE_VLAN)).then_some(()));
            tokio::select! {
                _ = moved => {}
                () = self.provision() => {}
            }
            self.announce(None, self.told());
            self.tell(Stage::Waiting, "left the voice VLAN");
        }
    }

    fn told(&self) -> Option<VlanId> {
        self.plant.read(|switch| switch.advertised_voice_vlan(self.phone.port))
    }

    /// Says in LLDP which VLAN it was told, until that is the phones' own.
    async fn follow_vlan(&self) {
        let mut said = self.told();
        while said != Some(site::VOICE_VLAN) {
            let changed = |switch: &Switch| Some(switch.advertised_voice_vlan(self.phone.port)).filter(|told| *told != said);
            let Some(told) = self.plant.wait_for(changed).await else { return };
            said = told;
            self.announce(None, told);
        }
    }

    /// Fetches until it is configured, then stays so until power or VLAN go.
    async fn provision(&mut self) {
        let mut pause = RETRY;
        loop {
            let Ok(servers) =
                self.servers.wait_for(|servers| servers.tftp.or(servers.http).is_some()).await.map(|servers| *servers)
            else {
                return std::future::pending().await;
            };
            match self.fetch_all(servers).await {
                Ok(name) => {
                    self.tell(Stage::Configured, &name);
                    return std::future::pending().await;
                }
                Err(cause) => self.tell(Stage::Missed, &cause),
            }
            sleep(pause).await;
            pause = (pause * 2).min(LONGEST_RETRY);
        }
    }

    /// Asks for every file; the name of its own, once that is had and right.
    async fn fetch_all(&self, servers: Servers) -> Result<String, String> {
        let mut own = None;
        for wanted in self.phone.files() {
            match self.fetch(servers, &wanted.name).await {
                Ok(octets) => {
                    self.tell(Stage::Fetched, &wanted.name);
                    if wanted.own {
                        let checked = self.phone.check(&String::from_utf8_lossy(&octets));
                        checked.map_err(|cause| format!("{}: {cause}", wanted.name))?;
                        own = Some(wanted.name);
                    }
                }
                Err(Failure::NotFound) if !wanted.own => self.tell(Stage::Missed, &format!("{}: not found", wanted.name)),
                Err(failure) => return Err(format!("{}: {failure}", wanted.name)),
            }
        }
        own.ok_or_else(|| "no file of its own".to_owned())
    }

    async fn fetch(&self, servers: Servers, name: &str) -> Result<Vec<u8>, Failure> {
        let from: Ipv4Addr = self.phone.address;
        let by_tftp = |server: SocketAddr| fetch::tftp(from, server, name);
        let agent = self.phone.user_agent();
        match servers {
            Servers { tftp: Some(server), http } if self.phone.prefers_tftp() || http.is_none() => by_tftp(server).await,
            Servers { http: Some(server), .. } => fetch::http(from, server, name, &agent).await,
            Servers { http: None, .. } => Err(Failure::Silence),
        }
    }

    fn announce(&self, address: Option<Ipv4Addr>, vlan: Option<VlanId>) {
        self.advertise(|phone| Some(phone.advert(address, vlan)));
    }

    fn advertise(&self, say: impl FnOnce(&Phone) -> Option<Advert>) {
        let advert = say(&self.phone);
        self.plant.change(|switch| {
            if let Some(plug) = switch.plugs.get_mut(&self.phone.port) {
                plug.advert = advert;
            }
        });
    }

    fn tell(&self, stage: Stage, detail: &str) {
        // Nobody listening any more is no reason for a phone to stop.
        let _ = self.events.send(PhoneEvent { mac: self.phone.mac, stage, detail: detail.to_owned() });
    }
}
