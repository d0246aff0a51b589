//! This machine as a switch: bridge VLANs over rtnetlink, PSE over ethtool generic netlink. I/O.
//!
//! | fact | where it is |
//! |---|---|
//! | port | an interface enslaved to the bridge, by its name |
//! | voice VLAN | tagged membership of the port; advertising it is the LLDP daemon's task |
//! | VLAN exists | no fact here: a Linux bridge keeps no list of VLANs, a VLAN exists as soon as a port is a member |
//! | PoE | the PSE of the port's PHY (Linux 6.10), numbered by interface index |
//! | PoE priority | of the PSE's numbers 0 is critical, the last low, all between them high; the middle one is written for high |
//! | saving | not possible: what is set over netlink ends with the machine's run |
//! | learned address | the bridge's forwarding table, with the VLAN; neither static nor the machine's own addresses |
//! | its IP address | the ARP and ND tables of the bridge and of VLAN interfaces above it |
//! | LLDP and CDP neighbour | lldpd, when it runs: `lldpcli -f json0 show neighbors details hidden`; heard on a link of a bond or team, it is on that port |
//! | the machine's own membership | the bridge device, shown as a port of itself that nothing may change |
//! | PSE group | the power domain (Linux 6.17); its budget is the inventory's `power_budget_w`, for the kernel has no attribute for it |
//! | DSCP → priority | the DCB application table of the port, where its driver has one: told in the notes |
//!
//! A port is an uplink, and nothing on it may be changed, when it is a bond or team, leads to the spanning tree's root, or has
//! behind it a default gateway of this machine or the far end of an SSH session to it. Not supported: 802.1ad, VLAN tunnels.

mod attribute;
mod bridge;
mod dcb;
mod dcb_socket;
mod driver;
mod ethtool;
mod ethtool_header;
mod failure;
mod fdb;
mod hint;
mod link_mode;
mod lldpd;
mod pse;
mod pse_event;
mod ssh_peers;
mod state;
mod vlans;

pub use driver::LinuxSwitch;
