//! The simulated site while it runs: agents and a reflector on sockets of loopback, and a task for each phone. I/O.

use std::net::SocketAddr;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use snmp::usm::{Cipher, Hash, Master, ShortPassword, User};
use tokio::sync::mpsc::{self, UnboundedReceiver};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::agent::{self, Keys, Running};
use super::error::Error;
use super::listeners::{Listeners, pass_on};
use super::options::{LabOptions, Servers};
use super::phone::boot::PhoneTask;
use super::phone::event::PhoneEvent;
use super::phone::model::Phone;
use super::reflector::LabReflector;
use super::site;
use super::switch::family::Family;
use super::switch::layout::{self, Layout};
use super::switch::shared::SharedSwitch;
use super::switch::state;

/// The inventory of the simulated site; the agents' ports in it are replaced by those they were given.
const INVENTORY: &str = include_str!("../../../inventory/lab/site.yaml");
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

/// A running simulated site. It stops when this is dropped.
pub struct Lab {
    closet: Running,
    floor_2: Running,
    reflector: SocketAddr,
    switches: Vec<Arc<SharedSwitch>>,
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
        let switches: Vec<Arc<SharedSwitch>> = switches.into_iter().map(|switch| Arc::new(SharedSwitch::new(switch))).collect();
        let [closet, floor_2] = [layout::CLOSET, layout::FLOOR_2].map(|name| start_agent(&switches, name));
        let (closet, floor_2) = (closet.await?, floor_2.await?);
        let (sender, receiver) = mpsc::unbounded_channel();
        let servers = watch::Sender::new(Servers::default());
        let phones = site::phones();
        let listeners = Arc::<Mutex<Listeners>>::default();
        let mut tasks = vec![tokio::spawn(pass_on(receiver, Arc::clone(&listeners)))];
        for (number, phone) in (0..).zip(&phones) {
            if let Some(switch) = find(&switches, phone.switch) {
                let (phone, servers, events) = (phone.clone(), servers.subscribe(), sender.clone());
                let mut task = PhoneTask { phone, number, switch, servers, events, booted: false };
                task.begin();
                tasks.push(tokio::spawn(task.run()));
            }
        }
        let reflector = LabReflector::bind().await.map_err(|cause| Error::Reflector { cause: cause.to_string() })?;
        let reflector_address = reflector.address();
        // It ends only when the task is stopped.
        tasks.push(tokio::spawn(async move { drop(reflector.run().await) }));
        Ok(Self {
            closet,
            floor_2,
            reflector: reflector_address,
            switches,
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
        find(&self.switches, name).map(|switch| switch.read(state::Switch::clone))
    }

    /// Waits until a switch is as wanted.
    pub async fn wait_until(&self, name: &str, wanted: impl Fn(&state::Switch) -> bool) {
        if let Some(switch) = find(&self.switches, name) {
            switch.wait_for(|switch| wanted(switch).then_some(())).await;
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

async fn start_agent(switches: &[Arc<SharedSwitch>], switch: &'static str) -> Result<Running, Error> {
    let shared = find(switches, switch).ok_or_else(|| Error::Agent { switch, cause: "the site has no such switch".to_owned() })?;
    let keys = keys(switch).map_err(|cause| Error::Agent { switch, cause: cause.to_string() })?;
    agent::start(shared, keys).await.map_err(|cause| Error::Agent { switch, cause })
}

fn keys(switch: &str) -> Result<Keys, ShortPassword> {
    if switch == layout::CLOSET {
        return Ok(Keys::Communities { read: "closet-read", write: "closet-write" });
    }
    let [read, write] = FLOOR_2_USERS.clone()?;
    Ok(Keys::Users { read, write })
}

fn find(switches: &[Arc<SharedSwitch>], switch: &str) -> Option<Arc<SharedSwitch>> {
    switches.iter().find(|shared| shared.read(|state| state.layout.name == switch)).cloned()
}
