// SPDX-License-Identifier: GPL-2.0
/*
 * A PoE switch for tests: eight ports whose PSEs the kernel's own PSE core and
 * ethtool netlink family drive, and one without a PSE.  Its DCB core keeps their
 * priorities.
 *
 * Port N is the network device swpN, which has a PHY with a PSE; its cable ends
 * at the device pdN, the phone's.  Frames pass only while the port delivers
 * power.  In debugfs the tests play the phone and the supply:
 *
 *   vp_pse/budget_mw       what all ports may draw together
 *   vp_pse/N/attached      whether a phone is plugged in
 *   vp_pse/N/class         its class, 0-8
 *   vp_pse/N/load_mw       what it draws
 *   vp_pse/N/short_circuit whether the cable is broken
 *   vp_pse/N/keeps_limit   whether the PSE accepts a new limit and keeps the old
 */
#include <linux/debugfs.h>
#include <linux/etherdevice.h>
#include <linux/ethtool.h>
#include <linux/module.h>
#include <linux/of.h>
#include <linux/of_mdio.h>
#include <linux/phy.h>
#include <linux/phy_fixed.h>
#include <linux/platform_device.h>
#include <linux/pse-pd/pse.h>
#include <linux/regulator/driver.h>
#include <linux/regulator/machine.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>
#include <net/dcbnl.h>

/* of drivers/net/phy/swphy.c, which has no public header */
int swphy_read_reg(int reg, const struct fixed_phy_status *state);

#define SIM_PSES 8
#define SIM_PORTS (SIM_PSES + 1)

static const struct ethtool_c33_pse_pw_limit_range sim_ranges[] = {
	{ .min = 2000, .max = 30000 },
	{ .min = 45000, .max = 60000 },
};

struct sim_port {
	struct sim *sim;
	struct net_device *swp, *pd;
	bool enabled, attached, short_circuit, keeps_limit;
	u32 class, load_mw, limit_mw;
	u8 trusted[IEEE_8021QAZ_APP_SEL_MAX + 1];
	int nr_trusted;
};

struct sim {
	struct pse_controller_dev pcdev;
	struct sim_port port[SIM_PORTS];
	u32 budget_mw;
};

struct sim_netdev {
	struct sim_port *port;
	bool is_pd;
};

static struct sim_port *sim_pi(struct pse_controller_dev *pcdev, int id)
{
	return &container_of(pcdev, struct sim, pcdev)->port[id];
}

/* The phone draws power unless the budget forbids it. */
static bool sim_draws(const struct sim_port *p)
{
	return p->enabled && p->attached && !p->short_circuit && p->load_mw <= p->limit_mw;
}

/* Ports are served from the first to the last. */
static bool sim_within_budget(const struct sim_port *p)
{
	u32 left = p->sim->budget_mw;
	const struct sim_port *other;

	for (other = p->sim->port; other < p; other++)
		if (sim_draws(other) && other->load_mw <= left)
			left -= other->load_mw;
	return p->load_mw <= left;
}

static bool sim_delivers(const struct sim_port *p)
{
	return sim_draws(p) && sim_within_budget(p);
}

/* Both ends of a cable have link exactly while it carries power. */
static void sim_update_links(struct sim *s)
{
	struct sim_port *p;

	for (p = s->port; p < s->port + SIM_PORTS; p++) {
		if (!p->swp || !p->pd)
			continue;
		if (sim_delivers(p)) {
			netif_carrier_on(p->swp);
			netif_carrier_on(p->pd);
		} else {
			netif_carrier_off(p->swp);
			netif_carrier_off(p->pd);
		}
	}
}

/* PSE controller */

static void sim_ext_state(const struct sim_port *p, struct ethtool_c33_pse_ext_state_info *info)
{
	if (!p->enabled || !p->attached)
		return;
	if (p->short_circuit) {
		info->c33_pse_ext_state = ETHTOOL_C33_PSE_EXT_STATE_SHORT_DETECTED;
		info->short_detected = ETHTOOL_C33_PSE_EXT_SUBSTATE_SHORT_DETECTED_SHORT_CONDITION;
	} else if (p->load_mw > p->limit_mw) {
		info->c33_pse_ext_state = ETHTOOL_C33_PSE_EXT_STATE_OVLD_DETECTED;
		info->ovld_detected = ETHTOOL_C33_PSE_EXT_SUBSTATE_OVLD_DETECTED_OVERLOAD;
	} else if (!sim_within_budget(p)) {
		info->c33_pse_ext_state = ETHTOOL_C33_PSE_EXT_STATE_POWER_NOT_AVAILABLE;
		info->power_not_available =
			ETHTOOL_C33_PSE_EXT_SUBSTATE_POWER_NOT_AVAILABLE_BUDGET_EXCEEDED;
	}
}

