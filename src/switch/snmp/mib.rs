//! Object identifiers that the standards fix, without instances. What a vendor adds is in `profiles/`. Pure.

/// sysDescr (RFC 3418).
pub const SYS_DESCR: &[u32] = &[1, 3, 6, 1, 2, 1, 1, 1];
pub const SYS_OBJECT_ID: &[u32] = &[1, 3, 6, 1, 2, 1, 1, 2];
/// sysUpTime: hundredths of a second.
/// snmpSetSerialNo: an advisory lock between managers that write (RFC 3418).
pub const SET_SERIAL: &[u32] = &[1, 3, 6, 1, 6, 3, 1, 1, 6, 1];
pub const SYS_UP_TIME: &[u32] = &[1, 3, 6, 1, 2, 1, 1, 3];
pub const SYS_NAME: &[u32] = &[1, 3, 6, 1, 2, 1, 1, 5];
/// snmpEngineID (RFC 3411).
pub const ENGINE_ID: &[u32] = &[1, 3, 6, 1, 6, 3, 10, 2, 1, 1];
/// entPhysicalSerialNum (RFC 6933).
pub const ENT_SERIAL: &[u32] = &[1, 3, 6, 1, 2, 1, 47, 1, 1, 1, 1, 11];
pub const SYS_CONTACT: &[u32] = &[1, 3, 6, 1, 2, 1, 1, 4];
pub const SYS_LOCATION: &[u32] = &[1, 3, 6, 1, 2, 1, 1, 6];

/// ifDescr (RFC 2863).
pub const IF_DESCR: &[u32] = &[1, 3, 6, 1, 2, 1, 2, 2, 1, 2];
pub const IF_TYPE: &[u32] = &[1, 3, 6, 1, 2, 1, 2, 2, 1, 3];
/// ifSpeed: bits per second, at its end from 4.29 Gbit/s.
pub const IF_SPEED: &[u32] = &[1, 3, 6, 1, 2, 1, 2, 2, 1, 5];
pub const IF_PHYS_ADDRESS: &[u32] = &[1, 3, 6, 1, 2, 1, 2, 2, 1, 6];
/// ifOperStatus: 1 is up.
pub const IF_OPER_STATUS: &[u32] = &[1, 3, 6, 1, 2, 1, 2, 2, 1, 8];
/// ifInUcastPkts and ifOutUcastPkts, of 32 bits.
pub const IF_IN_UNICAST: &[u32] = &[1, 3, 6, 1, 2, 1, 2, 2, 1, 11];
pub const IF_OUT_UNICAST: &[u32] = &[1, 3, 6, 1, 2, 1, 2, 2, 1, 17];
/// ifHCInUcastPkts and ifHCOutUcastPkts, of 64.
pub const IF_HC_IN_UNICAST: &[u32] = &[1, 3, 6, 1, 2, 1, 31, 1, 1, 1, 7];
pub const IF_HC_OUT_UNICAST: &[u32] = &[1, 3, 6, 1, 2, 1, 31, 1, 1, 1, 11];
pub const IF_IN_ERRORS: &[u32] = &[1, 3, 6, 1, 2, 1, 2, 2, 1, 14];
pub const IF_OUT_ERRORS: &[u32] = &[1, 3, 6, 1, 2, 1, 2, 2, 1, 20];
pub const IF_ALIAS: &[u32] = &[1, 3, 6, 1, 2, 1, 31, 1, 1, 1, 18];
pub const IF_NAME: &[u32] = &[1, 3, 6, 1, 2, 1, 31, 1, 1, 1, 1];
/// ifHighSpeed: Mbit/s.
pub const IF_HIGH_SPEED: &[u32] = &[1, 3, 6, 1, 2, 1, 31, 1, 1, 1, 15];
/// ifStackStatus, indexed by the ifIndexes of a higher and a lower interface.
pub const IF_STACK_STATUS: &[u32] = &[1, 3, 6, 1, 2, 1, 31, 1, 2, 1, 3];
/// dot3StatsDuplexStatus (RFC 3635), indexed by ifIndex: 2 is half, 3 is full.
pub const DUPLEX_STATUS: &[u32] = &[1, 3, 6, 1, 2, 1, 10, 7, 2, 1, 19];
/// The whole ifEntry, for ifIndex in a RowPointer.
pub const IF_ENTRY: &[u32] = &[1, 3, 6, 1, 2, 1, 2, 2, 1];

