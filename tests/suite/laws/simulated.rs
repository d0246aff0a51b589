//! A switch in memory that fulfils the trait and can be made to fail at the n-th write.

use std::collections::BTreeSet;
use std::sync::Mutex;

use async_trait::async_trait;
use model::change::{Change, Membership};
use model::ids::{PortName, SwitchName, VlanId};
use model::switch::{Detection, PortMode, PortState, SwitchIdentity, SwitchState, UntaggedMove, VoiceVlan};
use model::trunk::{Trunk, VlanRanges};
use voiceport::switch::{Error, Leaving, NotLogged, Persistence, Refusal, Scope, Switch, WriteLog};

/// What goes wrong, at which write (counted from 0).
#[derive(Debug, Clone, Copy)]
pub enum Fault {
    /// Refused, nothing done.
    Refuse(usize),
    /// An error is answered, though it was done.
    RefuseThoughDone(usize),
    /// Done, but the answer is lost.
    LoseReply(usize),
    /// Accepted, nothing done.
    Ignore(usize),
    /// Accepted, but another value is stored.
    WriteSomethingElse(usize),
    /// Done, but the answer is lost and the first readings still show the old value.
    LoseReplyAndShowLate(usize),
    /// The switch restarts instead: everything since the start is gone.
    Restart(usize),
    /// Every PVID write leaves the port in the old VLAN, tagged.
    PvidLeavesOldTagged,
}

pub struct Simulated {
    name: SwitchName,
    inner: Mutex<Inner>,
}

struct Inner {
    state: SwitchState,
    writes: usize,
    fault: Option<Fault>,
    start: SwitchState,
    /// Whether it saves each write by itself; it does until it is told not to.
    saves_each_write: bool,
    /// What readings still show, and how many of them do.
    stale: Option<(SwitchState, usize)>,
}

impl Simulated {
    pub fn new(state: SwitchState) -> Self {
        Self {
            name: state.identity.name.clone(),
            inner: Mutex::new(Inner { start: state.clone(), state, writes: 0, fault: None, saves_each_write: true, stale: None }),
        }
    }

    pub fn state(&self) -> SwitchState {
        self.inner.lock().unwrap().state.clone()
    }

    pub fn saves_each_write_now(&self) -> bool {
        self.inner.lock().unwrap().saves_each_write
    }

    pub fn tell_to_save_each_write(&self, saves: bool) {
        self.inner.lock().unwrap().saves_each_write = saves;
    }

    pub fn edit(&self, edit: impl FnOnce(&mut SwitchState)) {
        let mut inner = self.inner.lock().unwrap();
        edit(&mut inner.state);
        inner.start = inner.state.clone();
    }

    pub fn set_fault(&self, fault: Fault) {
        self.inner.lock().unwrap().fault = Some(fault);
    }

    pub fn carry_out(&self, port: Option<&PortName>, change: &Change) {
        self.edit(|state| apply(state, port, change));
    }
}

impl Simulated {
    fn unanswered(&self, port: Option<&PortName>) -> Error {
        Error::WriteUnanswered {
            switch: self.name.clone(),
            port: port.cloned(),
            object: "object".to_owned(),
            value: "value".to_owned(),
            tries: 3,
            reads: false,
        }
    }
}

#[async_trait]
impl Switch for Simulated {
    fn name(&self) -> &SwitchName {
        &self.name
    }

    async fn identify(&self) -> Result<SwitchIdentity, Error> {
        Ok(self.state().identity)
    }

    async fn read(&self, _: Scope<'_>) -> Result<SwitchState, Error> {
        // As on a network, others get their turn meanwhile.
        tokio::task::yield_now().await;
        let mut inner = self.inner.lock().unwrap();
        match inner.stale.take() {
            Some((old, readings)) if readings > 0 => {
                inner.stale = Some((old.clone(), readings - 1));
                Ok(old)
            }
            _ => Ok(inner.state.clone()),
        }
    }

    async fn write(&self, port: Option<&PortName>, change: &Change, log: &dyn WriteLog) -> Result<(), Error> {
        let leaving = Leaving::Write(change.to_string());
        log.leaving(&leaving).map_err(|NotLogged| Error::NotLogged { switch: self.name.clone() })?;
        let answer = self.carry_out_faulty(port, change).await;
        log.answered(&leaving, answer.as_ref().copied());
        answer
    }