static int sim_get_status(struct pse_controller_dev *pcdev, unsigned long id,
			  struct netlink_ext_ack *extack, struct pse_control_status *st)
{
	struct sim_port *p = sim_pi(pcdev, id);

	st->c33_admin_state = p->enabled ? ETHTOOL_C33_PSE_ADMIN_STATE_ENABLED :
					   ETHTOOL_C33_PSE_ADMIN_STATE_DISABLED;
	if (!p->enabled)
		st->c33_pw_status = ETHTOOL_C33_PSE_PW_D_STATUS_DISABLED;
	else if (!p->attached)
		st->c33_pw_status = ETHTOOL_C33_PSE_PW_D_STATUS_SEARCHING;
	else if (sim_delivers(p))
		st->c33_pw_status = ETHTOOL_C33_PSE_PW_D_STATUS_DELIVERING;
	else if (p->short_circuit)
		st->c33_pw_status = ETHTOOL_C33_PSE_PW_D_STATUS_FAULT;
	else
		st->c33_pw_status = ETHTOOL_C33_PSE_PW_D_STATUS_OTHERFAULT;
	if (sim_delivers(p)) {
		st->c33_pw_class = p->class;
		st->c33_actual_pw = p->load_mw;
	}
	sim_ext_state(p, &st->c33_ext_state_info);
	st->c33_avail_pw_limit = p->limit_mw;
	st->c33_pw_limit_ranges = kmemdup(sim_ranges, sizeof(sim_ranges), GFP_KERNEL);
	if (!st->c33_pw_limit_ranges)
		return -ENOMEM;
	st->c33_pw_limit_nb_ranges = ARRAY_SIZE(sim_ranges);
	return 0;
}

static int sim_is_enabled(struct pse_controller_dev *pcdev, int id)
{
	return sim_pi(pcdev, id)->enabled;
}

static int sim_switch(struct pse_controller_dev *pcdev, int id, bool on)
{
	struct sim_port *p = sim_pi(pcdev, id);

	p->enabled = on;
	sim_update_links(p->sim);
	return 0;
}

static int sim_enable(struct pse_controller_dev *pcdev, int id)
{
	return sim_switch(pcdev, id, true);
}

static int sim_disable(struct pse_controller_dev *pcdev, int id)
{
	return sim_switch(pcdev, id, false);
}

static int sim_get_voltage(struct pse_controller_dev *pcdev, int id)
{
	return 54000000;
}

static int sim_get_limit(struct pse_controller_dev *pcdev, int id)
{
	return sim_pi(pcdev, id)->limit_mw;
}

static int sim_set_limit(struct pse_controller_dev *pcdev, int id, int mw)
{
	struct sim_port *p = sim_pi(pcdev, id);
	int i;

	for (i = 0; i < ARRAY_SIZE(sim_ranges); i++) {
		if (mw < sim_ranges[i].min || mw > sim_ranges[i].max)
			continue;
		if (!p->keeps_limit)
			p->limit_mw = mw;
		sim_update_links(p->sim);
		return 0;
	}
	return -ERANGE;
}

static const struct pse_controller_ops sim_pse_ops = {
	.ethtool_get_status = sim_get_status,
	.pi_is_enabled = sim_is_enabled,
	.pi_enable = sim_enable,
	.pi_disable = sim_disable,
	.pi_get_voltage = sim_get_voltage,
	.pi_get_pw_limit = sim_get_limit,
	.pi_set_pw_limit = sim_set_limit,
};

/* DCB: the core keeps the application table, the driver what a port trusts. */

static struct sim_port *sim_port_of(struct net_device *dev)
{
	return ((struct sim_netdev *)netdev_priv(dev))->port;
}

static int sim_set_trust(struct net_device *dev, u8 *selectors, int nr)
{
	struct sim_port *p = sim_port_of(dev);

	if (nr > ARRAY_SIZE(p->trusted))
		return -EINVAL;
	memcpy(p->trusted, selectors, nr);
	p->nr_trusted = nr;
	return 0;
}

