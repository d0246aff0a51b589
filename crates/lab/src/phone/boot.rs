//! One simulated phone: boots when its port gives power, joins its VLAN, gets an address, fetches its files. I/O.
//!
//! Not simulated: DHCP and SIP on the wire; the phone is handed its address and its server, when its frames reach the server.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use model::ids::VlanId;
use tokio::sync::mpsc::UnboundedSender;
use tokio::sync::watch;
use tokio::time::sleep;

use super::event::{PhoneEvent, Stage};
use super::fetch::{self, Failure};
use super::model::Phone;
use crate::fabric::Fabric;
use crate::forwarding::SwitchPort;
use crate::options::Servers;
use crate::site;
use crate::switch::lldp_content::LldpContent;
use crate::switch::shared::SharedSwitch;
use crate::switch::state::Switch;

/// From power to the first LLDP frame. Each phone takes a little longer than the one before, always the same.
const BOOT: Duration = Duration::from_millis(200);
const BOOT_STEP: Duration = Duration::from_millis(30);
/// From joining the voice VLAN to having an address.
const LEASE: Duration = Duration::from_millis(50);
/// Pause after a failed fetch: doubled each time up to the longest.
const RETRY: Duration = Duration::from_millis(250);
const LONGEST_RETRY: Duration = Duration::from_secs(2);

/// The task of one phone.
pub(crate) struct PhoneTask {
    pub(crate) phone: Phone,
    pub(crate) number: u32,
    pub(crate) switch: Arc<SharedSwitch>,
    pub(crate) fabric: Arc<Fabric>,
    pub(crate) servers: watch::Receiver<Servers>,
    pub(crate) events: UnboundedSender<PhoneEvent>,
    /// Whether it runs already when its life begins.
    pub(crate) booted: bool,
}

impl PhoneTask {
    /// Lives until the lab is gone.
    pub(crate) async fn run(mut self) {
        loop {
            self.tell(Stage::Off, "");
            if self.switch.wait_for(|switch| switch.delivers(self.phone.port).then_some(())).await.is_none() {
                return;
            }
            let switch = Arc::clone(&self.switch);
            let port = self.phone.port;
            tokio::select! {
                _ = switch.wait_for(|switch| (!switch.delivers(port)).then_some(())) => {}
                () = self.live() => {}
            }
            self.advertise(|_| None);
        }
    }

    /// As the site begins: whoever has power had it long before, and is heard.
    pub(crate) fn begin(&mut self) {
        self.booted = self.switch.read(|switch| switch.delivers(self.phone.port));
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
            if !self.get_address().await {
                continue;
            }
            self.announce(Some(self.phone.address), self.told());
            self.tell(Stage::Addressed, &self.phone.address.to_string());
            let switch = Arc::clone(&self.switch);
            let port = self.phone.port;
            let moved = switch.wait_for(move |switch| (switch.advertised_voice_vlan(port) != Some(site::VOICE_VLAN)).then_some(()));
            tokio::select! {
                _ = moved => {}
                () = self.provision() => {}
            }
            self.announce(None, self.told());
            self.tell(Stage::Waiting, "left the voice VLAN");
        }
    }

    fn told(&self) -> Option<VlanId> {
        self.switch.read(|switch| switch.advertised_voice_vlan(self.phone.port))
    }

    /// Says in LLDP which VLAN it was told, until that is the phones' own.
    async fn follow_vlan(&self) {
        let mut said = self.told();
        while said != Some(site::VOICE_VLAN) {
            let changed = |switch: &Switch| Some(switch.advertised_voice_vlan(self.phone.port)).filter(|told| *told != said);
            let Some(told) = self.switch.wait_for(changed).await else { return };
            said = told;
            self.announce(None, told);
        }
    }

    /// Asks for an address until the server is reached; whether that was in the phones' own VLAN.
    async fn get_address(&self) -> bool {
        let mut changes = self.fabric.changes();
        let mut told = false;
        loop {
            changes.borrow_and_update();
            if self.told() != Some(site::VOICE_VLAN) {
                return false;
            }
            if self.reaches_server() {
                return true;
            }
            if !std::mem::replace(&mut told, true) {
                self.tell(Stage::Waiting, &format!("VLAN {}: no answer from the DHCP server", site::VOICE_VLAN));
            }
            if changes.changed().await.is_err() {
                return std::future::pending().await;
            }
        }
    }

    fn reaches_server(&self) -> bool {
        let place = SwitchPort::new(self.phone.switch, self.phone.port);
        self.fabric.reaches_server(&place, self.phone.mac, site::VOICE_VLAN)
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
                Ok(bytes) => {
                    self.tell(Stage::Fetched, &wanted.name);
                    if wanted.own {
                        let checked = self.phone.check(&String::from_utf8_lossy(&bytes));
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
        if !self.reaches_server() {
            return Err(Failure::Silence);
        }
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
        self.advertise(|phone| Some(phone.lldp_content(address, vlan)));
    }

    fn advertise(&self, say: impl FnOnce(&Phone) -> Option<LldpContent>) {
        let content = say(&self.phone);
        self.switch.change(|switch| {
            if let Some(plug) = switch.plugs.get_mut(&self.phone.port) {
                plug.lldp = content;
            }
        });
    }

    fn tell(&self, stage: Stage, detail: &str) {
        // Nobody listening any more is no reason for a phone to stop.
        let _ = self.events.send(PhoneEvent { mac: self.phone.mac, stage, detail: detail.to_owned() });
    }
}