/// dot1dBasePortIfIndex (RFC 4188).
pub const BASE_PORT_IF_INDEX: &[u32] = &[1, 3, 6, 1, 2, 1, 17, 1, 4, 1, 2];
/// dot1dBaseBridgeAddress.
pub const BASE_BRIDGE_ADDRESS: &[u32] = &[1, 3, 6, 1, 2, 1, 17, 1, 1];
/// dot1dStpRootPort: the bridge port towards the root bridge, 0 on the root itself.
pub const STP_ROOT_PORT: &[u32] = &[1, 3, 6, 1, 2, 1, 17, 2, 7];
/// dot1dTpFdbAddress, indexed by MAC.
pub const FDB_ADDRESS: &[u32] = &[1, 3, 6, 1, 2, 1, 17, 4, 3, 1, 1];
/// dot1dTpFdbPort, indexed by MAC.
pub const FDB_PORT: &[u32] = &[1, 3, 6, 1, 2, 1, 17, 4, 3, 1, 2];
/// dot1dTpFdbStatus, indexed by MAC: 3 is learned.
pub const FDB_STATUS: &[u32] = &[1, 3, 6, 1, 2, 1, 17, 4, 3, 1, 3];
/// dot1qTpFdbPort, indexed by filtering database and MAC (RFC 4363).
pub const Q_FDB_PORT: &[u32] = &[1, 3, 6, 1, 2, 1, 17, 7, 1, 2, 2, 1, 2];
/// dot1qTpFdbStatus, indexed alike: 3 is learned.
pub const Q_FDB_STATUS: &[u32] = &[1, 3, 6, 1, 2, 1, 17, 7, 1, 2, 2, 1, 3];
/// dot1qVlanFdbId, indexed by time mark and VLAN.
pub const VLAN_FDB_ID: &[u32] = &[1, 3, 6, 1, 2, 1, 17, 7, 1, 4, 2, 1, 3];
/// dot1qVlanCurrentEgressPorts, indexed alike.
pub const VLAN_CURRENT_EGRESS: &[u32] = &[1, 3, 6, 1, 2, 1, 17, 7, 1, 4, 2, 1, 4];
/// dot1qVlanCurrentUntaggedPorts, indexed alike.
pub const VLAN_CURRENT_UNTAGGED: &[u32] = &[1, 3, 6, 1, 2, 1, 17, 7, 1, 4, 2, 1, 5];
/// dot1qVlanStatus, indexed alike: 3 is learned by GVRP.
pub const VLAN_STATUS: &[u32] = &[1, 3, 6, 1, 2, 1, 17, 7, 1, 4, 2, 1, 6];
/// dot1qVlanStaticEgressPorts, indexed by VLAN.
pub const VLAN_STATIC_EGRESS: &[u32] = &[1, 3, 6, 1, 2, 1, 17, 7, 1, 4, 3, 1, 2];
/// dot1qVlanStaticUntaggedPorts, indexed by VLAN.
pub const VLAN_STATIC_UNTAGGED: &[u32] = &[1, 3, 6, 1, 2, 1, 17, 7, 1, 4, 3, 1, 4];
/// dot1qPvid, indexed by bridge port: the VLAN of untagged frames received.
pub const PVID: &[u32] = &[1, 3, 6, 1, 2, 1, 17, 7, 1, 4, 5, 1, 1];
/// ipNetToMediaPhysAddress (RFC 2011), indexed by ifIndex and IPv4 address.
pub const NET_TO_MEDIA: &[u32] = &[1, 3, 6, 1, 2, 1, 4, 22, 1, 2];
/// ipNetToPhysicalPhysAddress (RFC 4293), indexed by ifIndex, address type and address with its length.
pub const NET_TO_PHYSICAL: &[u32] = &[1, 3, 6, 1, 2, 1, 4, 35, 1, 4];
/// dot3adAggPortAttachedAggID (IEEE 802.3ad), indexed by ifIndex.
pub const ATTACHED_AGGREGATE: &[u32] = &[1, 2, 840, 10006, 300, 43, 1, 2, 1, 1, 13];
/// dot3adAggPortSelectedAggID, indexed by ifIndex: the aggregate that a port is meant for, also while its link is down.
pub const SELECTED_AGGREGATE: &[u32] = &[1, 2, 840, 10006, 300, 43, 1, 2, 1, 1, 12];
/// dot1xPaeSystemAuthControl (IEEE 802.1X): 1 is enabled.
pub const DOT1X_SYSTEM_CONTROL: &[u32] = &[1, 0, 8802, 1, 1, 1, 1, 1, 1];
/// dot1xAuthAuthControlledPortControl, indexed by ifIndex: 1 forces the port shut, 2 lets the server decide, 3 forces it open.
pub const DOT1X_PORT_CONTROL: &[u32] = &[1, 0, 8802, 1, 1, 1, 1, 2, 1, 1, 6];
/// entAliasMappingIdentifier (RFC 4133), indexed by entPhysicalIndex and logical entity.
pub const ENT_ALIAS: &[u32] = &[1, 3, 6, 1, 2, 1, 47, 1, 3, 2, 1, 2];