static int sim_get_trust(struct net_device *dev, u8 *selectors, int *nr)
{
	struct sim_port *p = sim_port_of(dev);

	memcpy(selectors, p->trusted, p->nr_trusted);
	*nr = p->nr_trusted;
	return 0;
}

static const struct dcbnl_rtnl_ops sim_dcb_ops = {
	.dcbnl_setapptrust = sim_set_trust,
	.dcbnl_getapptrust = sim_get_trust,
};

/* Network devices and their PHYs */

static netdev_tx_t sim_xmit(struct sk_buff *skb, struct net_device *dev)
{
	struct sim_netdev *nd = netdev_priv(dev);
	struct net_device *peer = nd->is_pd ? nd->port->swp : nd->port->pd;

	skb_tx_timestamp(skb);
	if (!sim_delivers(nd->port) || !(peer->flags & IFF_UP)) {
		dev_kfree_skb(skb);
		dev->stats.tx_dropped++;
		return NETDEV_TX_OK;
	}
	dev->stats.tx_packets++;
	dev->stats.tx_bytes += skb->len;
	if (dev_forward_skb(peer, skb) == NET_RX_SUCCESS)
		peer->stats.rx_packets++;
	else
		peer->stats.rx_dropped++;
	return NETDEV_TX_OK;
}

static int sim_link_settings(struct net_device *dev, struct ethtool_link_ksettings *settings)
{
	bool up = netif_carrier_ok(dev);

	settings->base.speed = up ? SPEED_1000 : SPEED_UNKNOWN;
	settings->base.duplex = up ? DUPLEX_FULL : DUPLEX_UNKNOWN;
	return 0;
}

static const struct net_device_ops sim_netdev_ops = {
	.ndo_start_xmit = sim_xmit,
	.ndo_set_mac_address = eth_mac_addr,
	.ndo_validate_addr = eth_validate_addr,
};

static const struct ethtool_ops sim_ethtool_ops = {
	.get_link = ethtool_op_get_link,
	.get_link_ksettings = sim_link_settings,
};

static int sim_mdio_read(struct mii_bus *bus, int addr, int reg)
{
	struct fixed_phy_status st = { .link = 1, .speed = SPEED_1000, .duplex = DUPLEX_FULL };

	return addr < SIM_PORTS ? swphy_read_reg(reg, &st) : 0xffff;
}

static int sim_mdio_write(struct mii_bus *bus, int addr, int reg, u16 val)
{
	return 0;
}

static struct net_device *sim_netdev(struct sim_port *p, const char *prefix, bool is_pd)
{
	struct sim_netdev *nd;
	struct net_device *dev;
	char name[IFNAMSIZ];

	snprintf(name, sizeof(name), "%s%d", prefix, (int)(p - p->sim->port));
	dev = alloc_netdev(sizeof(*nd), name, NET_NAME_USER, ether_setup);
	if (!dev)
		return NULL;
	nd = netdev_priv(dev);
	nd->port = p;
	nd->is_pd = is_pd;
	dev->netdev_ops = &sim_netdev_ops;
	dev->ethtool_ops = &sim_ethtool_ops;
	if (!is_pd)
		dev->dcbnl_ops = &sim_dcb_ops;
	dev->priv_flags &= ~IFF_TX_SKB_SHARING;
	eth_hw_addr_random(dev);
	if (register_netdev(dev)) {
		free_netdev(dev);
		return NULL;
	}
	return dev;
}

static int sim_add_port(struct sim_port *p, struct phy_device *phy)
{
	int ret;

	p->swp = sim_netdev(p, "swp", false);
	p->pd = sim_netdev(p, "pd", true);
	if (!p->swp || !p->pd)
		return -ENOMEM;
	rtnl_lock();
	ret = phy_attach_direct(p->swp, phy, 0, PHY_INTERFACE_MODE_INTERNAL);
	rtnl_unlock();
	return ret;
}

/* Knobs */

