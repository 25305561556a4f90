package main

import (
	"io/ioutil"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"k8s.io/api/core/v1"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
)

func node(name, cidr string, addresses ...string) *v1.Node {
	n := &v1.Node{ObjectMeta: meta.ObjectMeta{Name: name}, Spec: v1.NodeSpec{PodCIDR: cidr}}
	for _, address := range addresses {
		n.Status.Addresses = append(n.Status.Addresses, v1.NodeAddress{Type: v1.NodeInternalIP, Address: address})
	}
	return n
}

func TestPlanHasAHopForEveryOtherNode(t *testing.T) {
	p, err := planFor("b", []*v1.Node{node("c", "10.3.2.0/24", "10.0.0.3"), node("a", "10.3.0.0/24", "10.0.0.1"), node("b", "10.3.1.0/24", "10.0.0.2")})
	want := plan{podCIDR: "10.3.1.0/24", address: "10.0.0.2", hops: []hop{{"10.3.0.0/24", "10.0.0.1"}, {"10.3.2.0/24", "10.0.0.3"}}}
	if err != nil || !reflect.DeepEqual(p, want) {
		t.Fatalf("got %v, %v", p, err)
	}
}

func TestPlanLeavesOutNodesWithoutCidrOrAddress(t *testing.T) {
	p, err := planFor("a", []*v1.Node{node("a", "10.3.0.0/24", "10.0.0.1"), node("b", "", "10.0.0.2"), node("c", "10.3.2.0/24")})
	if err != nil || len(p.hops) != 0 {
		t.Fatalf("got %v, %v", p, err)
	}
}

func TestPlanNeedsTheOwnCidr(t *testing.T) {
	if _, err := planFor("a", []*v1.Node{node("a", "", "10.0.0.1")}); err == nil || !strings.Contains(err.Error(), "no IPv4 pod CIDR") {
		t.Fatalf("got %v", err)
	}
}

func TestPlanRefusesTwoNodesWithOneCidr(t *testing.T) {
	if _, err := planFor("a", []*v1.Node{node("a", "10.3.0.0/24", "10.0.0.1"), node("b", "10.3.0.0/24", "10.0.0.2")}); err == nil {
		t.Fatal("two nodes with one pod CIDR were accepted")
	}
}

func TestSixthVersionAddressesAreLeftOut(t *testing.T) {
	if got := internalIP(node("a", "", "fd00::1", "10.0.0.1")); got != "10.0.0.1" {
		t.Fatalf("got %q", got)
	}
	if got := podCIDR(node("a", "fd00::/64")); got != "" {
		t.Fatalf("got %q", got)
	}
}

func TestDifference(t *testing.T) {
	missing, stale := difference([]hop{{"1", "a"}, {"2", "b"}}, []hop{{"2", "x"}, {"1", "a"}})
	if !reflect.DeepEqual(missing, []hop{{"2", "b"}}) || !reflect.DeepEqual(stale, []hop{{"2", "x"}}) {
		t.Fatalf("got %v, %v", missing, stale)
	}
}

func TestWriteWholeSaysWhetherItChangedAndLeavesNoPartialFile(t *testing.T) {
	folder, err := ioutil.TempDir("", "hostgw")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(folder)
	path := filepath.Join(folder, "net.d", "10-hostgw.conflist")
	text, _ := conflist("10.3.1.0/24", "cni0", 1450)
	for _, want := range []bool{true, false} {
		if changed, err := writeWhole(path, text, 0644); err != nil || changed != want {
			t.Fatalf("got %v, %v", changed, err)
		}
	}
	if entries, _ := ioutil.ReadDir(filepath.Dir(path)); len(entries) != 1 {
		t.Fatalf("left %d files", len(entries))
	}
	if !strings.Contains(string(text), `"subnet": "10.3.1.0/24"`) || !strings.Contains(string(text), `"mtu": 1450`) {
		t.Fatal(string(text))
	}
}
