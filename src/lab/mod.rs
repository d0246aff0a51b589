//! A simulated site on loopback: two switches that speak SNMP, eight phones that boot and fetch, a STAMP reflector. I/O.
//!
//! Everything crosses real sockets of 127.0.0.0/8, as an ordinary user; what talks to it cannot tell it from a site.
//! Not simulated: forwarding of frames, DHCP, SIP.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use tokio::sync::mpsc::{self, UnboundedReceiver, UnboundedSender};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use agent::{Keys, Running};
use layout::Layout;
use models::Phone;
use phone::Desk;
use plant::Plant;

use crate::probe::Reflector;
use snmp::usm::{Cipher, Hash, Master, ShortPassword, User};

mod advert;
mod agent;
pub mod edit_buffer;
pub mod family;
pub mod fault;
mod fetch;
mod habits;
pub mod layout;
pub mod models;
pub mod phone;
mod plant;
pub mod quirk;
pub mod saves;
mod site;
pub mod state;
pub mod switchport;
pub mod voice;

pub use family::Family;
pub use fault::Fault;
pub use phone::{PhoneEvent, Stage};

/// The inventory of the simulated site; the agents' ports in it are replaced by those they were given.
const INVENTORY: &str = include_str!("../../inventory/lab/site.yaml");
const CLOSET_PORT: &str = "port: 16101";
const FLOOR_2_PORT: &str = "port: 16102";
const REFLECTOR: &str = "127.0.0.1:16862";

/// The users of the second switch. Their passwords are stretched once, for every lab of a process.
static FLOOR_2_USERS: LazyLock<Result<[User; 2], ShortPassword>> = LazyLock::new(|| {
    let master = |password: &str| Master::new(Hash::Sha256, password);
    let user = |name: &str| -> Result<User, ShortPassword> {
        Ok(User {
            name: name.as_bytes().to_vec(),
            authentication: Some(master(&format!("{name}-auth-pass"))?),
            privacy: Some((Cipher::Aes256, master(&format!("{name}-priv-pass"))?)),
        })
    };
    Ok([user("viewer")?, user("operator")?])
});

/// How the site is to be.
#[derive(Debug, Clone, Copy, Default)]
pub struct LabOptions {
    /// What goes wrong; `None` when nothing does.
    pub fault: Option<Fault>,
    /// Which family builds the switch of the wiring closet.
    pub closet: Family,
}

/// Where phones fetch their files: what DHCP would tell them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Servers {
    /// TFTP server.
    pub tftp: Option<SocketAddr>,
    /// HTTP server.
    pub http: Option<SocketAddr>,
}

/// Why there is no lab.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// An agent did not start.
    #[error("simulated switch {switch}: start its SNMP agent on 127.0.0.1: {cause}")]
    Agent {
        /// Which.
        switch: &'static str,
        /// The operating system's words, or the agent's.
        cause: String,
    },
    /// The reflector did not start.
    #[error("simulated reflector: {cause}")]
    Reflector {
        /// The probe's words.
        cause: String,
    },
}

impl Error {
    /// What to do about it, when there is one thing to do.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Agent { .. } | Self::Reflector { .. } => {
                Some("the lab needs UDP on the loopback interface: check that it is up".to_owned())
            }
        }
    }
}

/// A running simulated site. It stops when this is dropped.
pub struct Lab {
    closet: Running,
    floor_2: Running,
    reflector: SocketAddr,
    plants: Vec<Arc<Plant>>,
    servers: watch::Sender<Servers>,
    phones: Vec<Phone>,
    family: Family,
    listeners: Arc<Mutex<Listeners>>,
    tasks: Vec<JoinHandle<()>>,
}

impl Lab {
    /// Starts agents and phones.
    pub async fn start(options: LabOptions) -> Result<Self, Error> {
        Self::start_with(options, |_| {}).await
    }

