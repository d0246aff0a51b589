//! What real switches do wrong: each is a fault that a simulated one can be given. Pure.

use std::time::Duration;

use model::ids::{BridgePort, VlanId};
use model::units::Milliwatts;
use snmp::{ErrorStatus, Oid};

/// One fault. Objects are named by the beginning of their object identifiers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// Refuses with commitFailed to switch on the n-th port (from 1) that is asked for, now and whenever it is asked for again.
    RefusesEnable(usize),
    /// Loses the answer to the n-th write (from 1) that switches power on.
    LosesEnableReply(usize),
    /// Loses the answer to the first write of this object.
    LosesReply(&'static [u32]),
    /// Stores this VLAN instead of the voice VLAN asked for, on the first port that is given one.
    StoresVoiceVlan(VlanId),
    /// Has this budget in place of the true one.
    Budget(Milliwatts),
    /// Applies the first variable binding of a SET only, and acknowledges all.
    AppliesFirstOnly,
    /// Answers genErr to a SET that it applied.
    ErrorThoughApplied,
    /// Shows what was written only after so many hundredths of a second.
    ShowsLate(u32),
    /// Takes back what was written after so many hundredths of a second, as an automatism of its own would.
    Reverts(u32),
    /// Reads and writes the bits of port lists from the least significant on.
    ReversedLists,
    /// Has port lists in text: the numbers of the ports in decimal, separated by commas.
    DecimalLists,
    /// Has port lists of this many bytes, for the largest stack it could be in.
    PaddedLists(usize),
    /// Saves after every SET.
    SavesImplicitly,
    /// Fails to apply changed VLANs.
    FailsToApply,
    FailsToSave,
    /// Answers tooBig instead of more bytes.
    LargestAnswer(usize),
    /// Answers genErr instead of more bytes of a GETBULK that is encrypted.
    LargestEncrypted(usize),
    /// Answers no GETBULK at all.
    SilentBulk,
    /// Leaves rows out when more than 55 are asked for at once.
    SkipsAbove55,
    /// Restarts instead of carrying out the n-th SET (from 1): what was not saved is gone.
    RestartsAt(usize),
    /// Numbers its interfaces anew at every restart.
    Renumbers,
    /// Forgets its clock: every answer of SNMPv3 is notInTimeWindow, whatever was learnt before.
    LosesClock,
    /// Shows power classes one too high.
    ClassOffByOne,
    /// Shows in milliwatts what is to be watts.
    MilliwattsForWatts,
    /// A write of the PVID moves the untagged membership and leaves the port in its old VLAN, tagged.
    PvidLeavesTagged,
    /// A write of a port's mode puts its VLANs back to the default.
    ModeResetsPvid,
    /// Refuses a second untagged VLAN on a port.
    OneUntagged,
    /// Answers commitFailed when a port is to get this VLAN, which it shows as if it were in order.
    RefusesVlan(VlanId),
    /// Tells of two PSE rows that the same port is theirs.
    AmbiguousPse,
    /// Takes so many hundredths of a second to power a port.
    PowersSlowly(u32),
    /// Has these ports as links of an aggregate, none of which is up.
    IdleAggregate(Vec<BridgePort>),
    /// Lets an authentication server decide about this port.
    Authenticates(BridgePort),
    /// Has this port untagged in this VLAN, whatever is configured.
    AssignsVlan(BridgePort, VlanId),
    /// Acknowledges a SET of this object and keeps its value.
    KeepsValue(&'static [u32]),
    /// Has not got this part of its MIBs.
    Lacks(&'static [u32]),
    /// Takes so long to answer a request for this object.
    Slow(&'static [u32], Duration),
    /// Does not answer a request that asks for, or would be answered with, an object of this part.
    Silent(Oid),
    /// Does not answer a request for a name in this part.
    SilentAt(&'static [u32]),
    /// Does not answer a request for more bindings.
    SilentAbove(usize),
    /// Does not answer a SET.
    SilentToWrites,
    /// Refuses so a request for more bindings.
    RefusesAbove(usize, ErrorStatus),
    /// Answers genErr to a request for a name in this part.
    GenErrAt(&'static [u32]),
    /// Answers with bytes that break off when there is an object of this part in the answer.
    GarbageAt(&'static [u32]),
    /// Has this object follow itself.
    StandsStillAt(&'static [u32]),
    /// Has no more bindings than these in one answer.
    HoldsAtMost(usize),
}