    async fn persist(&self) -> Result<Persistence, Error> {
        Ok(Persistence::Saved)
    }

    async fn auto_save(&self) -> Result<bool, Error> {
        Ok(self.inner.lock().unwrap().saves_each_write)
    }

    async fn set_auto_save(&self, saves: bool) -> Result<(), Error> {
        self.inner.lock().unwrap().saves_each_write = saves;
        Ok(())
    }
}

impl Simulated {
    async fn carry_out_faulty(&self, port: Option<&PortName>, change: &Change) -> Result<(), Error> {
        tokio::task::yield_now().await;
        let mut inner = self.inner.lock().unwrap();
        let number = inner.writes;
        inner.writes += 1;
        let refused = || Error::Refused {
            switch: self.name.clone(),
            port: port.cloned(),
            object: "object".to_owned(),
            value: "value".to_owned(),
            refusal: Box::new(Refusal::Status(snmp::ErrorStatus::COMMIT_FAILED)),
        };
        if !bears(&inner.state, port, change) {
            return Err(refused());
        }
        match inner.fault {
            Some(Fault::Refuse(at)) if at == number => Err(refused()),
            Some(Fault::RefuseThoughDone(at)) if at == number => {
                apply(&mut inner.state, port, change);
                Err(refused())
            }
            Some(Fault::LoseReply(at)) if at == number => {
                apply(&mut inner.state, port, change);
                Err(self.unanswered(port))
            }
            Some(Fault::LoseReplyAndShowLate(at)) if at == number => {
                inner.stale = Some((inner.state.clone(), 3));
                apply(&mut inner.state, port, change);
                Err(self.unanswered(port))
            }
            Some(Fault::Restart(at)) if at == number => {
                inner.state = inner.start.clone();
                inner.state.identity.uptime_cs = Some(100);
                Err(self.unanswered(port))
            }
            Some(Fault::PvidLeavesOldTagged) => {
                apply(&mut inner.state, port, change);
                if let (Change::Pvid { delta }, Some(port)) = (change, port) {
                    set_membership(inner.state.ports.get_mut(port).unwrap(), delta.before, Membership::Tagged);
                }
                Ok(())
            }
            Some(Fault::Ignore(at)) if at == number => Ok(()),
            Some(Fault::WriteSomethingElse(at)) if at == number => {
                store_something_else(&mut inner.state, port, change);
                Ok(())
            }
            _ => {
                apply(&mut inner.state, port, change);
                Ok(())
            }
        }
    }
}

/// Whether the switch allows a change at all: a second untagged VLAN, a tagged one on an access port, a voice VLAN that does not exist.
fn bears(state: &SwitchState, port: Option<&PortName>, change: &Change) -> bool {
    let port = port.and_then(|name| state.ports.get(name));
    let exists = |vlan: &VlanId| state.vlans.as_ref().unwrap().contains_key(vlan);
    match (change, port) {
        (Change::Membership { vlan, delta }, Some(port)) if delta.after == Membership::Untagged => {
            let others = port.untagged.iter().flatten().filter(|other| *other != vlan).count();
            exists(vlan) && (state.capabilities.untagged_move != UntaggedMove::OldFirst || others == 0)
        }
        (Change::Membership { vlan, delta }, Some(port)) if delta.after == Membership::Tagged => {
            exists(vlan) && port.mode != Some(PortMode::Access)
        }
        (Change::VoiceVlan { delta, .. } | Change::SwitchVoiceVlan { delta }, _) => match &delta.after {
            VoiceVlan::Vlan(vlan) => exists(vlan),
            _ => true,
        },
        _ => true,
    }
}

fn apply(state: &mut SwitchState, port: Option<&PortName>, change: &Change) {
    match change {
        Change::VlanExists { vlan, name, delta } => {
            let vlans = state.vlans.get_or_insert_default();
            if delta.after {
                vlans.insert(*vlan, name.clone());
            } else {
                vlans.remove(vlan);
            }
        }
        Change::VoiceAttribute { vlan, delta } => {
            let vlans = state.voice_attributes.get_or_insert_default();
            if delta.after {
                vlans.insert(*vlan);
            } else {
                vlans.remove(vlan);
            }
        }
        Change::SwitchVoiceVlan { delta } => state.voice_vlan = Some(delta.after),
        Change::VoiceFunction { delta } => state.voice_function = Some(delta.after),
        _ => apply_to_port(state, port.unwrap(), change),
    }
}

