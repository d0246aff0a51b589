//! This machine as a switch: bridge VLANs over rtnetlink, PSE over ethtool generic netlink. I/O.