/// pethPsePortDetectionStatus (RFC 3621).
pub const PSE_DETECTION: &[u32] = &[1, 3, 6, 1, 2, 1, 105, 1, 1, 1, 6];
/// pethPsePortPowerClassifications: class plus one.
pub const PSE_CLASS: &[u32] = &[1, 3, 6, 1, 2, 1, 105, 1, 1, 1, 10];
/// pethMainPsePower: watts.
pub const MAIN_PSE_POWER: &[u32] = &[1, 3, 6, 1, 2, 1, 105, 1, 3, 1, 1, 2];
/// pethMainPseOperStatus: 1 is on.
pub const MAIN_PSE_OPER_STATUS: &[u32] = &[1, 3, 6, 1, 2, 1, 105, 1, 3, 1, 1, 3];
/// pethMainPseConsumptionPower: watts.
pub const MAIN_PSE_CONSUMPTION: &[u32] = &[1, 3, 6, 1, 2, 1, 105, 1, 3, 1, 1, 4];

/// lldpLocPortEntry (LLDP-MIB, IEEE 802.1AB-2005): 2 id subtype, 3 id, 4 description.
pub const LLDP_LOC_PORT: &[u32] = &[1, 0, 8802, 1, 1, 2, 1, 3, 7, 1];
/// lldpXdot3LocPowerMDISupported, indexed by local port number.
pub const LLDP_LOC_POWER_SUPPORTED: &[u32] = &[1, 0, 8802, 1, 1, 2, 1, 5, 4623, 1, 2, 2, 1, 2];

/// The remote systems data of LLDP-MIB: all the tables below that begin with LLDP_REM.
pub const LLDP_REMOTE: &[u32] = &[1, 0, 8802, 1, 1, 2, 1, 4];
/// lldpRemEntry, indexed by time mark, local port number and remote index: 4, 5 chassis ID, 6, 7 port ID, 8 port description, 9 system
/// name, 10 system description, 11, 12 capabilities.
pub const LLDP_REM: &[u32] = &[1, 0, 8802, 1, 1, 2, 1, 4, 1, 1];
/// lldpRemManAddrEntry: the address is in the index.
pub const LLDP_REM_MAN_ADDR: &[u32] = &[1, 0, 8802, 1, 1, 2, 1, 4, 2, 1];
/// lldpRemUnknownTLVEntry, indexed further by TLV type: 2 value.
pub const LLDP_REM_UNKNOWN: &[u32] = &[1, 0, 8802, 1, 1, 2, 1, 4, 3, 1];
/// lldpRemOrgDefInfoEntry, indexed further by three bytes of OUI, subtype and a number: 4 value.
pub const LLDP_REM_ORGANISATION: &[u32] = &[1, 0, 8802, 1, 1, 2, 1, 4, 4, 1];
/// The remote systems data of LLDP-V2-MIB (IEEE 802.1AB-2009), indexed by time mark, ifIndex, destination address and remote index.
pub const LLDP_V2_REMOTE: &[u32] = &[1, 3, 111, 2, 802, 1, 1, 13, 1, 4];
/// lldpV2RemEntry: the columns of lldpRemEntry are one higher.
pub const LLDP_V2_REM: &[u32] = &[1, 3, 111, 2, 802, 1, 1, 13, 1, 4, 1, 1];
/// lldpV2RemManAddrEntry.
pub const LLDP_V2_REM_MAN_ADDR: &[u32] = &[1, 3, 111, 2, 802, 1, 1, 13, 1, 4, 2, 1];
/// lldpV2RemUnknownTLVEntry.
pub const LLDP_V2_REM_UNKNOWN: &[u32] = &[1, 3, 111, 2, 802, 1, 1, 13, 1, 4, 3, 1];
/// lldpV2RemOrgDefInfoEntry.
pub const LLDP_V2_REM_ORGANISATION: &[u32] = &[1, 3, 111, 2, 802, 1, 1, 13, 1, 4, 4, 1];

