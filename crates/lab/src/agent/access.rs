//! Who may read a simulated agent, and who may write too. Pure.

use snmp::usm;

/// Who may read, and who may write too.
#[derive(Debug, Clone)]
pub(crate) enum Keys {
    /// SNMPv1 and v2c: communities.
    Communities {
        /// May read.
        read: &'static str,
        /// May read and write.
        write: &'static str,
    },
    /// SNMPv3: users, who must encrypt when they can.
    Users {
        /// May read.
        read: usm::User,
        /// May read and write.
        write: usm::User,
    },
}
