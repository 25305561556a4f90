package main

import (
	"fmt"
	"net"
	"sort"

	"k8s.io/api/core/v1"
)

// hop says by which address another node's pods are reached.
type hop struct {
	podCIDR string
	via     string
}

// plan is what this node needs: its own pod CIDR, and a hop for every other node.
type plan struct {
	podCIDR string
	address string
	hops    []hop
}

// planFor works out a node's plan from all nodes. A node without an address or a CIDR is left out; it is there the next time.
// Two nodes with the same CIDR are an error, because either answer would send packets to the wrong one.
func planFor(name string, nodes []*v1.Node) (plan, error) {
	var p plan
	owners := map[string]string{}
	for _, node := range nodes {
		cidr, address := podCIDR(node), internalIP(node)
		if cidr != "" {
			if other, taken := owners[cidr]; taken {
				return plan{}, fmt.Errorf("nodes %s and %s both have the pod CIDR %s", other, node.Name, cidr)
			}
			owners[cidr] = node.Name
		}
		if node.Name == name {
			p.podCIDR, p.address = cidr, address
		} else if cidr != "" && address != "" {
			p.hops = append(p.hops, hop{podCIDR: cidr, via: address})
		}
	}
	if p.podCIDR == "" {
		return plan{}, fmt.Errorf("node %s has no IPv4 pod CIDR yet (kube-controller-manager gives it one with --allocate-node-cidrs)", name)
	}
	sort.Slice(p.hops, func(i, j int) bool { return p.hops[i].podCIDR < p.hops[j].podCIDR })
	return p, nil
}

// podCIDR is the node's first IPv4 pod CIDR in its plain form, or "".
func podCIDR(node *v1.Node) string {
	for _, text := range append([]string{node.Spec.PodCIDR}, node.Spec.PodCIDRs...) {
		if _, network, err := net.ParseCIDR(text); err == nil && network.IP.To4() != nil {
			return network.String()
		}
	}
	return ""
}

// internalIP is the node's first IPv4 InternalIP, or "".
func internalIP(node *v1.Node) string {
	for _, address := range node.Status.Addresses {
		if address.Type != v1.NodeInternalIP {
			continue
		}
		if ip := net.ParseIP(address.Address); ip != nil && ip.To4() != nil {
			return ip.To4().String()
		}
	}
	return ""
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