    /// The same, after each switch has been prepared: given quirks, another configuration, another identity.
    pub async fn start_with(options: LabOptions, prepare: impl Fn(&mut state::Switch)) -> Result<Self, Error> {
        let mut switches = site::switches(options);
        switches.iter_mut().for_each(prepare);
        let plants: Vec<Arc<Plant>> = switches.into_iter().map(|switch| Arc::new(Plant::new(switch))).collect();
        let [closet, floor_2] = [layout::CLOSET, layout::FLOOR_2].map(|name| start_agent(&plants, name));
        let (closet, floor_2) = (closet.await?, floor_2.await?);
        let (sender, receiver) = mpsc::unbounded_channel();
        let servers = watch::Sender::new(Servers::default());
        let phones = site::phones();
        let listeners = Arc::<Mutex<Listeners>>::default();
        let mut tasks = vec![tokio::spawn(pass_on(receiver, Arc::clone(&listeners)))];
        for (number, phone) in (0..).zip(&phones) {
            if let Some(plant) = find(&plants, phone.switch) {
                let (phone, servers, events) = (phone.clone(), servers.subscribe(), sender.clone());
                let mut desk = Desk { phone, number, plant, servers, events, booted: false };
                desk.begin();
                tasks.push(tokio::spawn(desk.run()));
            }
        }
        let reflector = Reflector::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))
            .map_err(|cause| Error::Reflector { cause: cause.to_string() })?;
        let reflector_address = reflector.local_addr();
        // Its counts are of no interest here, and it ends only when the task is stopped.
        tasks.push(tokio::spawn(async move { drop(reflector.run().await) }));
        Ok(Self {
            closet,
            floor_2,
            reflector: reflector_address,
            plants,
            servers,
            phones,
            family: options.closet,
            listeners,
            tasks,
        })
    }

    /// The site's inventory, with the ports its agents listen on and the names that the closet's switch gives its own.
    #[must_use]
    pub fn inventory_text(&self) -> String {
        let text = INVENTORY
            .replace(CLOSET_PORT, &format!("port: {}", self.closet.address.port()))
            .replace(FLOOR_2_PORT, &format!("port: {}", self.floor_2.address.port()))
            .replace(REFLECTOR, &self.reflector.to_string());
        let on_closet = self.phones.iter().filter(|phone| phone.switch == layout::CLOSET);
        on_closet.fold(text, |text, phone| {
            let named = |family| format!("at: {{switch: closet, port: \"{}\"}}", Layout::closet(family).if_name(phone.port));
            text.replace(&named(Family::Standard).replace('"', ""), &named(self.family))
        })
    }

    /// Where an agent listens.
    #[must_use]
    pub fn agent(&self, switch: &str) -> Option<SocketAddr> {
        match switch {
            layout::CLOSET => Some(self.closet.address),
            layout::FLOOR_2 => Some(self.floor_2.address),
            _ => None,
        }
    }

    /// What a switch really is like now, whatever its agent says.
    #[must_use]
    pub fn switch(&self, name: &str) -> Option<state::Switch> {
        find(&self.plants, name).map(|plant| plant.read(state::Switch::clone))
    }

    /// Waits until a switch is as wanted.
    pub async fn wait_until(&self, name: &str, wanted: impl Fn(&state::Switch) -> bool) {
        if let Some(plant) = find(&self.plants, name) {
            plant.wait_for(|switch| wanted(switch).then_some(())).await;
        }
    }

    /// Tells the phones where to fetch, as DHCP would.
    pub fn provisioning(&self, servers: Servers) {
        self.servers.send_replace(servers);
    }

    /// Everything the phones did so far and will do.
    #[must_use]
    pub fn events(&self) -> UnboundedReceiver<PhoneEvent> {
        self.listeners.lock().unwrap_or_else(PoisonError::into_inner).subscribe()
    }

    /// The phones, in the order of the inventory.
    #[must_use]
    pub fn phones(&self) -> &[Phone] {
        &self.phones
    }
}

impl Drop for Lab {
    fn drop(&mut self) {
        self.tasks.iter().for_each(JoinHandle::abort);
    }
}

async fn start_agent(plants: &[Arc<Plant>], switch: &'static str) -> Result<Running, Error> {
    let plant = find(plants, switch).ok_or_else(|| Error::Agent { switch, cause: "the site has no such switch".to_owned() })?;
    let keys = keys(switch).map_err(|cause| Error::Agent { switch, cause: cause.to_string() })?;
    agent::start(plant, keys).await.map_err(|cause| Error::Agent { switch, cause })
}

fn keys(switch: &str) -> Result<Keys, ShortPassword> {
    if switch == layout::CLOSET {
        return Ok(Keys::Communities { read: "closet-read", write: "closet-write" });
    }
    let [read, write] = FLOOR_2_USERS.clone()?;
    Ok(Keys::Users { read, write })
}

fn find(plants: &[Arc<Plant>], switch: &str) -> Option<Arc<Plant>> {
    plants.iter().find(|plant| plant.read(|state| state.layout.name == switch)).cloned()
}

/// Those who listen to the phones, and what they would have heard had they come earlier.
#[derive(Default)]
struct Listeners {
    heard: Vec<PhoneEvent>,
    senders: Vec<UnboundedSender<PhoneEvent>>,
}

impl Listeners {
    fn subscribe(&mut self) -> UnboundedReceiver<PhoneEvent> {
        let (sender, receiver) = mpsc::unbounded_channel();
        self.heard.iter().for_each(|event| drop(sender.send(event.clone())));
        self.senders.push(sender);
        receiver
    }

    fn tell(&mut self, event: PhoneEvent) {
        self.senders.retain(|sender| sender.send(event.clone()).is_ok());
        self.heard.push(event);
    }
}

async fn pass_on(mut events: UnboundedReceiver<PhoneEvent>, listeners: Arc<Mutex<Listeners>>) {
    while let Some(event) = events.recv().await {
        listeners.lock().unwrap_or_else(PoisonError::into_inner).tell(event);
    }
}