fn apply_to_port(state: &mut SwitchState, port: &PortName, change: &Change) {
    let order = state.capabilities.untagged_move;
    let port = state.ports.get_mut(port).unwrap();
    match change {
        Change::VlanExists { .. }
        | Change::VoiceAttribute { .. }
        | Change::SwitchVoiceVlan { .. }
        | Change::VoiceFunction { .. } => {}
        Change::PortMode { delta, .. } => set_mode(port, delta.after),
        Change::DscpPriority { dscp, delta } => {
            let priorities = port.priorities.as_mut().unwrap();
            priorities.remove(dscp);
            priorities.extend(Some((*dscp, delta.after.clone())).filter(|(_, after)| !after.0.is_empty()));
        }
        Change::IdleTrunk { delta } => port.idle_trunk = Some(delta.after.clone()),
        Change::PoeAllocation { delta } => port.poe.as_mut().unwrap().allocation = Some(delta.after),
        Change::PoeLimit { delta } => port.poe.as_mut().unwrap().limit = Some(delta.after),
        Change::Membership { vlan, delta } => set_membership(port, *vlan, delta.after),
        Change::Pvid { delta } => set_pvid(port, delta.after, order),
        Change::VoiceVlan { delta, .. } => port.voice_vlan = Some(delta.after),
        Change::PoePriority { delta, .. } => port.poe.as_mut().unwrap().priority = Some(delta.after),
        Change::PoeEnabled { delta, .. } => {
            let poe = port.poe.as_mut().unwrap();
            poe.enabled = Some(delta.after);
            poe.detection = Some(if delta.after { Detection::Delivering } else { Detection::Disabled });
        }
    }
}

/// What the port carries as a trunk is kept while it is none.
fn set_mode(port: &mut PortState, mode: PortMode) {
    port.mode = Some(mode);
    let native = port.pvid.unwrap();
    if let Some(trunk) = port.idle_trunk.take() {
        assert_eq!(trunk.native, native, "an untagged VLAN goes with the mode");
        port.tagged = Some(trunk.allowed.0.into_iter().filter(|vlan| *vlan != native).collect());
    } else {
        let mut allowed = port.tagged.replace(BTreeSet::new()).unwrap();
        allowed.insert(native);
        port.idle_trunk = Some(Trunk { native, allowed: VlanRanges(allowed) });
    }
}

fn set_pvid(port: &mut PortState, vlan: VlanId, order: UntaggedMove) {
    let old = port.pvid.replace(vlan);
    match order {
        UntaggedMove::NewFirst | UntaggedMove::OldFirst => {}
        UntaggedMove::PvidFirst => {
            if let Some(old) = old.filter(|old| port.untagged.as_ref().unwrap().contains(old)) {
                set_membership(port, old, Membership::Tagged);
            }
            set_membership(port, vlan, Membership::Untagged);
        }
        UntaggedMove::PvidAlone => port.untagged = Some(BTreeSet::from([vlan])),
    }
}

fn set_membership(port: &mut PortState, vlan: VlanId, membership: Membership) {
    let (tagged, untagged) = (port.tagged.get_or_insert_default(), port.untagged.get_or_insert_default());
    tagged.remove(&vlan);
    untagged.remove(&vlan);
    match membership {
        Membership::None => {}
        Membership::Tagged => drop(tagged.insert(vlan)),
        Membership::Untagged => drop(untagged.insert(vlan)),
    }
}

/// A third value where there is one; a fact with two values is left alone, which is the fault `Ignore`.
fn store_something_else(state: &mut SwitchState, port: Option<&PortName>, change: &Change) {
    let Some(port) = port.and_then(|name| state.ports.get_mut(name)) else { return };
    match change {
        Change::VoiceVlan { .. } => port.voice_vlan = Some(VoiceVlan::Vlan(VlanId::new(999).unwrap())),
        Change::Pvid { .. } => port.pvid = VlanId::new(999),
        Change::Membership { vlan, delta } if delta.before == Membership::None && delta.after == Membership::Tagged => {
            set_membership(port, *vlan, Membership::Untagged);
        }
        _ => {}
    }
}
