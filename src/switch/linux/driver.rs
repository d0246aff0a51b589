//! The driver: a bridge of this machine behind the trait `Switch`. I/O.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use nix::errno::Errno;

use crate::host::NeighbourTable;
use crate::switch::{Error, Leaving, NotLogged, Persistence, Refusal, Scope, Switch, WriteLog};
use model::change::Change;
use model::dscp_map::Priorities;
use model::ids::{Dscp, PortName, SwitchName};
use model::switch::{Hardware, SwitchIdentity, SwitchState};
use model::timestamp::Timestamp;
use model::traffic::{TrafficSample, Unicast};
use model::units::Milliwatts;

use super::bridge::Rtnetlink;
use super::dcb::Marks;
use super::dcb_socket::DcbSocket;
use super::ethtool::{Ethtool, Reports};
use super::failure::Failure;
use super::pse::{self, Pse};
use super::state::{self, BridgeFacts, Facts, ManagementPath, Port};
use super::{hint, lldpd, ssh_peers, vlans};

/// The longest name of an interface (IFNAMSIZ less its NUL).
const INTERFACE_NAME_MAX: usize = 15;
/// A PSE controller on a slow bus shows a write a little later; VLANs show at once.
const SETTLE: Duration = Duration::from_secs(1);

/// A bridge of this machine, as a switch.
#[derive(Debug, Clone)]
pub struct LinuxSwitch {
    name: SwitchName,
    bridge: String,
    writable: bool,
    power_budget: Option<Milliwatts>,
    /// What PSEs report between two readings; none before the first.
    reports: Arc<Mutex<Option<Reports>>>,
}

impl LinuxSwitch {
    /// The bridge `bridge`, which need not exist yet: every call looks for it anew.
    ///
    /// Without `writable` every write is refused. `power_budget` is what all PSE ports may draw together; the kernel does not
    /// tell. Calls need a tokio runtime; writes need CAP_NET_ADMIN.
    pub fn open(name: SwitchName, bridge: &str, writable: bool, power_budget: Option<Milliwatts>) -> Result<Self, Error> {
        let valid = (1..=INTERFACE_NAME_MAX).contains(&bridge.len()) && !bridge.contains(['/', ':', ' ', '\0', '\n', '\t']);
        if !valid {
            return Err(Error::NotPossible {
                hint: Some(format!(
                    "write the bridge's name under switches.{name}.linux, as `ip -br link show type bridge` prints it"
                )),
                switch: name,
                what: format!("`{bridge}` cannot be the name of an interface"),
            });
        }
        Ok(Self { name, bridge: bridge.to_owned(), writable, power_budget, reports: Arc::default() })
    }

    async fn bridge(&self, rtnetlink: &Rtnetlink) -> Result<(u32, BridgeFacts), Error> {
        let interface = match rtnetlink.interface(&self.bridge).await {
            Err(failure) if failure.is(Errno::ENODEV) => return Err(self.no_bridge("there is no interface of this name here")),
            result => result.map_err(|failure| self.unreadable(&failure))?,
        };
        let facts = interface.bridge.ok_or_else(|| self.no_bridge("this interface is not a bridge"))?;
        Ok((interface.index, facts))
    }

