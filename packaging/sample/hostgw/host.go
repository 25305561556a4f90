package main

import (
	"fmt"
	"io/ioutil"
	"net"
	"os"
	"os/exec"
	"strings"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"
)

// host is this machine: routes, kernel settings and the FORWARD chains. Only the families of clusterCIDRs are ever looked at: a
// machine may have been booted without IPv6.
type host struct {
	protocol     int
	sysctl       string
	clusterCIDRs map[family]string
}

// clusterCIDRs reads one range, or two of different families with a comma between; nil for anything else.
func clusterCIDRs(text string) map[family]string {
	found := map[family]string{}
	for _, one := range strings.Split(text, ",") {
		_, network, err := net.ParseCIDR(strings.TrimSpace(one))
		if err != nil || found[familyOf(network.IP)] != "" {
			return nil
		}
		found[familyOf(network.IP)] = network.String()
	}
	return found
}

// words is what one family has of its own.
type words struct {
	netlink  int
	iptables string
	settings []string
}

var wordsOf = map[family]words{
	v4: {netlink.FAMILY_V4, "iptables", []string{"ipv4/ip_forward", "bridge/bridge-nf-call-iptables"}},
	v6: {netlink.FAMILY_V6, "ip6tables", []string{"ipv6/conf/all/forwarding", "bridge/bridge-nf-call-ip6tables"}},
}

// own are the families that the cluster has.
func (h host) own() []family {
	var list []family
	for _, one := range families {
		if h.clusterCIDRs[one] != "" {
			list = append(list, one)
		}
	}
	return list
}

// routes lists our own routes, told apart by their protocol number.
func (h host) routes() ([]hop, error) {
	var hops []hop
	filter := &netlink.Route{Protocol: h.protocol, Table: unix.RT_TABLE_MAIN}
	for _, one := range h.own() {
		list, err := netlink.RouteListFiltered(wordsOf[one].netlink, filter, netlink.RT_FILTER_PROTOCOL|netlink.RT_FILTER_TABLE)
		if err != nil {
			return nil, err
		}
		for _, route := range list {
			if route.Dst != nil {
				hops = append(hops, hop{podCIDR: route.Dst.String(), via: route.Gw.String()})
			}
		}
	}
	return hops, nil
}

func (h host) route(one hop) (*netlink.Route, error) {
	_, network, err := net.ParseCIDR(one.podCIDR)
	if err != nil {
		return nil, err
	}
	return &netlink.Route{Dst: network, Gw: net.ParseIP(one.via), Protocol: h.protocol, Table: unix.RT_TABLE_MAIN}, nil
}

// bring adds missing routes and takes stale ones away. Routes of others are never touched: where one is in the way, that is an error.
func (h host) bring(wanted []hop) error {
	there, err := h.routes()
	if err != nil {
		return fmt.Errorf("cannot list routes: %v", err)
	}
	missing, stale := difference(wanted, there)
	var problems []string
	for _, one := range stale {
		route, err := h.route(one)
		if err == nil {
			err = netlink.RouteDel(route)
		}
		note(&problems, "remove", one, err)
	}
	for _, one := range missing {
		route, err := h.route(one)
		if err == nil {
			err = netlink.RouteAdd(route)
		}
		if err == unix.EEXIST {
			err = fmt.Errorf("a route to it that is not ours is in the way")
		} else if err == unix.ENETUNREACH || err == unix.EHOSTUNREACH {
			err = fmt.Errorf("that node is not on this node's own network; hostgw needs all nodes on one")
		}
		note(&problems, "add", one, err)
	}
	if len(problems) > 0 {
		return fmt.Errorf("%s", strings.Join(problems, "; "))
	}
	return nil
}

func note(problems *[]string, what string, one hop, err error) {
	if err != nil {
		*problems = append(*problems, fmt.Sprintf("cannot %s the route to %s via %s: %v", what, one.podCIDR, one.via, err))
		return
	}
	say("route to %s via %s: %s", one.podCIDR, one.via, map[string]string{"add": "added", "remove": "removed"}[what])
}

// settings turns forwarding on, and has bridged packets seen by iptables, without which a Service fails between pods of one node.
func (h host) settings() error {
	var names []string
	for _, one := range h.own() {
		names = append(names, wordsOf[one].settings...)
	}
	for _, name := range names {
		path := h.sysctl + "/" + name
		value, err := ioutil.ReadFile(path)
		if os.IsNotExist(err) {
			return fmt.Errorf("kernel setting net/%s is not there (is br_netfilter loaded?)", name)
		}
		if err != nil {
			return err
		}
		if strings.TrimSpace(string(value)) == "1" {
			continue
		}
		if err := ioutil.WriteFile(path, []byte("1"), 0644); err != nil {
			return fmt.Errorf("cannot set net/%s: %v", name, err)
		}
		say("kernel setting net/%s: set to 1", name)
	}
	return nil
}

const forwardChain = "HOSTGW-FORWARD"

// forward lets pods' packets pass where the FORWARD policy is DROP; kube-proxy's own rules let through replies only.
func (h host) forward() error {
	for _, one := range h.own() {
		if err := forward(wordsOf[one].iptables, h.clusterCIDRs[one]); err != nil {
			return err
		}
	}
	return nil
}

func forward(program, cluster string) error {
	iptables := func(args ...string) (string, error) { return firewall(program, args...) }
	rules, err := iptables("-S", "FORWARD")
	if err != nil {
		return err
	}
	if !strings.Contains(rules, "-P FORWARD DROP") {
		return nil
	}
	if !strings.Contains(rules, "-j "+forwardChain) {
		// The chain may be there from before; then it is filled anew below.
		_, _ = iptables("-N", forwardChain)
		if _, err := iptables("-A", "FORWARD", "-m", "comment", "--comment", "hostgw: pods", "-j", forwardChain); err != nil {
			return err
		}
		say("%s: the FORWARD policy is DROP: chain %s added", program, forwardChain)
	}
	for _, side := range []string{"-s", "-d"} {
		rule := []string{forwardChain, side, cluster, "-j", "ACCEPT"}
		if _, err := iptables(append([]string{"-C"}, rule...)...); err == nil {
			continue
		}
		if _, err := iptables(append([]string{"-A"}, rule...)...); err != nil {
			return err
		}
	}
	return nil
}

func firewall(program string, args ...string) (string, error) {
	out, err := exec.Command(program, append([]string{"-w", "5"}, args...)...).CombinedOutput()
	if err != nil {
		return "", fmt.Errorf(program+" %s: %v: %s", strings.Join(args, " "), err, strings.TrimSpace(string(out)))
	}
	return string(out), nil
}

// mtuOf is the MTU of the interface that has the address, or 0.
func mtuOf(address string) int {
	interfaces, _ := net.Interfaces()
	for _, one := range interfaces {
		addresses, _ := one.Addrs()
		for _, other := range addresses {
			if network, ok := other.(*net.IPNet); ok && network.IP.String() == address {
				return one.MTU
			}
		}
	}
	return 0
}
