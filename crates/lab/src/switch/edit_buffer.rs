//! The buffer in which a Catalyst's VLANs are changed, one manager at a time, and then applied together (CISCO-VTP-MIB vtpEditControl). Pure.
//!
//! Not simulated: the timer that takes the buffer from a manager who forgets it, VLANs of other media, other switches of the domain.

use std::collections::{BTreeMap, BTreeSet};

use model::ids::VlanId;

use super::refusal::Refusal;
use super::vlan::Vlan;

/// How long applying takes, in hundredths of a second.
const APPLY_CS: u32 = 10;
/// The VLAN that is always there.
const DEFAULT_VLAN: u16 = 1;
/// vtpVlanEditDot10Said of a VLAN is by custom its number and this.
const FIRST_SAID: u32 = 100_000;

/// The buffer and what became of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EditBuffer {
    /// The VLANs in it; `None` while nobody has it.
    pub rows: Option<BTreeMap<VlanId, EditRow>>,
    /// vtpVlanEditBufferOwner.
    pub owner: String,
    /// When applying ends.
    pub applied_cs: Option<u32>,
    /// What became of the last time it was applied.
    pub status: ApplyStatus,
}

/// A VLAN in the buffer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EditRow {
    /// vtpVlanEditName.
    pub name: String,
    /// vtpVlanEditDot10Said; each VLAN needs one of its own.
    pub said: u32,
}

/// vtpVlanApplyStatus.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are the MIB's own")]
pub enum ApplyStatus {
    InProgress = 1,
    #[default]
    Succeeded = 2,
    InconsistentEdit = 4,
    LocalNvStoreFail = 6,
}

/// A write of the buffer.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "each is one object or value of the MIB")]
pub enum Edit {
    Copy,
    Apply,
    Release,
    Owner(String),
    Create(VlanId),
    Ethernet(VlanId),
    Destroy(VlanId),
    Name(VlanId, String),
    Said(VlanId, u32),
}

impl EditBuffer {
    /// Carries out a write.
    pub(crate) fn write(&mut self, edit: &Edit, vlans: &BTreeMap<VlanId, Vlan>, now_cs: u32) -> Result<(), Refusal> {
        match edit {
            Edit::Copy if self.rows.is_some() => return Err(Refusal::InconsistentValue),
            Edit::Copy => {
                let row = |(id, vlan): (&VlanId, &Vlan)| (*id, EditRow { name: vlan.name.clone(), said: said(*id) });
                self.rows = Some(vlans.iter().map(row).collect());
            }
            Edit::Release => *self = Self { status: self.status, ..Self::default() },
            Edit::Apply if self.rows.is_none() => return Err(Refusal::InconsistentValue),
            Edit::Apply => (self.applied_cs, self.status) = (Some(now_cs.saturating_add(APPLY_CS)), ApplyStatus::InProgress),
            Edit::Owner(owner) => self.owner.clone_from(owner),
            Edit::Create(id) => {
                let rows = self.rows.as_mut().filter(|rows| !rows.contains_key(id)).ok_or(Refusal::InconsistentValue)?;
                rows.insert(*id, EditRow { name: format!("VLAN{:04}", id.get()), said: 0 });
            }
            Edit::Destroy(id) => {
                self.rows.as_mut().ok_or(Refusal::InconsistentValue)?.remove(id);
            }
            Edit::Ethernet(id) => {
                self.row(*id)?;
            }
            Edit::Name(id, name) => self.row(*id)?.name.clone_from(name),
            Edit::Said(id, said) => self.row(*id)?.said = *said,
        }
        Ok(())
    }

    /// Ends applying when that is due. `Some` when it was; whether the VLANs of the buffer are now those of the switch.
    pub(crate) fn finish(&mut self, fails: bool, now_cs: u32) -> Option<bool> {
        self.applied_cs.take_if(|due| *due <= now_cs)?;
        self.status = match (self.is_consistent(), fails) {
            (false, _) => ApplyStatus::InconsistentEdit,
            (true, true) => ApplyStatus::LocalNvStoreFail,
            (true, false) => ApplyStatus::Succeeded,
        };
        Some(self.status == ApplyStatus::Succeeded)
    }

    fn row(&mut self, id: VlanId) -> Result<&mut EditRow, Refusal> {
        self.rows.as_mut().and_then(|rows| rows.get_mut(&id)).ok_or(Refusal::InconsistentName)
    }

    /// Names and SAIDs must differ, and VLAN 1 must be there.
    fn is_consistent(&self) -> bool {
        let Some(rows) = &self.rows else { return false };
        let names: BTreeSet<&str> = rows.values().map(|row| row.name.as_str()).collect();
        let saids: BTreeSet<u32> = rows.values().map(|row| row.said).filter(|said| *said != 0).collect();
        let default = rows.keys().any(|id| id.get() == DEFAULT_VLAN);
        default && names.len() == rows.len() && saids.len() == rows.len()
    }
}

fn said(vlan: VlanId) -> u32 {
    FIRST_SAID + u32::from(vlan.get())
}