    async fn facts(&self, scope: Scope<'_>) -> Result<Facts, Error> {
        let rtnetlink = self.rtnetlink()?;
        let (index, bridge) = self.bridge(&rtnetlink).await?;
        let mut ports = rtnetlink.ports(index).await.map_err(|failure| self.unreadable(&failure))?;
        let mut facts = Facts {
            index,
            name: self.bridge.clone(),
            bridge,
            writable: self.writable,
            power_budget: self.power_budget,
            ..Facts::default()
        };
        match scope {
            Scope::Everything => {
                self.read_stations(&rtnetlink, &mut facts).await.map_err(|failure| self.unreadable(&failure))?;
                match lldpd::neighbours().await {
                    Ok(heard) => facts.heard = heard,
                    Err(error) => facts.miss_neighbours(error.is_absence(), &error.to_string()),
                }
            }
            Scope::Step { port, .. } => ports.retain(|candidate| port.is_none_or(|wanted| wanted.as_str() == candidate.name)),
        }
        if state::wants_poe(scope) {
            self.read_pse(&ports, &mut facts).await;
        }
        facts.ports = ports;
        if let Scope::Step { change: Change::DscpPriority { .. }, .. } = scope {
            facts.marks = Self::marks(&facts.ports).await.map_err(|failure| self.unreadable(&failure))?;
        }
        if matches!(scope, Scope::Everything) {
            if let Err(failure) = self.read_link_modes(&mut facts).await {
                facts.notes.push(format!("speed and duplex: {failure}"));
            }
            if let Err(failure) = self.take_reports(&mut facts).await {
                facts.notes.push(format!("what PSEs report: {failure}"));
            }
            match Self::marks(&facts.ports).await {
                Ok(marks) => {
                    facts.marks = marks;
                    facts.tell_of_marks();
                }
                Err(failure) => facts.notes.push(format!("DSCP: {failure}")),
            }
        }
        Ok(facts)
    }

    async fn read_stations(&self, rtnetlink: &Rtnetlink, facts: &mut Facts) -> Result<(), Failure> {
        facts.own_vlans = rtnetlink.own_vlans(facts.index).await?;
        facts.management_paths = rtnetlink.gateways().await?;
        facts.management_paths.extend(sessions());
        facts.learned = rtnetlink.learned(facts.index).await?;
        facts.resolved = NeighbourTable::open().map_err(|error| Failure::Socket(error.to_string()))?.all();
        facts.links = rtnetlink.links().await?;
        Ok(())
    }

    /// One port that does not answer does not spoil the others.
    async fn read_pse(&self, ports: &[Port], facts: &mut Facts) {
        let ethtool = match Ethtool::connect() {
            Ok(ethtool) => ethtool,
            Err(failure) => return facts.notes.push(format!("PoE: {failure}")),
        };
        for port in ports {
            match ethtool.pse(port.index).await {
                Ok(pse) => facts.pse.extend(pse.map(|pse| (port.index, pse))),
                // No PHY, a PHY without PSE, an ethtool family without PSE, no ethtool family.
                Err(failure) if failure.is(Errno::EOPNOTSUPP) || failure.is(Errno::ENOENT) => {}
                Err(failure) => facts.notes.push(format!("port {}: PoE: {failure}", port.name)),
            }
        }
        facts.tell_of_pse(ports);
    }

    async fn read_link_modes(&self, facts: &mut Facts) -> Result<(), Failure> {
        let ethtool = Ethtool::connect()?;
        for port in &facts.ports {
            facts.link_modes.insert(port.index, ethtool.link_mode(port.index).await?);
        }
        Ok(())
    }

    /// What ports do with marks, of those whose driver has DCB.
    async fn marks(ports: &[Port]) -> Result<BTreeMap<u32, Marks>, Failure> {
        let dcb = DcbSocket::connect()?;
        let mut told = BTreeMap::new();
        for port in ports {
            if let Some(marks) = dcb.marks(&port.name).await? {
                told.insert(port.index, marks);
            }
        }
        Ok(told)
    }

    /// Gives a DSCP these priorities on a port whose driver has DCB. What else the port trusts is left as it is.
    async fn write_priorities(&self, port: &PortName, dscp: Dscp, priorities: &Priorities) -> Result<(), Error> {
        let rtnetlink = self.rtnetlink()?;
        let (index, _) = self.bridge(&rtnetlink).await?;
        let found = self.port(&rtnetlink, index, port).await?;
        let dcb = DcbSocket::connect().map_err(|failure| self.unreadable(&failure))?;
        let marks = dcb.marks(&found.name).await.map_err(|failure| self.unreadable(&failure))?;
        let marks = marks.ok_or_else(|| self.not_possible(&format!("port {port}: {}", state::NO_DCB), None))?;
        for write in marks.writes(dscp, priorities) {
            let (object, value) = write.words();
            dcb.write(&found.name, write).await.map_err(|failure| self.refused(port, &object, &value, &failure))?;
        }
        Ok(())
    }

