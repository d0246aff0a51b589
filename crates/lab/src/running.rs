//! The simulated site while it runs: agents and a reflector on sockets of loopback, and a task for each phone. I/O.

use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use model::ids::BridgePort;
use snmp::agent::access::Users;
use snmp::agent::{Access, Principal};
use snmp::usm::{Authority, Cipher, Hash, Master, ShortPassword, User};
use tokio::sync::mpsc::{self, UnboundedReceiver};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::agent::{self, Running};
use super::control::{self, Control};
use super::error::Error;
use super::fabric::Fabric;
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
use super::switch::traffic::Activity;

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
    fabric: Arc<Fabric>,
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
        let (changes, seen) = watch::channel(0);
        let changes = Arc::new(changes);
        let share = |switch| Arc::new(SharedSwitch::new(switch, Arc::clone(&changes)));
        let fabric = Arc::new(Fabric::new(switches.into_iter().map(share).collect(), seen));
        let [closet, floor_2] = [layout::CLOSET, layout::FLOOR_2].map(|name| start_agent(&fabric, name));
        let (closet, floor_2) = (closet.await?, floor_2.await?);
        let (sender, receiver) = mpsc::unbounded_channel();
        let servers = watch::Sender::new(Servers::default());
        let phones = site::phones();
        let listeners = Arc::<Mutex<Listeners>>::default();
        let mut tasks = vec![tokio::spawn(pass_on(receiver, Arc::clone(&listeners)))];
        for (number, phone) in (0..).zip(&phones) {
            if let Some(switch) = fabric.switch(phone.switch).cloned() {
                let (phone, fabric, servers, events) = (phone.clone(), Arc::clone(&fabric), servers.subscribe(), sender.clone());
                let mut task = PhoneTask { phone, number, switch, fabric, servers, events, booted: false };
                task.begin();
                tasks.push(tokio::spawn(task.run()));
            }
        }
        let reflector = LabReflector::bind().await.map_err(|cause| Error::Reflector { cause: model::os_error::words(&cause) })?;
        let reflector_address = reflector.address();
        // It ends only when the task is stopped.
        tasks.push(tokio::spawn(async move { drop(reflector.run().await) }));
        Ok(Self {
            closet,
            floor_2,
            reflector: reflector_address,
            fabric,
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
            text.replace(&named(Family::default()).replace('"', ""), &named(self.family))
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
        self.fabric.refresh();
        self.fabric.switch(name).map(|switch| switch.read(state::Switch::clone))
    }

    /// Waits until a switch is as wanted.
    pub async fn wait_until(&self, name: &str, wanted: impl Fn(&state::Switch) -> bool) {
        if let Some(switch) = self.fabric.switch(name) {
            switch.wait_for(|switch| wanted(switch).then_some(())).await;
        }
    }

    /// Serves the control socket at a path, until the answer is dropped.
    pub fn control(&self, path: &Path) -> Result<Control, Error> {
        let failed = |cause: io::Error| Error::Control { path: path.to_owned(), cause: model::os_error::words(&cause) };
        control::serve(path, Arc::clone(&self.fabric)).map_err(failed)
    }

    /// What goes on behind a port from now on.
    pub fn talk(&self, switch: &str, port: BridgePort, activity: Activity) {
        if let Some(switch) = self.fabric.switch(switch) {
            let now = switch.now_cs();
            switch.change(|switch| switch.traffic.entry(port).or_default().set(activity, now));
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

async fn start_agent(fabric: &Arc<Fabric>, switch: &'static str) -> Result<Running, Error> {
    let failed = |cause: String| Error::Agent { switch, cause };
    let shared = fabric.switch(switch).ok_or_else(|| failed("the site has no such switch".to_owned()))?;
    let family = shared.read(|switch| switch.layout.family);
    let access = access(switch, family).map_err(|cause| failed(cause.to_string()))?;
    agent::start(Arc::clone(shared), Arc::clone(fabric), access).await.map_err(|cause| failed(cause.to_string()))
}

fn access(switch: &str, family: Family) -> Result<Access, ShortPassword> {
    if switch == layout::CLOSET {
        let communities = vec![Principal::reader("closet-read"), Principal::writer("closet-write")];
        let community_context = (family == Family::Catalyst).then_some(b'@');
        return Ok(Access { communities, community_context, users: None });
    }
    let users = FLOOR_2_USERS.clone()?;
    let [read, write] = &users;
    let principals = vec![Principal::reader(read.name.as_slice()), Principal::writer(write.name.as_slice())];
    let level = write.level();
    let authority = Authority::new(engine_id(switch), 1, users, 1);
    Ok(Access { users: Some(Users { authority: Arc::new(Mutex::new(authority)), principals, level }), ..Access::default() })
}

/// snmpEngineID by enterprise number and text (RFC 3411 §5).
fn engine_id(name: &str) -> Vec<u8> {
    let mut id = vec![0x80, 0x01, 0x86, 0x9f, 0x04]; // enterprise 99999, text follows
    id.extend_from_slice(name.as_bytes());
    id
}
