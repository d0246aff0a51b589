//! Lists of ports and other bits as the simulated agents write and read them. Pure.

use std::collections::BTreeSet;

use model::ids::BridgePort;
use snmp::Value;

use crate::switch::fault::Fault;
use crate::switch::refusal::Refusal;
use crate::switch::state::Switch;

/// Bytes of a PortList: as wide as the switch.
pub(crate) fn port_list_width(switch: &Switch) -> usize {
    let padded = switch.faults.find(|fault| match fault {
        Fault::PaddedLists(bytes) => Some(*bytes),
        _ => None,
    });
    padded.unwrap_or_else(|| switch.layout.ports().count().div_ceil(8))
}

/// A PortList as this switch writes it.
pub(crate) fn shown_list(switch: &Switch, ports: &BTreeSet<BridgePort>, width: usize) -> Vec<u8> {
    if switch.faults.has(&Fault::DecimalLists) {
        return ports.iter().map(|port| port.0.to_string()).collect::<Vec<_>>().join(",").into_bytes();
    }
    in_order(port_list(ports, width), switch.faults.has(&Fault::ReversedLists))
}

/// A list as it is, or with the bits of each byte the other way round.
pub(crate) fn in_order(list: Vec<u8>, reversed: bool) -> Vec<u8> {
    if reversed { list.into_iter().map(u8::reverse_bits).collect() } else { list }
}

/// A PortList: the most significant bit of the first byte is port 1 (RFC 2674).
pub(crate) fn port_list(ports: &BTreeSet<BridgePort>, width: usize) -> Vec<u8> {
    bits(width, |number| ports.contains(&BridgePort(number)))
}

/// So many bytes of bits, of which the most significant of the first is number 1.
pub(crate) fn bits(width: usize, wanted: impl Fn(u32) -> bool) -> Vec<u8> {
    let byte = |first: u32| (0..8).filter(|bit| wanted(first + bit)).fold(0, |byte, bit| byte | 0x80 >> bit);
    (1..).step_by(8).map(byte).take(width).collect()
}

/// The numbers of ports with commas between them.
fn decimal_ports(switch: &Switch, bytes: &[u8]) -> Result<BTreeSet<BridgePort>, Refusal> {
    let numbers = bytes.split(|byte| *byte == b',').filter(|number| !number.is_empty());
    let port = |number: &[u8]| std::str::from_utf8(number).ok()?.parse().ok().map(BridgePort);
    numbers.map(|number| port(number).filter(|port| switch.layout.has(*port)).ok_or(Refusal::WrongValue)).collect()
}

/// A PortList of exactly the switch's width, with no bit beyond its last port.
pub(crate) fn ports(switch: &Switch, value: &Value<'_>) -> Result<BTreeSet<BridgePort>, Refusal> {
    if let (true, Value::Octets(bytes)) = (switch.faults.has(&Fault::DecimalLists), value) {
        return decimal_ports(switch, bytes);
    }
    let set = set_bits(value, port_list_width(switch), switch.faults.has(&Fault::ReversedLists))?;
    let ports: BTreeSet<BridgePort> = set.into_iter().map(BridgePort).collect();
    if ports.iter().all(|port| switch.layout.has(*port)) { Ok(ports) } else { Err(Refusal::WrongValue) }
}

/// The numbers, from 1, of the bits that are set in exactly so many bytes; the most significant of each is the first, unless they are
/// the other way round.
pub(crate) fn set_bits(value: &Value<'_>, width: usize, reversed: bool) -> Result<Vec<u32>, Refusal> {
    let Value::Octets(list) = value else { return Err(Refusal::WrongType) };
    if list.len() != width {
        return Err(Refusal::WrongLength);
    }
    let bits = in_order(list.to_vec(), reversed).into_iter().flat_map(|byte| (0..8).map(move |bit| byte << bit & 0x80 != 0));
    Ok((1..).zip(bits).filter_map(|(number, set)| set.then_some(number)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_list_starts_at_the_most_significant_bit() {
        let ports = [1, 9, 10, 24].map(BridgePort).into();
        assert_eq!(port_list(&ports, 3), [0x80, 0xc0, 0x01]);
    }
}