    /// Without reports, as of kernels before Linux 6.17, every reading still tells how the ports stand.
    async fn take_reports(&self, facts: &mut Facts) -> Result<(), Failure> {
        if facts.pse.is_empty() {
            return Ok(());
        }
        let taken = self.reports().as_ref().map(Reports::take);
        if let Some(reports) = taken {
            facts.tell_of_reports(&reports);
        } else {
            let listening = Ethtool::connect()?.reports().await?;
            *self.reports() = Some(listening);
        }
        Ok(())
    }

    fn reports(&self) -> MutexGuard<'_, Option<Reports>> {
        self.reports.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn write_vlan(&self, port: &PortName, change: &Change) -> Result<(), Error> {
        let rtnetlink = self.rtnetlink()?;
        let (index, bridge) = self.bridge(&rtnetlink).await?;
        if !bridge.vlan_filtering {
            return Err(self.not_possible(state::FILTERING_IS_OFF, Some(state::filtering_on(&self.bridge))));
        }
        let found = self.port(&rtnetlink, index, port).await?;
        let write = match change {
            Change::Membership { vlan, delta } => found.vlans.membership(*vlan, delta.after),
            Change::Pvid { delta } => found.vlans.pvid(delta.after),
            _ => None,
        };
        match write {
            None => Ok(()),
            Some(write) => rtnetlink
                .write(found.index, write)
                .await
                .map_err(|failure| self.refused(port, &object(write), &value(write), &failure)),
        }
    }

    async fn write_pse(&self, port: &PortName, choose: impl FnOnce(&Pse) -> Result<pse::Write, String>) -> Result<(), Error> {
        let rtnetlink = self.rtnetlink()?;
        let (index, _) = self.bridge(&rtnetlink).await?;
        let found = self.port(&rtnetlink, index, port).await?;
        let ethtool = Ethtool::connect().map_err(|failure| self.unreadable(&failure))?;
        let pse = match ethtool.pse(found.index).await {
            Ok(Some(pse)) => pse,
            Ok(None) => return Err(self.not_possible(&format!("port {port} has no PSE for PoE"), None)),
            Err(failure) => {
                let what = format!("port {port} has no PSE that answers: {failure}");
                return Err(self.not_possible(&what, hint::for_pse(&failure)));
            }
        };
        let write = choose(&pse).map_err(|why| self.not_possible(&format!("port {port}: {why}"), None))?;
        let (object, value) = write.words();
        ethtool.write(found.index, write).await.map_err(|failure| self.refused(port, object, &value, &failure))
    }

    fn writable(&self) -> Result<(), Error> {
        if self.writable {
            return Ok(());
        }
        let hint = format!("set switches.{}.write: local", self.name);
        Err(self.not_possible("the inventory does not allow writing to this bridge", Some(hint)))
    }

    fn rtnetlink(&self) -> Result<Rtnetlink, Error> {
        Rtnetlink::connect().map_err(|failure| self.unreadable(&failure))
    }

    /// The bridge's port of this name, with its VLANs.
    async fn port(&self, rtnetlink: &Rtnetlink, bridge: u32, wanted: &PortName) -> Result<Port, Error> {
        let ports = rtnetlink.ports(bridge).await.map_err(|failure| self.unreadable(&failure))?;
        ports.iter().find(|port| port.name == wanted.as_str()).cloned().ok_or_else(|| {
            let names: Vec<&str> = ports.iter().map(|port| port.name.as_str()).collect();
            let hint = match names.as_slice() {
                [] => format!("it has no ports: ip link set {wanted} master {}", self.bridge),
                names => format!("its ports are {}", names.join(", ")),
            };
            self.not_possible(&format!("bridge {} has no port {wanted}", self.bridge), Some(hint))
        })
    }

