//! The classic BPF program that keeps everything but LLDP and CDP of others in the kernel. Pure.

use lldp::ethernet;

use crate::host::{Instruction, PacketFilter};

/// Group addresses of LLDP (802.1AB table 7-1: nearest bridge, nearest non-TPMR bridge, nearest customer bridge) and of CDP, plain and in
/// tagged frames.
const GROUPS: [[u8; 6]; 5] = [
    ethernet::LLDP_MULTICAST,
    [0x01, 0x80, 0xc2, 0, 0, 0x03],
    [0x01, 0x80, 0xc2, 0, 0, 0x00],
    ethernet::CDP_MULTICAST,
    [0x01, 0x00, 0x0c, 0xcd, 0xcd, 0xd0],
];

const LOAD_WORD: u16 = 0x20; // BPF_LD | BPF_W | BPF_ABS
const LOAD_HALF: u16 = 0x28; // BPF_LD | BPF_H | BPF_ABS
const LOAD_BYTE: u16 = 0x30; // BPF_LD | BPF_B | BPF_ABS
const JUMP_IF_EQUAL: u16 = 0x15; // BPF_JMP | BPF_JEQ | BPF_K
const JUMP_IF_GREATER: u16 = 0x25; // BPF_JMP | BPF_JGT | BPF_K
const RETURN: u16 = 0x06; // BPF_RET | BPF_K
/// Where the kernel shows the direction of a frame: SKF_AD_OFF + SKF_AD_PKTTYPE.
const PACKET_TYPE: u32 = 0xffff_f000 + 4;
/// PACKET_OUTGOING: this machine sends it.
const OUTGOING: u32 = 4;
/// Where an EtherType or an 802.3 length stands.
const TYPE: u32 = 12;
/// Largest value there that is a length (802.3 §3.2.6).
const LENGTH_MAX: u32 = 1500;
/// LLC of spanning tree frames, which share a group address with LLDP.
const LLC_SPANNING_TREE: u32 = 0x4242;

const fn step(code: u16, k: u32, jt: u8, jf: u8) -> Instruction {
    Instruction { code, jt, jf, k }
}

/// For a socket that receives LLDP and CDP.
pub(super) fn lldp_and_cdp() -> PacketFilter {
    PacketFilter { groups: GROUPS.to_vec(), program: program() }
}

/// Lets through what others send to one of the groups and is no spanning tree.
fn program() -> Vec<Instruction> {
    let mut program = vec![
        step(LOAD_BYTE, PACKET_TYPE, 0, 0),
        step(JUMP_IF_EQUAL, OUTGOING, 0, 1),
        step(RETURN, 0, 0, 0),
        step(LOAD_HALF, TYPE, 0, 0),
        step(JUMP_IF_GREATER, LENGTH_MAX, 3, 0),
        step(LOAD_HALF, TYPE + 2, 0, 0),
        step(JUMP_IF_EQUAL, LLC_SPANNING_TREE, 0, 1),
        step(RETURN, 0, 0, 0),
    ];
    // by the destination address's first word and last half-word
    for [a, b, c, d, e, f] in GROUPS {
        program.extend([
            step(LOAD_WORD, 0, 0, 0),
            step(JUMP_IF_EQUAL, u32::from_be_bytes([a, b, c, d]), 0, 3),
            step(LOAD_HALF, 4, 0, 0),
            step(JUMP_IF_EQUAL, u32::from(u16::from_be_bytes([e, f])), 0, 1),
            step(RETURN, u32::MAX, 0, 0),
        ]);
    }
    program.push(step(RETURN, 0, 0, 0));
    program
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the kernel would do: whether the frame passes.
    fn passes(frame: &[u8], packet_type: u8) -> bool {
        let program = program();
        let load = |at: usize, length: usize| -> Option<u32> {
            frame.get(at..at + length).map(|bytes| bytes.iter().fold(0, |sum, byte| sum << 8 | u32::from(*byte)))
        };
        let (mut next, mut accumulator) = (0, 0);
        loop {
            let Instruction { code, jt, jf, k } = program[next];
            next += 1;
            let read = match code {
                LOAD_BYTE if k == PACKET_TYPE => Some(u32::from(packet_type)),
                LOAD_WORD => load(k as usize, 4),
                LOAD_HALF => load(k as usize, 2),
                JUMP_IF_EQUAL | JUMP_IF_GREATER => {
                    let holds = if code == JUMP_IF_EQUAL { accumulator == k } else { accumulator > k };
                    next += usize::from(if holds { jt } else { jf });
                    Some(accumulator)
                }
                RETURN => return k > 0,
                other => panic!("{other:#x}"),
            };
            // a load past the end rejects the frame
            let Some(read) = read else { return false };
            accumulator = read;
        }
    }

    #[test]
    fn only_what_others_send_to_the_groups_passes() {
        let source = [2, 0, 0, 0, 0, 1];
        let lldp = ethernet::lldp_frame(source, &[2, 7, 4]);
        let cdp = ethernet::cdp_frame(source, &[2, 180]).unwrap();
        assert!(passes(&lldp, 2) && passes(&cdp, 2));
        assert!(!passes(&lldp, 4) && !passes(&cdp, 4), "own frames");
        for group in GROUPS {
            assert!(passes(&[&group[..], &lldp[6..]].concat(), 2), "{group:x?}");
        }
        assert!(!passes(&[&[0xff; 6][..], &lldp[6..]].concat(), 1), "broadcast");
        let spanning_tree = [&GROUPS[2][..], &source, &[0, 0x26, 0x42, 0x42, 3, 0, 0]].concat();
        assert!(!passes(&spanning_tree, 2));
        let tagged = [&lldp[..12], &[0x81, 0, 0x42, 0x42], &lldp[12..]].concat();
        assert!(passes(&tagged, 2), "a tag is no LLC");
        assert!(!passes(&lldp[..13], 2), "a frame without a type");
    }
}
