package main

import (
	"bytes"
	"fmt"
	"net"
	"sort"
	"strings"

	"k8s.io/api/core/v1"
)

// hosts renders every Service as lines "ADDRESS NAME", sorted: a Service with an address of its own by that address, a headless
// one by the addresses of its ready endpoints (and each endpoint that has a host name under that name too).
func hosts(domain string, services []*v1.Service, endpoints map[string]*v1.Endpoints) []byte {
	seen := map[string]bool{}
	var lines []string
	add := func(address, name string) {
		line := address + " " + strings.ToLower(name)
		if net.ParseIP(address) != nil && !seen[line] {
			seen[line] = true
			lines = append(lines, line)
		}
	}
	for _, service := range services {
		name := fmt.Sprintf("%s.%s.svc.%s", service.Name, service.Namespace, domain)
		if service.Spec.Type == v1.ServiceTypeExternalName {
			continue
		}
		if service.Spec.ClusterIP != v1.ClusterIPNone {
			for _, address := range append([]string{service.Spec.ClusterIP}, service.Spec.ClusterIPs...) {
				add(address, name)
			}
			continue
		}
		found := endpoints[service.Namespace+"/"+service.Name]
		if found == nil {
			continue
		}
		for _, subset := range found.Subsets {
			list := append([]v1.EndpointAddress{}, subset.Addresses...)
			if service.Spec.PublishNotReadyAddresses {
				list = append(list, subset.NotReadyAddresses...)
			}
			for _, address := range list {
				add(address.IP, name)
				if address.Hostname != "" {
					add(address.IP, address.Hostname+"."+name)
				}
			}
		}
	}
	sort.Strings(lines)
	return []byte(strings.Join(append(lines, ""), "\n"))
}

// upstreams takes the name servers from a resolv.conf that another program on this address can ask: not those on a loopback
// address (they are the node's own), not the cluster's own DNS (it would ask itself).
func upstreams(resolvConf []byte, clusterDNS string) []string {
	var servers []string
	for _, line := range bytes.Split(resolvConf, []byte("\n")) {
		words := strings.Fields(string(line))
		if len(words) < 2 || words[0] != "nameserver" {
			continue
		}
		ip := net.ParseIP(strings.SplitN(words[1], "%", 2)[0])
		if ip == nil || ip.IsLoopback() || ip.IsUnspecified() || ip.Equal(net.ParseIP(clusterDNS)) {
			continue
		}
		servers = append(servers, words[1])
	}
	return servers
}

// arguments for dnsmasq: it answers for the cluster's domain by itself alone, so that an unknown name in it is denied at once.
func arguments(domain string, port int, hostsFile string, servers []string) []string {
	list := []string{
		"--keep-in-foreground", "--conf-file=/dev/null", "--pid-file=", "--log-facility=-",
		"--port=" + fmt.Sprint(port), "--no-hosts", "--addn-hosts=" + hostsFile, "--local=/" + domain + "/",
		"--bogus-priv", "--local-ttl=5", "--cache-size=1000", "--no-resolv",
	}
	for _, server := range servers {
		list = append(list, "--server="+server)
	}
	return list
}