    fn no_bridge(&self, cause: &str) -> Error {
        let hint = format!("check switches.{}.linux: `ip -br link show type bridge` lists this machine's bridges", self.name);
        self.not_possible(&format!("bridge {}: {cause}", self.bridge), Some(hint))
    }

    fn unreadable(&self, failure: &Failure) -> Error {
        let what = format!("bridge {}: {failure}", self.bridge);
        match failure {
            Failure::NoAnswer => Error::Garbage { switch: self.name.clone(), what },
            Failure::Socket(_) | Failure::Refused { .. } => self.not_possible(&what, None),
        }
    }

    /// The kernel's own words, and what to do about it where that is known.
    fn refused(&self, port: &PortName, object: &str, value: &str, failure: &Failure) -> Error {
        let (what, hint) = (format!("port {port}: set {object} = {value}"), hint::for_write(failure));
        if failure.is(Errno::EPERM) {
            return self.not_possible(&format!("{what}: needs CAP_NET_ADMIN, which this process does not have"), hint);
        }
        if hint.is_some() {
            return self.not_possible(&format!("{what}: refused ({failure})"), hint);
        }
        Error::Refused {
            switch: self.name.clone(),
            port: Some(port.clone()),
            object: object.to_owned(),
            value: value.to_owned(),
            refusal: Box::new(refusal(failure)),
        }
    }

    fn not_possible(&self, what: &str, hint: Option<String>) -> Error {
        Error::NotPossible { switch: self.name.clone(), what: what.to_owned(), hint }
    }

    fn identity(&self) -> SwitchIdentity {
        SwitchIdentity {
            name: self.name.clone(),
            system_name: Some(self.bridge.clone()),
            description: kernel_release().map(|release| format!("Linux {release}")),
            object_id: None,
            uptime_cs: uptime_cs(),
            profile: "linux".to_owned(),
            hardware: Hardware { serial: machine_id(), ..Hardware::default() },
        }
    }
}

#[async_trait]
impl Switch for LinuxSwitch {
    fn name(&self) -> &SwitchName {
        &self.name
    }

    async fn identify(&self) -> Result<SwitchIdentity, Error> {
        self.bridge(&self.rtnetlink()?).await?;
        Ok(self.identity())
    }

    async fn read(&self, scope: Scope<'_>) -> Result<SwitchState, Error> {
        let facts = self.facts(scope).await?;
        let read_at = Timestamp::from_system(SystemTime::now());
        Ok(facts.into_state(self.identity(), read_at))
    }

    async fn write(&self, port: Option<&PortName>, change: &Change, log: &dyn WriteLog) -> Result<(), Error> {
        self.writable()?;
        let Some(port) = port else {
            return Err(
                self.not_possible("a Linux bridge keeps no list of VLANs: a VLAN exists as soon as a port is a member", None)
            );
        };
        let leaving = Leaving::Write(format!("{port}: {change}"));
        log.leaving(&leaving).map_err(|NotLogged| Error::NotLogged { switch: self.name.clone() })?;
        let answer = self.carry_out(port, change).await;
        log.answered(&leaving, answer.as_ref().copied());
        answer
    }

    async fn persist(&self) -> Result<Persistence, Error> {
        Ok(Persistence::NotPossible)
    }

    async fn traffic(&self) -> Result<TrafficSample, Error> {
        let rtnetlink = self.rtnetlink()?;
        let (bridge, _) = self.bridge(&rtnetlink).await?;
        let links = rtnetlink.links().await.map_err(|failure| self.unreadable(&failure))?;
        let counted = |link: &state::Link| {
            let (received, sent) = link.frames?;
            Some((PortName::from(link.name.as_str()), Unicast { received, sent, wide: true }))
        };
        let ports = links.iter().filter(|link| link.controller == Some(bridge)).filter_map(counted);
        Ok(TrafficSample { uptime_cs: uptime_cs(), ports: ports.collect() })
    }

