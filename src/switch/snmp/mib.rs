//! Object identifiers that the standards fix, without instances. What a vendor adds is in `profiles/`. Pure.

/// sysDescr (RFC 3418).
pub const SYS_DESCR: &[u32] = &[1, 3, 6, 1, 2, 1, 1, 1];
/// sysObjectID.
pub const SYS_OBJECT_ID: &[u32] = &[1, 3, 6, 1, 2, 1, 1, 2];
/// sysUpTime: hundredths of a second.
pub const SYS_UP_TIME: &[u32] = &[1, 3, 6, 1, 2, 1, 1, 3];
/// sysName.
pub const SYS_NAME: &[u32] = &[1, 3, 6, 1, 2, 1, 1, 5];

/// ifDescr (RFC 2863).
pub const IF_DESCR: &[u32] = &[1, 3, 6, 1, 2, 1, 2, 2, 1, 2];
/// ifType.
pub const IF_TYPE: &[u32] = &[1, 3, 6, 1, 2, 1, 2, 2, 1, 3];
/// ifOperStatus: 1 is up.
pub const IF_OPER_STATUS: &[u32] = &[1, 3, 6, 1, 2, 1, 2, 2, 1, 8];
/// ifName.
pub const IF_NAME: &[u32] = &[1, 3, 6, 1, 2, 1, 31, 1, 1, 1, 1];
/// The whole ifEntry, for ifIndex in a RowPointer.
pub const IF_ENTRY: &[u32] = &[1, 3, 6, 1, 2, 1, 2, 2, 1];

/// dot1dBasePortIfIndex (RFC 4188).
pub const BASE_PORT_IF_INDEX: &[u32] = &[1, 3, 6, 1, 2, 1, 17, 1, 4, 1, 2];
/// dot1dStpRootPort: the bridge port towards the root bridge, 0 on the root itself.
pub const STP_ROOT_PORT: &[u32] = &[1, 3, 6, 1, 2, 1, 17, 2, 7];
/// dot1dTpFdbPort, indexed by MAC.
pub const FDB_PORT: &[u32] = &[1, 3, 6, 1, 2, 1, 17, 4, 3, 1, 2];
/// dot1qTpFdbPort, indexed by FDB and MAC (RFC 4363).
pub const Q_FDB_PORT: &[u32] = &[1, 3, 6, 1, 2, 1, 17, 7, 1, 2, 2, 1, 2];
/// dot3adAggPortAttachedAggID (IEEE 802.3ad), indexed by ifIndex.
pub const ATTACHED_AGGREGATE: &[u32] = &[1, 2, 840, 10006, 300, 43, 1, 2, 1, 1, 13];
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
/// lldpRemEntry, indexed by time mark, local port number and remote index.
pub const LLDP_REM: &[u32] = &[1, 0, 8802, 1, 1, 2, 1, 4, 1, 1];
/// lldpRemManAddrIfSubtype: the address is in the index.
pub const LLDP_REM_MAN_ADDR: &[u32] = &[1, 0, 8802, 1, 1, 2, 1, 4, 2, 1, 3];
/// lldpXdot3LocPowerMDISupported, indexed by local port number.
pub const LLDP_LOC_POWER_SUPPORTED: &[u32] = &[1, 0, 8802, 1, 1, 2, 1, 5, 4623, 1, 2, 2, 1, 2];
/// lldpXMedRemDeviceClass (ANSI/TIA-1057).
pub const MED_REM_CLASS: &[u32] = &[1, 0, 8802, 1, 1, 2, 1, 5, 4795, 1, 3, 1, 1, 3];
/// lldpXMedRemMediaPolicyEntry: 2 VLAN, 3 priority, 4 DSCP, 5 unknown, 6 tagged.
pub const MED_REM_POLICY: &[u32] = &[1, 0, 8802, 1, 1, 2, 1, 5, 4795, 1, 3, 2, 1];
/// lldpXMedRemInventoryEntry: 1 hardware, 2 firmware, 3 software, 4 serial, 5 manufacturer, 6 model, 7 asset.
pub const MED_REM_INVENTORY: &[u32] = &[1, 0, 8802, 1, 1, 2, 1, 5, 4795, 1, 3, 3, 1];
/// lldpXMedRemXPoEPDEntry: 1 power in 0.1 W, 2 source, 3 priority.
pub const MED_REM_PD_POWER: &[u32] = &[1, 0, 8802, 1, 1, 2, 1, 5, 4795, 1, 3, 7, 1];

/// cdpCacheEntry (CISCO-CDP-MIB), indexed by ifIndex and device: 3 address type, 4 address, 5 version, 6 device ID, 7 port,
/// 8 platform, 9 capabilities, 11 native VLAN, 12 duplex, 14 VoIP VLAN, 15 power in milliwatts.
pub const CDP_CACHE: &[u32] = &[1, 3, 6, 1, 4, 1, 9, 9, 23, 1, 2, 1, 1];
