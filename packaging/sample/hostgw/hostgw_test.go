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

// node has its pod CIDRs in one text, with commas.
func node(name, cidrs string, addresses ...string) *v1.Node {
	n := &v1.Node{ObjectMeta: meta.ObjectMeta{Name: name}}
	if cidrs != "" {
		n.Spec.PodCIDRs = strings.Split(cidrs, ",")
		n.Spec.PodCIDR = n.Spec.PodCIDRs[0]
	}
	for _, address := range addresses {
		n.Status.Addresses = append(n.Status.Addresses, v1.NodeAddress{Type: v1.NodeInternalIP, Address: address})
	}
	return n
}

func TestPlanHasAHopForEveryOtherNode(t *testing.T) {
	p, err := planFor("b", []*v1.Node{node("c", "10.3.2.0/24", "10.0.0.3"), node("a", "10.3.0.0/24", "10.0.0.1"), node("b", "10.3.1.0/24", "10.0.0.2")})
	want := plan{podCIDRs: []string{"10.3.1.0/24"}, address: "10.0.0.2", hops: []hop{{"10.3.0.0/24", "10.0.0.1"}, {"10.3.2.0/24", "10.0.0.3"}}}
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
	if _, err := planFor("a", []*v1.Node{node("a", "", "10.0.0.1")}); err == nil || !strings.Contains(err.Error(), "no pod CIDR") {
		t.Fatalf("got %v", err)
	}
}

func TestPlanRefusesTwoNodesWithOneCidr(t *testing.T) {
	if _, err := planFor("a", []*v1.Node{node("a", "10.3.0.0/24", "10.0.0.1"), node("b", "10.3.0.0/24", "10.0.0.2")}); err == nil {
		t.Fatal("two nodes with one pod CIDR were accepted")
	}
}

func TestWithTwoFamiliesEachGoesByItsOwnAddresses(t *testing.T) {
	p, err := planFor("b", []*v1.Node{
		node("a", "10.3.0.0/24,fd00:10:3::/64", "10.0.0.1", "fd00::1"),
		node("b", "10.3.1.0/24,fd00:10:3:1::/64", "10.0.0.2", "fd00::2"),
		node("c", "10.3.2.0/24,fd00:10:3:2::/64", "10.0.0.3"),
	})
	want := plan{podCIDRs: []string{"10.3.1.0/24", "fd00:10:3:1::/64"}, address: "10.0.0.2",
		hops: []hop{{"10.3.0.0/24", "10.0.0.1"}, {"10.3.2.0/24", "10.0.0.3"}, {"fd00:10:3::/64", "fd00::1"}}}
	if err != nil || !reflect.DeepEqual(p, want) {
		t.Fatalf("got %v, %v", p, err)
	}
}

func TestSixAloneNeedsNoFour(t *testing.T) {
	p, err := planFor("a", []*v1.Node{node("a", "fd00:10:3::/64", "fd00::1"), node("b", "fd00:10:3:1::/64", "10.0.0.2", "fd00::2")})
	want := plan{podCIDRs: []string{"fd00:10:3::/64"}, address: "fd00::1", hops: []hop{{"fd00:10:3:1::/64", "fd00::2"}}}
	if err != nil || !reflect.DeepEqual(p, want) {
		t.Fatalf("got %v, %v", p, err)
	}
}

func TestClusterCIDRsAreOneOfEachFamilyAtMost(t *testing.T) {
	for text, want := range map[string]map[family]string{
		"10.3.0.0/16":                {v4: "10.3.0.0/16"},
		"10.3.0.0/16,fd00:10:3::/48": {v4: "10.3.0.0/16", v6: "fd00:10:3::/48"},
		"10.3.0.0/16,10.4.0.0/16":    nil,
		"":                           nil,
		"10.3.0.0":                   nil,
	} {
		if got := clusterCIDRs(text); !reflect.DeepEqual(got, want) {
			t.Errorf("%q: got %v", text, got)
		}
	}
}

func TestAPodGetsAnAddressOfEachCIDR(t *testing.T) {
	text, err := conflist([]string{"10.3.1.0/24", "fd00:10:3:1::/64"}, "cni0", 0)
	flat := strings.Join(strings.Fields(string(text)), "")
	if err != nil || !strings.Contains(flat, `"ranges":[[{"subnet":"10.3.1.0/24"}],[{"subnet":"fd00:10:3:1::/64"}]]`) {
		t.Fatalf("%s %v", text, err)
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
	text, _ := conflist([]string{"10.3.1.0/24"}, "cni0", 1450)
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
