//! Tests of switch_netlink.
