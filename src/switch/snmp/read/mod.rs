//! What a switch told, as facts of the model: each file one part of a MIB. Oddities of devices end here.

pub mod cdp;
pub mod fdb;
pub mod if_status;
pub mod instance;
pub mod interfaces;
pub mod lag;
pub mod lldp;
pub mod lldp_ext;
pub mod lldp_med;
pub mod local_ports;
pub mod maps;
pub mod memberships;
pub mod neighbours;
pub mod port_list;
pub mod port_list_form;
pub mod pse;
pub mod pse_map;
pub mod remote;
pub mod state;
pub mod subtrees;
pub mod text;
pub mod vlan_contexts;
pub mod vlans;
pub mod voice;
pub mod warnings;