    fn settle_time(&self) -> Duration {
        SETTLE
    }
}

impl LinuxSwitch {
    async fn carry_out(&self, port: &PortName, change: &Change) -> Result<(), Error> {
        match change {
            Change::Membership { .. } | Change::Pvid { .. } => self.write_vlan(port, change).await,
            Change::PoeEnabled { delta, .. } => self.write_pse(port, |_| Ok(pse::Write::Enabled(delta.after))).await,
            Change::PoePriority { delta, number } => self.write_pse(port, |pse| pse.priority_write(delta.after, *number)).await,
            Change::VoiceVlan { .. }
            | Change::VoiceAttribute { .. }
            | Change::SwitchVoiceVlan { .. }
            | Change::VoiceFunction { .. } => {
                Err(self.not_possible("a Linux bridge has no voice VLAN: make the port a tagged member", None))
            }
            Change::DscpPriority { dscp, delta } => self.write_priorities(port, *dscp, &delta.after).await,
            Change::PoeAllocation { .. } => Err(self.not_possible("the kernel does not tell how a PSE counts power", None)),
            Change::PortMode { .. } | Change::IdleTrunk { .. } => {
                Err(self.not_possible("ports of a Linux bridge have no modes", None))
            }
            Change::PoeLimit { delta } => self.write_pse(port, |pse| pse.limit_write(delta.after)).await,
            Change::VlanExists { .. } => Err(self.not_possible("a VLAN is no fact of one port", None)),
        }
    }
}

/// Where people are logged in from; nobody, where the kernel does not tell.
fn sessions() -> impl Iterator<Item = ManagementPath> {
    let tables = ["/proc/self/net/tcp", "/proc/self/net/tcp6"].map(|table| std::fs::read_to_string(table).unwrap_or_default());
    let own_port = std::env::var("SSH_CONNECTION").ok().and_then(|connection| ssh_peers::ssh_port(&connection));
    let peers = tables.into_iter().flat_map(move |table| ssh_peers::ssh_peers(&table, own_port));
    peers.map(|address| ManagementPath { interface: None, address, what: "whoever is logged in by SSH from" })
}

fn object(write: vlans::Write) -> String {
    let (vlans::Write::Set { vlan, .. } | vlans::Write::Delete { vlan }) = write;
    format!("vlan {vlan}")
}

fn value(write: vlans::Write) -> String {
    match write {
        vlans::Write::Delete { .. } => "no member".to_owned(),
        vlans::Write::Set { flags, .. } => {
            let egress = if flags & vlans::UNTAGGED == 0 { "tagged" } else { "untagged" };
            let pvid = if flags & vlans::PVID == 0 { "" } else { ", pvid" };
            format!("{egress}{pvid}")
        }
    }
}

/// What stands for the serial number of a machine.
fn machine_id() -> Option<String> {
    let id = std::fs::read_to_string("/etc/machine-id").ok()?;
    Some(id.trim().to_owned()).filter(|id| !id.is_empty())
}

fn kernel_release() -> Option<String> {
    std::fs::read_to_string("/proc/sys/kernel/osrelease").ok().map(|text| text.trim().to_owned())
}

/// Hundredths of a second since the machine started; wraps after 497 days as sysUpTime does.
fn uptime_cs() -> Option<u32> {
    let text = std::fs::read_to_string("/proc/uptime").ok()?;
    let (seconds, hundredths) = text.split_whitespace().next()?.split_once('.')?;
    let hundredths = seconds.parse::<u64>().ok()?.checked_mul(100)?.checked_add(hundredths.parse().ok()?)?;
    u32::try_from(hundredths % (u64::from(u32::MAX) + 1)).ok()
}

fn refusal(failure: &Failure) -> Refusal {
    match failure {
        Failure::Refused { errno, words } => Refusal::Kernel { errno: *errno as i32, words: words.clone() },
        Failure::Socket(_) | Failure::NoAnswer => Refusal::NoKernelAnswer(failure.to_string()),
    }
}