#define SIM_KNOB(field)								\
static int sim_##field##_get(void *port, u64 *value)				\
{										\
	*value = ((struct sim_port *)port)->field;				\
	return 0;								\
}										\
static int sim_##field##_set(void *port, u64 value)				\
{										\
	struct sim_port *p = port;						\
										\
	p->field = value;							\
	sim_update_links(p->sim);						\
	return 0;								\
}										\
DEFINE_DEBUGFS_ATTRIBUTE(sim_##field##_fops, sim_##field##_get, sim_##field##_set, "%llu\n")

SIM_KNOB(attached);
SIM_KNOB(class);
SIM_KNOB(load_mw);
SIM_KNOB(short_circuit);
SIM_KNOB(keeps_limit);

static int sim_budget_get(void *sim, u64 *value)
{
	*value = ((struct sim *)sim)->budget_mw;
	return 0;
}

static int sim_budget_set(void *sim, u64 value)
{
	((struct sim *)sim)->budget_mw = value;
	sim_update_links(sim);
	return 0;
}
DEFINE_DEBUGFS_ATTRIBUTE(sim_budget_fops, sim_budget_get, sim_budget_set, "%llu\n");

static void sim_add_knobs(struct sim *s)
{
	struct dentry *all = debugfs_create_dir("vp_pse", NULL);
	char name[12];
	int i;

	debugfs_create_file_unsafe("budget_mw", 0644, all, s, &sim_budget_fops);
	for (i = 0; i < SIM_PORTS; i++) {
		struct sim_port *p = &s->port[i];
		struct dentry *one;

		snprintf(name, sizeof(name), "%d", i);
		one = debugfs_create_dir(name, all);
		debugfs_create_file_unsafe("attached", 0644, one, p, &sim_attached_fops);
		debugfs_create_file_unsafe("class", 0644, one, p, &sim_class_fops);
		debugfs_create_file_unsafe("load_mw", 0644, one, p, &sim_load_mw_fops);
		debugfs_create_file_unsafe("short_circuit", 0644, one, p, &sim_short_circuit_fops);
		debugfs_create_file_unsafe("keeps_limit", 0644, one, p, &sim_keeps_limit_fops);
	}
}

static struct mii_bus *sim_add_bus(struct device *dev)
{
	struct device_node *mdio = of_get_child_by_name(dev->of_node, "mdio");
	struct mii_bus *bus = devm_mdiobus_alloc(dev);
	int ret;

	if (!mdio || !bus)
		return ERR_PTR(-ENODEV);
	bus->name = "vp-pse-mdio";
	snprintf(bus->id, MII_BUS_ID_SIZE, "vp-pse");
	bus->read = sim_mdio_read;
	bus->write = sim_mdio_write;
	bus->parent = dev;
	ret = devm_of_mdiobus_register(dev, bus, mdio);
	return ret ? ERR_PTR(ret) : bus;
}

static int sim_probe(struct platform_device *pdev)
{
	struct device *dev = &pdev->dev;
	struct mii_bus *bus;
	struct sim *s;
	int i, ret;

	s = devm_kzalloc(dev, sizeof(*s), GFP_KERNEL);
	if (!s)
		return -ENOMEM;
	s->budget_mw = 120000;
	for (i = 0; i < SIM_PORTS; i++) {
		s->port[i].sim = s;
		s->port[i].class = 2;
		s->port[i].load_mw = 3500;
		s->port[i].limit_mw = 30000;
	}
	s->pcdev.owner = THIS_MODULE;
	s->pcdev.ops = &sim_pse_ops;
	s->pcdev.dev = dev;
	s->pcdev.types = ETHTOOL_PSE_C33;
	s->pcdev.nr_lines = SIM_PSES;
	ret = devm_pse_controller_register(dev, &s->pcdev);
	if (ret)
		return dev_err_probe(dev, ret, "PSE controller\n");
	/* The core of 6.12 leaves max_uA 0, which makes every limit 0 mW. */
	for (i = 0; i < SIM_PSES; i++)
		if (s->pcdev.pi[i].rdev)
			s->pcdev.pi[i].rdev->constraints->max_uA = MAX_PI_CURRENT;

	bus = sim_add_bus(dev);
	if (IS_ERR(bus))
		return dev_err_probe(dev, PTR_ERR(bus), "MDIO bus\n");
	for (i = 0; i < SIM_PORTS; i++) {
		struct phy_device *phy = mdiobus_get_phy(bus, i);

		ret = phy ? sim_add_port(&s->port[i], phy) : -ENODEV;
		if (ret)
			return dev_err_probe(dev, ret, "port %d\n", i);
	}
	sim_add_knobs(s);
	sim_update_links(s);
	return 0;
}

static const struct of_device_id sim_of_match[] = { { .compatible = "voiceport,pse-sim" }, {} };

static struct platform_driver sim_driver = {
	.probe = sim_probe,
	.driver = {
		.name = "vp-pse-sim",
		.of_match_table = sim_of_match,
		.suppress_bind_attrs = true,
	},
};
builtin_platform_driver(sim_driver);
