//! What a packet socket lets through: group addresses to join, and a classic BPF program that the kernel runs on each frame. Pure.

/// What a packet socket receives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PacketFilter {
    /// Group addresses that the interface must accept; without them it drops such frames before any program sees them.
    pub groups: Vec<[u8; 6]>,
    /// Decides for each frame.
    pub program: Vec<Instruction>,
}

/// One instruction, as `struct sock_filter` has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Instruction {
    /// Operation.
    pub code: u16,
    /// Instructions to skip when the comparison holds.
    pub jt: u8,
    /// Instructions to skip when it does not.
    pub jf: u8,
    /// Operand.
    pub k: u32,
}