/// The remote data of LLDP-EXT-DOT1-MIB: 1 port VLAN, 2 protocol VLANs, 3 VLAN names, 4 protocol identities.
pub const DOT1_REMOTE: &[u32] = &[1, 0, 8802, 1, 1, 2, 1, 5, 32962, 1, 3];
/// The remote data of LLDP-EXT-DOT1-V2-MIB: as above, and 6 management VLAN, 7 link aggregation.
pub const DOT1_V2_REMOTE: &[u32] = &[1, 3, 111, 2, 802, 1, 1, 13, 1, 5, 32962, 1, 3];
/// The remote data of LLDP-EXT-DOT3-MIB: 1 MAC/PHY, 2 power, 3 link aggregation, 4 maximum frame size.
pub const DOT3_REMOTE: &[u32] = &[1, 0, 8802, 1, 1, 2, 1, 5, 4623, 1, 3];
/// The remote data of LLDP-EXT-DOT3-V2-MIB: 1 MAC/PHY, 2 power, 3 maximum frame size.
pub const DOT3_V2_REMOTE: &[u32] = &[1, 3, 111, 2, 802, 1, 1, 13, 1, 5, 4623, 1, 3];

/// lldpXMedLocMediaPolicyEntry, indexed by local port number and application: 2 VLAN, 3 priority, 4 DSCP, 5 unknown, 6 tagged.
pub const MED_LOCAL_POLICY: &[u32] = &[1, 0, 8802, 1, 1, 2, 1, 5, 4795, 1, 2, 1, 1];
/// The remote data of LLDP-EXT-MED-MIB (ANSI/TIA-1057), which has no second arc: all the tables below that begin with MED.
pub const MED_REMOTE: &[u32] = &[1, 0, 8802, 1, 1, 2, 1, 5, 4795, 1, 3];
/// lldpXMedRemCapabilitiesEntry: 1 capabilities supported, 3 device class.
pub const MED_CAPABILITIES: &[u32] = &[1, 0, 8802, 1, 1, 2, 1, 5, 4795, 1, 3, 1, 1];
/// lldpXMedRemMediaPolicyEntry, indexed further by application: 2 VLAN, 3 priority, 4 DSCP, 5 unknown, 6 tagged.
pub const MED_POLICY: &[u32] = &[1, 0, 8802, 1, 1, 2, 1, 5, 4795, 1, 3, 2, 1];
/// lldpXMedRemInventoryEntry: 1 hardware, 2 firmware, 3 software, 4 serial, 5 manufacturer, 6 model, 7 asset.
pub const MED_INVENTORY: &[u32] = &[1, 0, 8802, 1, 1, 2, 1, 5, 4795, 1, 3, 3, 1];
/// lldpXMedRemLocationEntry, indexed further by the format, one higher than in the TLV: 2 the location's bytes.
pub const MED_LOCATION: &[u32] = &[1, 0, 8802, 1, 1, 2, 1, 5, 4795, 1, 3, 4, 1];
/// lldpXMedRemXPoEPSEEntry: 1 power in 0.1 W, 2 source, 3 priority.
pub const MED_PSE_POWER: &[u32] = &[1, 0, 8802, 1, 1, 2, 1, 5, 4795, 1, 3, 6, 1];
/// lldpXMedRemXPoEPDEntry: 1 power in 0.1 W, 2 source, 3 priority.
pub const MED_PD_POWER: &[u32] = &[1, 0, 8802, 1, 1, 2, 1, 5, 4795, 1, 3, 7, 1];

/// cdpCacheEntry (CISCO-CDP-MIB), indexed by ifIndex and device: 3 address type, 4 address, 5 version, 6 device ID, 7 port,
/// 8 platform, 9 capabilities, 10 VTP domain, 11 native VLAN, 12 duplex, 14 VoIP VLAN, 15 power in milliwatts, 17 system name.
pub const CDP_CACHE: &[u32] = &[1, 3, 6, 1, 4, 1, 9, 9, 23, 1, 2, 1, 1];
