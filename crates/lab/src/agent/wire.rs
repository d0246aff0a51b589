//! What happens to datagrams between a simulated agent and those who ask it: lost, doubled, late, or nobody there. Pure.

use std::time::Duration;

/// The state of one agent's wire.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Wire {
    /// Whether requests are not heard at all.
    pub silent: bool,
    /// How many of the next answers are lost.
    pub lose: u32,
    /// How many of the next answers come twice.
    pub double: u32,
    /// How much later every answer comes.
    pub late: Duration,
}

impl Wire {
    /// When the copies of one answer arrive, counted from now.
    pub fn deliver(&mut self) -> Vec<Duration> {
        if self.lose > 0 {
            self.lose -= 1;
            return Vec::new();
        }
        if self.double > 0 {
            self.double -= 1;
            return vec![self.late; 2];
        }
        vec![self.late]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_lost_then_doubled_then_sound() {
        let late = Duration::from_millis(30);
        let mut wire = Wire { lose: 1, double: 1, late, ..Wire::default() };
        let copies: Vec<usize> = (0..3).map(|_| wire.deliver().len()).collect();
        assert_eq!((copies, wire), (vec![0, 2, 1], Wire { late, ..Wire::default() }));
    }
}
