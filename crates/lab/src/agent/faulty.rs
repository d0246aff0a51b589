//! Answers to requests that read, as the faults of an agent have it. Pure.

use snmp::agent::{Mib, Object, Requester, respond};
use snmp::{ErrorStatus, Kind, Pdu};

use crate::switch::fault::Fault;

/// More repetitions than these are too many for an agent with [`Fault::SkipsAbove55`].
const SKIPPING: usize = 55;

/// The answer; `None` for silence.
pub(crate) fn read(mib: &impl Mib, faults: &[Fault], requester: &Requester<'_>, pdu: &Pdu<'_>) -> Option<Pdu<'static>> {
    let asked = respond::rows(pdu)?;
    let refuse = |status, index| respond::refusal(requester, pdu, &asked, status, index);
    let repetitions = if pdu.kind == Kind::GetBulk { pdu.max_repetitions() } else { 1 };
    let wanted = asked.len() * repetitions;
    let below = |root: &[u32]| (1..).zip(&asked).find_map(|(at, (name, _))| name.starts_with(root).then_some(at));
    for fault in faults {
        match fault {
            Fault::RefusesAbove(most, status) if wanted > *most => return Some(refuse(*status, 0)),
            Fault::SilentBulk if pdu.kind == Kind::GetBulk => return None,
            Fault::SilentAbove(most) if wanted > *most => return None,
            Fault::SilentAt(root) if below(root).is_some() => return None,
            Fault::Silent(root) if below(root).is_some() => return None,
            Fault::GenErrAt(root) => {
                if let Some(at) = below(root) {
                    return Some(refuse(ErrorStatus::GEN_ERR, at));
                }
            }
            _ => {}
        }
    }
    let answered = respond::read(&Standing { mib, faults }, requester, pdu)?;
    if answered.status != ErrorStatus::NO_ERROR {
        return Some(answered);
    }
    let answered = thinned(answered, faults, asked.len(), pdu)?;
    let size = answered.bindings.size();
    for fault in faults {
        match fault {
            Fault::Silent(root) if is_shown(&answered, root) => return None,
            Fault::LargestAnswer(most) if size > *most => return Some(refuse(ErrorStatus::TOO_BIG, 0)),
            Fault::LargestEncrypted(most) if pdu.kind == Kind::GetBulk && requester.encrypted && size > *most => {
                return Some(refuse(ErrorStatus::GEN_ERR, 0));
            }
            _ => {}
        }
    }
    Some(answered)
}

/// Whether an answer has an object of this part.
pub(crate) fn is_shown(pdu: &Pdu<'_>, root: &[u32]) -> bool {
    pdu.bindings.iter().flatten().any(|binding| binding.name.is_below(root))
}

/// Without the rows that the agent leaves out.
fn thinned(answered: Pdu<'static>, faults: &[Fault], names: usize, pdu: &Pdu<'_>) -> Option<Pdu<'static>> {
    let most = faults.iter().find_map(|fault| if let Fault::HoldsAtMost(most) = fault { Some(*most) } else { None });
    let bulk = pdu.kind == Kind::GetBulk;
    let skips = bulk && pdu.max_repetitions() > SKIPPING && faults.contains(&Fault::SkipsAbove55);
    if most.is_none() && !skips {
        return Some(answered);
    }
    let once = if bulk { pdu.non_repeaters().min(names) } else { names };
    let repeated = (names - once).max(1);
    let kept = |at: &usize| !(skips && *at >= once && (*at - once) / repeated % 7 == 3);
    let rows = respond::rows(&answered)?;
    let rows: Vec<_> = (0..).zip(rows).filter(|(at, _)| kept(at)).map(|(_, row)| row).take(most.unwrap_or(usize::MAX)).collect();
    Some(respond::response(pdu, &rows))
}

/// A MIB in which some objects follow themselves.
struct Standing<'a, M> {
    mib: &'a M,
    faults: &'a [Fault],
}

impl<M: Mib> Mib for Standing<'_, M> {
    fn get(&self, name: &[u32]) -> Option<&Object> {
        self.mib.get(name)
    }

    fn next(&self, name: &[u32]) -> Option<(&[u32], &Object)> {
        let stands = self.faults.iter().find_map(|fault| match fault {
            Fault::StandsStillAt(object) if *object == name => Some(*object),
            _ => None,
        });
        match stands.and_then(|object| Some((object, self.mib.get(object)?))) {
            Some(itself) => Some(itself),
            None => self.mib.next(name),
        }
    }
}

/// Makes the last variable binding of a datagram longer than what is left for it.
pub(crate) fn garble(mut datagram: Vec<u8>) -> Vec<u8> {
    let fits = |at: usize| {
        datagram.get(at) == Some(&0x30)
            && datagram.get(at + 1).map(|length| usize::from(*length)) == datagram.len().checked_sub(at + 2)
    };
    if let Some(length) = (0..datagram.len().saturating_sub(1)).rev().find(|at| fits(*at)).and_then(|at| datagram.get_mut(at + 1)) {
        *length += 1;
    }
    datagram
}
