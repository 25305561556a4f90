package main

import (
	"fmt"
	"net"
	"sort"

	"k8s.io/api/core/v1"
)

// family is one of the address families.
type family int

const (
	v4 family = iota
	v6
)

var families = []family{v4, v6}

func familyOf(ip net.IP) family {
	if ip.To4() != nil {
		return v4
	}
	return v6
}

// hop says by which address another node's pods are reached.
type hop struct {
	podCIDR string
	via     string
}

// plan is what this node needs: its own pod CIDRs, the first family's first, its address in that family, and a hop for every
// other node in each of these families.
type plan struct {
	podCIDRs []string
	address  string
	hops     []hop
}

// planFor works out a node's plan from all nodes. A node without an address or a CIDR is left out; it is there the next time.
// Two nodes with the same CIDR are an error, because either answer would send packets to the wrong one.
func planFor(name string, nodes []*v1.Node) (plan, error) {
	var p plan
	owners := map[string]string{}
	for _, node := range nodes {
		cidrs, addresses := podCIDRs(node), internalIPs(node)
		for _, cidr := range cidrs {
			if other, taken := owners[cidr]; taken {
				return plan{}, fmt.Errorf("nodes %s and %s both have the pod CIDR %s", other, node.Name, cidr)
			}
			owners[cidr] = node.Name
		}
		if node.Name == name {
			p.podCIDRs = cidrs
			if len(cidrs) > 0 {
				p.address = addresses[familyOfCIDR(cidrs[0])]
			}
			continue
		}
		for _, cidr := range cidrs {
			if address := addresses[familyOfCIDR(cidr)]; address != "" {
				p.hops = append(p.hops, hop{podCIDR: cidr, via: address})
			}
		}
	}
	if len(p.podCIDRs) == 0 {
		return plan{}, fmt.Errorf("node %s has no pod CIDR yet (kube-controller-manager gives it one with --allocate-node-cidrs)", name)
	}
	sort.Slice(p.hops, func(i, j int) bool { return p.hops[i].podCIDR < p.hops[j].podCIDR })
	return p, nil
}

// podCIDRs are the node's pod CIDRs in their plain form, the first of each family, in the node's order.
func podCIDRs(node *v1.Node) []string {
	var found []string
	seen := map[family]bool{}
	for _, text := range append([]string{node.Spec.PodCIDR}, node.Spec.PodCIDRs...) {
		if _, network, err := net.ParseCIDR(text); err == nil && !seen[familyOf(network.IP)] {
			seen[familyOf(network.IP)] = true
			found = append(found, network.String())
		}
	}
	return found
}

func familyOfCIDR(text string) family {
	ip, _, _ := net.ParseCIDR(text)
	return familyOf(ip)
}

// internalIPs has the node's first InternalIP of each family.
func internalIPs(node *v1.Node) map[family]string {
	found := map[family]string{}
	for _, address := range node.Status.Addresses {
		if address.Type != v1.NodeInternalIP {
			continue
		}
		if ip := net.ParseIP(address.Address); ip != nil && found[familyOf(ip)] == "" {
			found[familyOf(ip)] = ip.String()
		}
	}
	return found
}

// difference says which hops are missing among those that are there, and which are there for nothing.
func difference(wanted, there []hop) (missing, stale []hop) {
	has := func(list []hop, one hop) bool {
		for _, other := range list {
			if other == one {
				return true
			}
		}
		return false
	}
	for _, one := range wanted {
		if !has(there, one) {
			missing = append(missing, one)
		}
	}
	for _, one := range there {
		if !has(wanted, one) {
			stale = append(stale, one)
		}
	}
	return missing, stale
}
